import * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { fillPlace, IN_PLACE } from "./place";
import { untraced } from "./untraced";

/** Name → value, as a program finds them in its environment. */
export type Variables = Readonly<Record<string, pulumi.Input<string>>>;

/** Whom programs talk to, an engine or a cluster: what they find in their environment for it. */
export interface Peer {
    readonly environment: Variables;
}

/** How a program of ours is called, by name and words: on the machine where Pulumi runs, by the Node that runs there. */
function call(...words: string[]): string {
    fillPlace();
    const [program, ...verbs] = words;
    return [`node ${IN_PLACE.programs}/${program}.mjs`, ...verbs].join(" ");
}

/**
 * What each of our programs finds in its environment. Older Nodes read the certificates of a company's proxy at each start, which takes
 * them longer than all the rest; our programs speak no TLS themselves.
 */
const COMMON = { NODE_EXTRA_CA_CERTS: "" };

/** What a Command is made of that runs our programs. */
interface ProgramArgs {
    readonly peer: Peer;
    readonly variables: Variables;
    /** Name of the program, and its words. */
    readonly create?: readonly [string, ...string[]];
    /** @default as `create` */
    readonly update?: readonly [string, ...string[]];
    /** What it reads from its standard input. */
    readonly stdin?: pulumi.Input<string>;
    /** Name of a script of programs/at-the-end. It stands in the state whole: destroying needs nothing else. */
    readonly atTheEnd?: string;
    /** What must stay the same for what it made to stay; where anything else changes, it runs again in place. */
    readonly triggers?: pulumi.Input<pulumi.Input<string>[]>;
    /** It gets what it printed the last time, as PULUMI_COMMAND_STDOUT: that must not be long. */
    readonly remembers?: boolean;
    /** Shows what it writes to its standard output too, which is its result otherwise. */
    readonly showsOutput?: boolean;
}

/** The one way to run a program of ours as a resource. */
export function runProgram(
    name: string,
    { peer, variables, create, update, stdin, atTheEnd, triggers, remembers = false, showsOutput }: ProgramArgs,
    opts: pulumi.CustomResourceOptions,
): command.local.Command {
    const args = {
        create: create && call(...create),
        update: update && call(...update),
        delete: atTheEnd && scriptText(atTheEnd),
        environment: { ...COMMON, ...peer.environment, ...variables },
        stdin,
        triggers,
        addPreviousOutputInEnv: remembers,
        logging: showsOutput ? ("stdoutAndStderr" as const) : ("stderr" as const),
    };
    return untraced(() => new command.local.Command(name, args, opts));
}

/** The same as a function, for what only looks: it runs on preview too, and its result is never stale. */
export function askProgram(
    program: string,
    { environment }: Peer,
    variables: Variables,
    opts: pulumi.InvokeOutputOptions,
): pulumi.Output<string> {
    const args = {
        command: call(program),
        environment: { ...COMMON, ...environment, ...variables },
        logging: "none" as const,
    };
    return command.local.runOutput(args, opts).stdout;
}

/** The same for when something has failed, and no Output can come of it any more. */
export async function askProgramNow(
    program: string,
    variables: Readonly<Record<string, string>>,
    opts: pulumi.InvokeOptions,
): Promise<string> {
    const environment = { ...COMMON, ...variables };
    const { stdout } = await command.local.run({ command: call(program), environment, logging: "none" }, opts);
    return stdout;
}

/** A script of programs/at-the-end as it stands in the state: without its comments, which stay here for their readers. */
export function scriptText(name: string): string {
    const text = readFileSync(path.join(__dirname, "..", "programs", "at-the-end", `${name}.sh`), "utf8");
    return text.replace(/^\s*#.*\n/gm, "");
}
