import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";

/** What a script finds around itself. */
export interface Surroundings {
    /** What is called as `sh`. */
    readonly shell?: string;
    /** The script's own words, its name first. */
    readonly words?: readonly string[];
    readonly environment?: Readonly<Record<string, string>>;
    readonly stdin?: string;
    /**
     * Commands that only pretend: name → a shell script in place of each. They have a directory of their own, `$FAKES`, for
     * what they remember.
     */
    readonly commands?: Readonly<Record<string, string>>;
    /** Paths of a machine or a host → those in whose place the script looks: its text is changed. */
    readonly places?: Readonly<Record<string, string>>;
}

export interface ShellRan {
    readonly status: number;
    readonly stdout: string;
    readonly stderr: string;
    /** The calls of the commands that only pretend, with blanks between their words. */
    readonly calls: string[];
}

/** What a machine may have as its /bin/sh. */
export const SHELLS = ["sh", "bash"];

/** The text of one of the components' scripts. */
export function scriptText(name: string): string {
    return readFileSync(`components/programs/${name}.sh`, "utf8");
}

/** Runs a script as `sh -euc <text>` does. */
export function runShell(text: string, surroundings: Surroundings = {}): Promise<ShellRan> {
    const { words = [], places = {} } = surroundings;
    return withCommands(["-euc", replaced(text, places), ...words], surroundings.stdin ?? "", surroundings);
}

/** Runs a script as `sh -s` does, which reads it from its standard input. */
export function feedShell(text: string, surroundings: Surroundings = {}): Promise<ShellRan> {
    return withCommands(["-s"], replaced(text, surroundings.places ?? {}), surroundings);
}

function replaced(text: string, places: Readonly<Record<string, string>>): string {
    return Object.entries(places).reduce((rest, [from, to]) => rest.replaceAll(from, to), text);
}

async function withCommands(
    words: readonly string[],
    stdin: string,
    { shell = "sh", environment, commands = {} }: Surroundings,
): Promise<ShellRan> {
    const directory = mkdtempSync(join(tmpdir(), "fake-commands-"));
    const log = join(directory, "calls");
    try {
        for (const [name, script] of Object.entries(commands)) {
            const file = join(directory, name);
            writeFileSync(file, `#!/bin/sh\necho "\${0##*/} $*" >>"$FAKES/calls"\n${script}\n`);
            chmodSync(file, 0o755);
        }
        const env = { PATH: `${directory}${delimiter}${process.env.PATH}`, FAKES: directory, ...environment };
        const ran = await run(shell, words, stdin, env);
        return { ...ran, calls: existsSync(log) ? readFileSync(log, "utf8").trimEnd().split("\n") : [] };
    } finally {
        rmSync(directory, { recursive: true });
    }
}

/** A pretender's script: what it does for which words, `*` among them for any; other words are a mistake. */
export function when(answers: Readonly<Record<string, string>>): string {
    const cases = Object.entries(answers).map(([words, script]) => `${words.replaceAll(" ", "\\ ")}) ${script} ;;`);
    return `case "$*" in\n${cases.join("\n")}\n*) echo "unexpected: \${0##*/} $*" >&2; exit 99 ;;\nesac`;
}

async function run(shell: string, words: readonly string[], stdin: string, env: Record<string, string>) {
    const child = spawn(shell, words, { env, argv0: "sh" });
    // It may end without reading all of it.
    child.stdin.on("error", () => {});
    child.stdin.end(stdin);
    const [stdout, stderr, [status]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, "close") as Promise<[number | null]>,
    ]);
    return { status: status ?? 128, stdout, stderr };
}
