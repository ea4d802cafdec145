import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import type { Problem } from "../problems";
import { type FileArgs, fileProblems, upload } from "./files";

/**
 * One step of a machine's provisioning. Exactly one of `script` and `inline` says what runs.
 *
 * Steps run one after the other, in the machine, when systemd is ready. A step runs again when it changes itself or when
 * the machine is a new one, and never otherwise. Its output is shown as it comes. A step that ends with another status
 * than 0 fails `pulumi up` with its last lines; the machine stays up, and the next `pulumi up` goes on with that step.
 */
export interface ProvisionArgs {
    /**
     * A script beside the Pulumi program, relative to its working directory; at most 96 KiB. Its first line says what
     * runs it, `#!/bin/bash`; /bin/sh without such a line.
     */
    script?: string;
    /** The script's text itself, no secret; at most 96 KiB. */
    inline?: string;
    /**
     * Arguments of the script, no secrets: `ps` shows them.
     * @default none
     */
    args?: string[];
    /**
     * Environment variables of the script; values may be Pulumi secrets, which are then hidden wherever the script prints
     * them in one piece. At most 96 KiB each.
     * @default none but what the engine sets: PATH, HOME, HOSTNAME
     */
    environment?: Record<string, pulumi.Input<string>>;
    /**
     * Files that the script needs: absolute path → file, at most 96 KiB each. They are put there just before it runs,
     * and a changed one runs the step again. (Files in `files` of the machine replace it.)
     * @default none
     */
    files?: Record<string, FileArgs>;
    /**
     * User that the script runs as, by name or number, with a group if you like: `postgres`, `1000:1000`.
     * @default "root"
     */
    user?: string;
    /**
     * Directory that the script runs in; it must be there.
     * @default "/"
     */
    directory?: string;
    /**
     * When this step changes, replace the machine and run all of its steps, instead of this one in the machine as it is:
     * for steps that can't run twice.
     * @default false
     */
    replaceOnChange?: boolean;
}

/** One Command for each step, chained; each shows up in the diff by itself. `machine` is how Commands reach the machine. */
export function provision(
    name: string,
    steps: readonly ProvisionArgs[] = [],
    machine: Record<string, pulumi.Input<string>>,
    opts: pulumi.CustomResourceOptions,
): command.local.Command[] {
    const commands: command.local.Command[] = [];
    steps.forEach((step, index) => {
        commands.push(
            new command.local.Command(
                `${name}-provision-${index}`,
                {
                    interpreter: ["/bin/sh", "-s"],
                    stdin: readFileSync(path.join(__dirname, "provision.sh"), "utf8"),
                    create: "run",
                    // No `triggers`: a new machine has another id, which is in the environment.
                    environment: { ...machine, ...stepEnvironment(step, index) },
                    // It may be longer than an environment can be.
                    addPreviousOutputInEnv: false,
                    // Standard error repeats the last lines, for the error.
                    logging: "stdout",
                },
                { ...opts, dependsOn: commands.at(-1) ?? opts.dependsOn },
            ),
        );
    });
    return commands;
}

/** A step in the variables that provision.sh reads; everything that can change is in here, and so in the diff. */
function stepEnvironment(step: ProvisionArgs, index: number): Record<string, pulumi.Input<string>> {
    const variables = Object.entries(step.environment ?? {});
    const files = Object.entries(step.files ?? {}).map(([file, args]) => ({ ...args, ...upload(file, args) }));
    const contents = Object.fromEntries([
        ...variables.map(([variable, value]) => [`STEP_${variable}`, value] as const),
        ...files.map(({ content, contentBase64 }, line) => [`FILE_${line}`, content ?? contentBase64 ?? ""] as const),
    ]);
    return {
        STEP: `provision[${index}] (${step.script ?? "inline"})`,
        SCRIPT: stepText(step),
        ARGUMENTS: (step.args ?? []).map(shellWord).join(" "),
        RUN_AS: step.user ?? "root",
        DIRECTORY: step.directory ?? "/",
        VARIABLES: variables.map(([variable]) => variable).join(" "),
        FILES: files
            .map(({ file, content, permissions, owner }) =>
                [content === undefined ? "base64" : "text", permissions, owner ?? "root:root", file].join(" "),
            )
            .join("\n"),
        SECRETS: secretNames(contents),
        ...contents,
    };
}

