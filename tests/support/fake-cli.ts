import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/**
 * What a call of a CLI answers, where its words match; the first that matches counts. Of several answers each is for
 * one call, and the last for all that follow.
 */
export type Answers = readonly (readonly [words: RegExp, answer: Answer | readonly Answer[]])[];

export interface Answer {
    readonly stdout?: string;
    readonly stderr?: string;
    readonly status?: number;
    /** Runs a shell command in place of it, with the call's own words, environment and standard input. */
    readonly run?: string;
}

/** A call that a program made. */
export interface Call {
    readonly words: string[];
    readonly stdin: string;
}

/** Where each call is written down, and where the answers are. */
const LOG = "FAKE_CLI_LOG";
const ANSWERS = "FAKE_CLI_ANSWERS";

export interface Ran {
    readonly status: number;
    readonly stdout: string;
    readonly stderr: string;
    readonly calls: Call[];
}

const CLI = `#!${process.execPath}
const { appendFileSync, readFileSync } = require("node:fs");
const { spawnSync } = require("node:child_process");
const words = process.argv.slice(2);
const stdin = words.includes("-i") || words.includes("-") ? readFileSync(0, "utf8") : "";
appendFileSync(process.env.${LOG}, JSON.stringify({ words, stdin }) + "\\n");
const calls = readFileSync(process.env.${LOG}, "utf8").trim().split("\\n").map((line) => JSON.parse(line).words.join(" "));
const answers = JSON.parse(readFileSync(process.env.${ANSWERS}, "utf8"));
const [form, inTurn = []] = answers.find(([form]) => new RegExp(form, "s").test(words.join(" "))) ?? [];
const turn = calls.filter((call) => new RegExp(form, "s").test(call)).length;
const answer = inTurn[Math.min(turn, inTurn.length) - 1];
if (answer === undefined) {
    process.stderr.write("unexpected: " + words.join(" ") + "\\n");
    process.exit(125);
}
if (answer.run !== undefined) {
    const ran = spawnSync("/bin/sh", ["-c", answer.run, "sh", ...words], { input: stdin, stdio: ["pipe", "inherit", "inherit"] });
    process.exit(ran.status ?? 1);
}
process.stdout.write(answer.stdout ?? "");
process.stderr.write(answer.stderr ?? "");
process.exitCode = answer.status ?? 0;
`;

/** Runs a command with a CLI of that name that only knows these answers. */
export async function withFakeCli(
    cli: string,
    [file, ...words]: readonly [string, ...string[]],
    answers: Answers,
    environment: Record<string, string> = {},
    stdin = "",
): Promise<Ran> {
    const directory = mkdtempSync(join(tmpdir(), "fake-cli-"));
    const log = join(directory, "log");
    const table = join(directory, "answers");
    writeFileSync(table, JSON.stringify(answers.map(([form, answer]) => [form.source, [answer].flat()])));
    writeFileSync(join(directory, cli), CLI);
    chmodSync(join(directory, cli), 0o755);
    try {
        const { status, stdout, stderr } = await run(file, words, stdin, {
            PATH: `${directory}${delimiter}${process.env.PATH}`,
            [LOG]: log,
            [ANSWERS]: table,
            ...environment,
        });
        const lines = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
        const calls = lines.map((line) => JSON.parse(line) as Call);
        // Who made it may have passed over its failure.
        const known = ({ words }: Call) => answers.some(([form]) => new RegExp(form, "s").test(words.join(" ")));
        const unexpected = calls.filter((call) => !known(call)).map(({ words }) => `${cli} ${words.join(" ")}`);
        assert.deepEqual(unexpected, [], `unexpected; it said: ${stderr}`);
        return { status, stdout, stderr, calls };
    } finally {
        rmSync(directory, { recursive: true });
    }
}

/** What one of the components' programs gets beside its environment. */
export interface Given {
    readonly words?: readonly string[];
    readonly stdin?: string;
}

/** How one of the components' programs is called. */
export function program(name: string, { words = [] }: Given = {}): readonly [string, ...string[]] {
    return [process.execPath, `components/programs/${name}.mjs`, ...words];
}

function run(file: string, words: readonly string[], stdin: string, env: Record<string, string>) {
    return new Promise<{ status: number; stdout: string; stderr: string }>((resolve) => {
        const child = execFile(file, words, { env, maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
            resolve({ status: error === null ? 0 : Number(error.code ?? 1), stdout, stderr }),
        );
        // It may end without reading any of it.
        child.stdin?.on("error", () => {});
        child.stdin?.end(stdin);
    });
}
