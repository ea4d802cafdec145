import type { BadValue } from "../../rules/problem";
import { textProblems } from "../../rules/process";
import { wholeNumberProblems } from "../../rules/whole-number";
import type { ArgumentTable } from "../argument";
import { unitNameProblems } from "../files/unit-names";

/** What must be so before a machine is ready, beside systemd's own state; all of it, within `readyTimeout`. */
export interface WaitForArgs {
    /**
     * Units that must be active; nobody starts them for it. One that has failed ends the waiting at once.
     * @default none
     */
    units?: string[];
    /**
     * TCP ports, 1 to 65535, on which something inside the machine must listen, on whatever address.
     * @asType integer
     * @default none
     */
    ports?: number[];
    /**
     * A command for the machine's /bin/sh, as root, that must end with status 0; it is tried five times a second.
     * @default none
     */
    command?: string;
}

/** When a machine counts as ready. */
export interface ReadinessArgs {
    /**
     * What must be so before the machine counts as ready, beside systemd's own state. With `provision` it is looked at when
     * the last step has ended, together with systemd's state once more; `{}` asks for that alone.
     * @default nothing
     */
    waitFor?: WaitForArgs;
    /**
     * Seconds until the machine must be ready, 1 to 3600; then its creation fails with what is missing, the failed units and
     * their journal. The provisioning has as long as it takes; after it, `waitFor` has this time again.
     * @asType integer
     * @default 60
     */
    readyTimeout?: number;
    /**
     * Accept a machine whose systemd says `degraded`: up, with failed units (systemctl(1), is-system-running).
     * @default false
     */
    allowDegraded?: boolean;
}

export interface ReadinessSpec {
    readonly waitFor?: WaitForArgs;
    readonly readySeconds: number;
    /** States of systemd that count as ready. */
    readonly readyStates: readonly string[];
}

function readyTimeoutProblems(seconds: number, argument: string): BadValue[] {
    return wholeNumberProblems(argument, seconds, 1, 3600, "seconds, ");
}

/** Everything wrong with what a machine is waited for. */
function waitForProblems({ units = [], ports = [], command }: WaitForArgs, argument: string): BadValue[] {
    return [
        ...units.flatMap((unit) =>
            unitNameProblems(
                `${argument}.units`,
                unit,
                'unit names with their type, "hello.service" (systemd.unit(5))',
            ),
        ),
        // All in one variable of the program that waits.
        ...textProblems(units.join(" "), "", `${argument}.units`),
        ...ports.flatMap((port, index) => wholeNumberProblems(`${argument}.ports[${index}]`, port, 1, 65535)),
        ...(command === ""
            ? [{ argument: `${argument}.command`, value: command, allowed: "a command for /bin/sh" }]
            : textProblems(command ?? "", command ?? "", `${argument}.command`)),
    ];
}

export const READINESS = {
    waitFor: { problems: waitForProblems, spec: (waitFor) => ({ waitFor }) },
    readyTimeout: { problems: readyTimeoutProblems, spec: (readySeconds = 60) => ({ readySeconds }) },
    allowDegraded: { spec: (allowed = false) => ({ readyStates: allowed ? ["running", "degraded"] : ["running"] }) },
} satisfies ArgumentTable<ReadinessArgs, ReadinessSpec>;
