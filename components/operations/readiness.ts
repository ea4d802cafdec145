import type * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";
import { isIP } from "node:net";
import type { MachineSpec } from "../machine/arguments";
import type { WaitForArgs } from "../machine/provisioning/readiness";
import { runProgram } from "./program";
import type { Reach } from "./reach";

/** The one line of JSON that programs/ready.mjs prints: what the machine says of itself, and what the engine says of it. */
export interface Readiness {
    readonly state: string;
    readonly systemdVersion: number;
    readonly bootMilliseconds: number;
    readonly address: string;
    readonly ports: string[];
    /** The node that it is on, where it is a Pod. */
    readonly node?: string;
    /** As it was printed: anything may be in it. */
    readonly hostKey?: string;
}

/** What systemctl(1) has for `is-system-running`. */
const STATES = ["initializing", "starting", "running", "degraded", "maintenance", "stopping"];
/** As `docker port` writes it. */
const PUBLISHED = /^[0-9a-f.:[\]]+:\d+->\d+\/(tcp|udp)$/;

/** Names of nodes (RFC 1123, subdomain). */
const NODE = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;

/** What was printed, if it is just that: root in the machine can print anything, and it goes into outputs and tables. */
export function parseReadiness(printed: string): Readiness | undefined {
    const { state, systemdVersion, bootMilliseconds, address, ports, node, hostKey } = parseObject(printed);
    return STATES.includes(state) &&
        isCount(systemdVersion) &&
        isCount(bootMilliseconds) &&
        (address === "" || isIP(address) !== 0) &&
        Array.isArray(ports) &&
        ports.every((port) => PUBLISHED.test(port)) &&
        (node === undefined || NODE.test(node))
        ? { state, systemdVersion, bootMilliseconds, address, ports, hostKey, ...(node !== undefined && { node }) }
        : undefined;
}

function parseObject(text: string): Readiness {
    try {
        return (JSON.parse(text) as Readiness | null) ?? ({} as Readiness);
    } catch {
        return {} as Readiness;
    }
}

function isCount(value: unknown): boolean {
    return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** A Command that starts the machine, unless it runs, and ends when it is ready; its result is a {@link Readiness}. */
export function awaitReady(
    name: string,
    { ports, hasSshd, readySeconds, readyStates }: MachineSpec,
    waitFor: WaitForArgs | undefined,
    { peer, variables, network }: Reach,
    opts: pulumi.CustomResourceOptions,
): command.local.Command {
    return runProgram(
        name,
        {
            peer,
            create: ["ready"],
            variables: {
                ...variables,
                NETWORK: network,
                PUBLISHED: JSON.stringify(ports),
                SSH: hasSshd ? "yes" : "no",
                TIMEOUT: String(readySeconds),
                STATES: readyStates.join("|"),
                UNITS: (waitFor?.units ?? []).join(" "),
                PORTS: (waitFor?.ports ?? []).join(" "),
                COMMAND: waitFor?.command ?? "",
            },
        },
        opts,
    );
}
