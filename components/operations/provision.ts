import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { createHash } from "node:crypto";
import type { Upload } from "../machine/files/upload";
import type { Step } from "../machine/provisioning/step";
import { digests } from "./digest";
import { runProgram } from "./program";
import type { Reach } from "./reach";
import { secretTexts } from "./secrets";
import { resolved } from "./resolved";

/**
 * One Command for each step, chained; each shows up in the diff by itself. `uploads` is what the machine was given: a step may
 * print a secret of it too.
 */
export function provision(
    name: string,
    steps: readonly Step[],
    uploads: readonly Upload[],
    { peer, variables }: Reach,
    opts: pulumi.CustomResourceOptions,
): command.local.Command[] {
    const commands: command.local.Command[] = [];
    for (const step of steps) {
        commands.push(
            runProgram(
                `${name}-provision-${step.key}`,
                {
                    peer,
                    create: ["step"],
                    variables,
                    stdin: pulumi.jsonStringify({
                        ...content(step),
                        secrets: secretTexts([...uploads, ...texts(step)]),
                    }),
                    showsOutput: true,
                },
                {
                    ...opts,
                    dependsOn: commands.at(-1) ?? opts.dependsOn,
                    // What it printed is in there, and no list of secrets can be complete.
                    additionalSecretOutputs: ["stdout", "stderr"],
                },
            ),
        );
    }
    return commands;
}

/** A step as programs/step.mjs reads it; everything that can change is in here, and so in the diff. */
function content({ title, script, args, user, directory, environment, files }: Step) {
    return {
        title,
        script: resolved(script).content ?? "",
        args,
        user,
        directory,
        environment,
        files: files.map((file) => ({
            path: file.file,
            mode: file.permissions,
            owner: file.owner,
            ...resolved(file),
        })),
    };
}

/** All of it that may be secret. */
function texts({ environment, files }: Step): Upload[] {
    const rendered = { values: environment, render: () => "" };
    return [...files, { file: "", permissions: "", rendered }];
}

/** What must stay the same for the machine to stay: every step that asks for a new machine when it changes. */
export function replacementTrigger(steps: readonly Step[]): pulumi.Output<string[]> {
    return digests(steps.filter(({ replaceOnChange }) => replaceOnChange).map(content));
}

/** Changes when any of the steps would run again, so that what they did is waited for again. */
export function fingerprint(steps: readonly command.local.Command[]): pulumi.Output<string> {
    return pulumi
        .all(steps.map(({ stdin, environment }) => [stdin, environment]))
        .apply((given) => createHash("sha256").update(JSON.stringify(given)).digest("hex"));
}
