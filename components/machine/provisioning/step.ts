import type { Input } from "@pulumi/pulumi";
import type { ContentArgs } from "../files/content";
import { type FileArgs, fileUploads } from "../files/files";
import type { Upload } from "../files/upload";

/**
 * One step of a machine's provisioning. Exactly one of `script` and `inline` says what runs.
 *
 * Steps run one after the other, in the machine, when systemd is ready. A step runs again when it changes itself or when
 * the machine is a new one, and never otherwise. Its output is shown as it comes. A step that ends with another status
 * than 0 fails `pulumi up` with its last lines; the machine stays up, and the next `pulumi up` goes on with that step. One
 * that is changed back to what it was when it last ended well has nothing to do, whatever the failed one left. A step may
 * end with a reboot of the machine (`systemctl reboot`); the next one begins when it is up again.
 */
export interface ProvisionArgs {
    /**
     * What the step is called in the diff and in errors: lower-case letters, digits and dashes, a letter first. Others may
     * come and go before a step with a name; it does not run again for that.
     * @default its number, from 0: it is another step when one is put before it
     */
    name?: string;
    /**
     * A script beside the Pulumi program, relative to its working directory: a text in UTF-8 with Unix line ends. Its first
     * line says what runs it, `#!/bin/bash`; /bin/sh without such a line. Programs go into `files`.
     */
    script?: string;
    /** The script's text itself, no secret. */
    inline?: string;
    /**
     * Arguments of the script, no secrets: `ps` shows them.
     * @default none
     */
    args?: string[];
    /**
     * Environment variables of the script; no name begins with `PROVISION_`. Values may be Pulumi secrets; they, and those
     * of the machine, are hidden wherever the script prints a line of them in one piece. At most 128 KiB each, its name and a few
     * bytes included, and 1.75 MiB together.
     * @default none but what the engine sets: PATH, HOME, HOSTNAME
     */
    environment?: Record<string, Input<string>>;
    /**
     * Files that the script needs: absolute path → file. They are put there just before it runs, and a changed
     * one runs the step again. (Files in `files` of the machine replace it.)
     * @default none
     */
    files?: Record<string, FileArgs>;
    /**
     * User that the script runs as, by name or number, with a group if you like: `postgres`, `1000:1000`. A user with a name
     * has what a login gives: a systemd of its own (`systemctl --user`), and XDG_RUNTIME_DIR.
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

/** A step, with every default filled in. */
export interface Step {
    /** Last part of its resource's name. */
    readonly key: string;
    /** What errors call it. */
    readonly title: string;
    readonly script: ContentArgs;
    readonly args: readonly string[];
    readonly environment: Readonly<Record<string, Input<string>>>;
    readonly files: readonly StepFile[];
    readonly user: string;
    readonly directory: string;
    readonly replaceOnChange: boolean;
}

export interface StepFile extends Upload {
    readonly owner: string;
}

/** The step that a person describes, at that place in the list. */
export function stepOf(step: ProvisionArgs, index: number): Step {
    return {
        key: step.name ?? String(index),
        title: step.name ?? `provision[${index}] (${step.script ?? "inline"})`,
        script: step.script === undefined ? { content: step.inline } : { source: step.script },
        args: step.args ?? [],
        environment: step.environment ?? {},
        files: fileUploads(step.files).map((upload) => ({
            ...upload,
            owner: step.files?.[upload.file].owner ?? "root:root",
        })),
        user: step.user ?? "root",
        directory: step.directory ?? "/",
        replaceOnChange: step.replaceOnChange ?? false,
    };
}