function stepText({ script, inline }: ProvisionArgs): string {
    return script === undefined ? (inline ?? "") : readFileSync(script, "utf8");
}

/** The word as a shell reads it back, quoted only where it must be. */
function shellWord(word: string): string {
    return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The names of those values that are secrets. */
function secretNames(values: Record<string, pulumi.Input<string>>): pulumi.Output<string> {
    const names = Object.entries(values).map(async ([name, value]) =>
        (await pulumi.isSecret(pulumi.output(value))) ? [name] : [],
    );
    return pulumi.output(Promise.all(names).then((all) => all.flat().join(" ")));
}

/** What must stay the same for the machine to stay: every step that asks for a new machine when it changes. */
export function replacementTrigger(steps: readonly ProvisionArgs[] = []): pulumi.Input<unknown> {
    return steps.flatMap((step, index) => (step.replaceOnChange ? [stepEnvironment(step, index)] : []));
}

/** A variable's name in POSIX's words: other ones can't be set by a shell. */
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
const USER = /^[A-Za-z0-9_][A-Za-z0-9_.-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?$/;
/** Linux takes at most 128 KiB for one string of an environment (execve(2)); the rest is for its name, and to spare. */
const MOST_BYTES = 96 * 1024;

/** Everything wrong with one machine's provisioning. */
export function provisionProblems(steps: readonly ProvisionArgs[] = [], argument: string): Problem[] {
    return steps.flatMap((step, index) => stepProblems(step, `${argument}[${index}]`));
}

function stepProblems(step: ProvisionArgs, argument: string): Problem[] {
    return [
        ...scriptProblems(step, argument),
        ...Object.keys(step.environment ?? {})
            .filter((name) => !VARIABLE.test(name))
            .map((name) => ({
                argument: `${argument}.environment`,
                value: name,
                allowed: "names of letters, digits and underscores that don't begin with a digit",
            })),
        ...fileProblems(step.files, `${argument}.files`),
        ...Object.entries(step.files ?? {}).flatMap(([file, { source, content }]) =>
            sizeProblems(source, content, `${argument}.files["${file}"]`),
        ),
        ...(step.user === undefined || USER.test(step.user)
            ? []
            : [
                  {
                      argument: `${argument}.user`,
                      value: step.user,
                      allowed: 'a user\'s name or number, "postgres:root"',
                  },
              ]),
        ...(step.directory === undefined || step.directory.startsWith("/")
            ? []
            : [{ argument: `${argument}.directory`, value: step.directory, allowed: "an absolute path" }]),
    ];
}

function scriptProblems({ script, inline }: ProvisionArgs, argument: string): Problem[] {
    const given = [script, inline].filter((value) => value !== undefined).length;
    if (given !== 1) {
        const value = given === 0 ? undefined : "script and inline";
        return [{ argument, value, allowed: "exactly one of `script` and `inline`" }];
    }
    if (script !== undefined && !existsSync(script)) {
        const allowed = `a file, relative to the program's working directory (${process.cwd()})`;
        return [{ argument: `${argument}.script`, value: script, allowed }];
    }
    return sizeProblems(script, inline, `${argument}.${script === undefined ? "inline" : "script"}`);
}

function sizeProblems(file: string | undefined, text: unknown, argument: string): Problem[] {
    const content = file !== undefined && existsSync(file) ? readFileSync(file) : text;
    const bytes = typeof content === "string" || Buffer.isBuffer(content) ? Buffer.byteLength(content) : 0;
    return bytes <= MOST_BYTES
        ? []
        : [
              {
                  argument,
                  value: `${bytes} bytes`,
                  allowed: `at most ${MOST_BYTES} bytes`,
                  mend: "Put it into the machine by its `files`, and let the step use it there",
              },
          ];
}
