import process from "node:process";
import { printableLines } from "../components/programs/printable.mjs";

/** Something a person has to mend: shown as one message, without a stack trace. */
export class Problem extends Error {
    /**
     * @param {string} what what is missing or went wrong
     * @param {...string} mend the ways out; each is a line of its own, commands included
     */
    constructor(what, ...mend) {
        super([what, ...mend.map((line) => `  ${line}`)].join("\n"));
    }
}

/**
 * Runs a script to its end and turns whatever it throws into one message and exit code 1.
 *
 * @param {() => Promise<void>} script
 */
export async function main(script) {
    try {
        await script();
    } catch (error) {
        const unexpected = !(error instanceof Problem);
        console.error(`\n✗ ${printableLines(error instanceof Error ? error.message : String(error))}`);
        if (unexpected) {
            console.error("  This was not expected. DEBUG=1 in front of the command shows where it happened.");
        }
        if (unexpected && process.env["DEBUG"] !== undefined) {
            console.error(error);
        }
        process.exitCode = 1;
    }
}
