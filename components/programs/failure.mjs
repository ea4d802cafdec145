import process from "node:process";

/** Why a program ends without having done its work, as a person reads it. */
export class Failure extends Error {
    /** @param {string[]} lines the cause first, then what to do */
    constructor(...lines) {
        super(lines.filter((line) => line !== "").join("\n"));
    }
}

/**
 * Runs a program to its end. What it throws is its error: a Failure as its text alone, anything else is a mistake of ours.
 *
 * @param {() => Promise<void>} program
 */
export async function main(program) {
    try {
        await program();
    } catch (error) {
        console.error(error instanceof Failure ? error.message : error);
        process.exitCode = 1;
    }
}
