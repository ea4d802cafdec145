import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { integerProblems, type Problem } from "../problems";
import { UNIT_NAME } from "./units";

/** What must be so before a machine is ready, beside systemd's own state; all of it, within `readyTimeout`. */
export interface WaitForArgs {
    /**
     * Units that must be active; nobody starts them for it. One that has failed ends the waiting at once.
     * @default none
     */
    units?: string[];
    /**
     * TCP ports, 1 to 65535, on which something inside the machine must listen, on whatever address.
     * @default none
     */
    ports?: number[];
    /**
     * A command for the machine's /bin/sh, as root, that must end with status 0; it is tried five times a second.
     * @default none
     */
    command?: string;
}

/** How long a machine may take, and what counts. */
interface Patience {
    readonly readyTimeout?: number;
    readonly allowDegraded?: boolean;
}

/** The one line of JSON that ready.sh prints. */
export interface Readiness {
    readonly state: string;
    readonly systemdVersion: number;
    readonly bootMilliseconds: number;
}

/** A Command that ends when the machine is ready; its stdout is a {@link Readiness}. */
export function awaitReady(
    name: string,
    { readyTimeout, allowDegraded }: Patience,
    { units, ports, command: probe }: WaitForArgs,
    reach: Record<string, pulumi.Input<string>>,
    opts: pulumi.CustomResourceOptions,
): command.local.Command {
    return new command.local.Command(
        name,
        {
            interpreter: ["/bin/sh", "-s"],
            stdin: script("readiness.sh"),
            create: "await",
            // No `triggers`: a new machine has another id, which is in the environment.
            environment: {
                ...reach,
                READY: script("ready.sh"),
                TIMEOUT: String(readyTimeout ?? 60),
                STATES: allowDegraded ? "running|degraded" : "running",
                UNITS: (units ?? []).join(" "),
                PORTS: (ports ?? []).join(" "),
                COMMAND: probe ?? "",
            },
            logging: "stderr",
        },
        opts,
    );
}

function script(name: string): string {
    return readFileSync(path.join(__dirname, name), "utf8");
}

/** Changes when any of the commands would run again, so that what they did is waited for again. */
export function fingerprint(commands: readonly command.local.Command[]): pulumi.Output<string> {
    return pulumi
        .all(commands.map(({ environment }) => environment))
        .apply((environments) => createHash("sha256").update(JSON.stringify(environments)).digest("hex"));
}

/** Everything wrong with what a machine is waited for. */
export function waitForProblems(
    { units = [], ports = [], command: probe }: WaitForArgs = {},
    argument: string,
): Problem[] {
    return [
        ...units
            .filter((unit) => !UNIT_NAME.test(unit))
            .map((unit) => ({
                argument: `${argument}.units`,
                value: unit,
                allowed: 'unit names with their type, "hello.service" (systemd.unit(5))',
            })),
        ...ports.flatMap((port, index) => integerProblems(`${argument}.ports[${index}]`, port, 1, 65535)),
        ...(probe === "" ? [{ argument: `${argument}.command`, value: probe, allowed: "a command for /bin/sh" }] : []),
    ];
}
