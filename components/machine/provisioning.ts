import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { scryptSync } from "node:crypto";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { Problem } from "../problems";
import { type FileArgs, isFile, provisionedFileProblems, upload } from "./files";
import { secretNames, secretTexts, type SecretiveArgs } from "./secrets";

/**
 * One step of a machine's provisioning. Exactly one of `script` and `inline` says what runs.
 *
 * Steps run one after the other, in the machine, when systemd is ready. A step runs again when it changes itself or when
 * the machine is a new one, and never otherwise. Its output is shown as it comes. A step that ends with another status
 * than 0 fails `pulumi up` with its last lines; the machine stays up, and the next `pulumi up` goes on with that step. One
 * that is changed back to what it was when it last ended well has nothing to do, whatever the failed one left.
 */
export interface ProvisionArgs {
    /**
     * What the step is called in the diff and in errors: lower-case letters, digits and dashes, a letter first. Others may
     * come and go before a step with a name; it does not run again for that.
     * @default its number, from 0: it is another step when one is put before it
     */
    name?: string;
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
     * Environment variables of the script; no name begins with `PROVISION_`. Values may be Pulumi secrets; they, and those
     * of the machine, are hidden wherever the script prints a line of them in one piece. At most 96 KiB each.
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

/**
 * One Command for each step, chained; each shows up in the diff by itself. `reach` is how Commands reach the machine, and
 * `machine` what it was given: a step may print a secret of it too.
 */
export function provision(
    name: string,
    steps: readonly ProvisionArgs[],
    machine: SecretiveArgs,
    reach: Record<string, pulumi.Input<string>>,
    opts: pulumi.CustomResourceOptions,
): command.local.Command[] {
    const commands: command.local.Command[] = [];
    steps.forEach((step, index) => {
        commands.push(
            new command.local.Command(
                `${name}-provision-${step.name ?? index}`,
                {
                    interpreter: ["/bin/sh", "-s"],
                    stdin: readFileSync(path.join(__dirname, "provision.sh"), "utf8"),
                    create: "run",
                    // No `triggers`: a new machine has another id, which is in the environment.
                    environment: {
                        ...reach,
                        ...stepEnvironment(step, index),
                        HIDDEN: secretTexts(machine, { files: step.files }),
                    },
                    // It may be longer than an environment can be.
                    addPreviousOutputInEnv: false,
                    // Standard error repeats the last lines, for the error.
                    logging: "stdout",
                },
                {
                    ...opts,
                    dependsOn: commands.at(-1) ?? opts.dependsOn,
                    // What it printed is in there, and no list of secrets can be complete.
                    additionalSecretOutputs: ["stdout", "stderr"],
                },
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
        STEP: step.name ?? `provision[${index}] (${step.script ?? "inline"})`,
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
        SECRETS: secretNames(contents).apply((names) => names.join(" ")),
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

/** What must stay the same for the machine to stay: every step that asks for a new machine when it changes. */
export function replacementTrigger(steps: readonly ProvisionArgs[] = []): pulumi.Output<string[]> {
    const environments = steps.flatMap((step, index) => (step.replaceOnChange ? [stepEnvironment(step, index)] : []));
    // Pulumi doesn't see the change of a trigger that is a secret.
    return pulumi.unsecret(pulumi.output(environments).apply((all) => all.map((each) => digest(JSON.stringify(each)))));
}

/** It lies in state for all to read, and a password may be in the text: a slow one, so that nobody finds it by trying. */
function digest(text: string): string {
    return scryptSync(text, "replaceOnChange", 32).toString("hex");
}

/** A variable's name in POSIX's words, other ones can't be set by a shell; some are provision.sh's own. */
const VARIABLE = /^(?!PROVISION_)[A-Za-z_][A-Za-z0-9_]*$/;
const STEP_NAME = /^[a-z]([a-z0-9-]*[a-z0-9])?$/;
const USER = /^[A-Za-z0-9_][A-Za-z0-9_.-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?$/;
/** Linux takes at most 128 KiB for one string of an environment (execve(2)); the rest is for its name, and to spare. */
const MOST_BYTES = 96 * 1024;

/** Everything wrong with one machine's provisioning. */
export function provisionProblems(steps: readonly ProvisionArgs[] = [], argument: string): Problem[] {
    return steps.flatMap((step, index) => [
        ...nameProblems(step, steps.slice(0, index), `${argument}[${index}].name`),
        ...stepProblems(step, `${argument}[${index}]`),
    ]);
}

function nameProblems({ name }: ProvisionArgs, earlier: readonly ProvisionArgs[], argument: string): Problem[] {
    if (name === undefined) {
        return [];
    }
    if (!STEP_NAME.test(name)) {
        return [{ argument, value: name, allowed: "lower-case letters, digits and dashes, a letter first" }];
    }
    return earlier.some((other) => other.name === name)
        ? [{ argument, value: name, allowed: "a name that no other step of the machine has" }]
        : [];
}

function stepProblems(step: ProvisionArgs, argument: string): Problem[] {
    return [
        ...scriptProblems(step, argument),
        ...Object.entries(step.environment ?? {}).flatMap(([name, value]) => [
            ...(VARIABLE.test(name)
                ? []
                : [
                      {
                          argument: `${argument}.environment`,
                          value: name,
                          allowed:
                              "names of letters, digits and underscores that begin neither with a digit nor with PROVISION_",
                      },
                  ]),
            ...sizeProblems(value, `${argument}.environment.${name}`),
        ]),
        ...provisionedFileProblems(step.files, `${argument}.files`),
        ...Object.entries(step.files ?? {}).flatMap(([file, args]) => {
            const { content, contentBase64 } =
                args.source === undefined || isFile(args.source) ? upload(file, args) : {};
            return sizeProblems(content ?? contentBase64, `${argument}.files["${file}"]`);
        }),
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
    if (script !== undefined && !isFile(script)) {
        const allowed = `a file, relative to the program's working directory (${process.cwd()})`;
        return [{ argument: `${argument}.script`, value: script, allowed }];
    }
    const text = script === undefined ? inline : readFileSync(script);
    return sizeProblems(text, `${argument}.${script === undefined ? "inline" : "script"}`);
}

/** Of what is known of it: an output's value isn't, yet. */
function sizeProblems(text: unknown, argument: string): Problem[] {
    const bytes = typeof text === "string" || Buffer.isBuffer(text) ? Buffer.byteLength(text) : 0;
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
