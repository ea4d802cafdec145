import * as pulumi from "@pulumi/pulumi";
import type { MachineSpec } from "../machine/arguments";
import { fingerprint, provision } from "./provision";
import type { Reach } from "./reach";
import { awaitReady } from "./readiness";

/**
 * systemd, provisioning, and then what is waited for; without provisioning, all of it in one. `sinceLastStop` is the reach with what
 * makes a program run again when the machine was stopped meanwhile.
 *
 * @returns what was printed when the machine was ready: a {@link Readiness}
 */
export function bringUp(
    name: string,
    spec: MachineSpec,
    reach: Reach,
    sinceLastStop: Reach,
    opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
    if (spec.steps.length === 0) {
        return awaitReady(`${name}-ready`, spec, spec.waitFor, sinceLastStop, opts).stdout;
    }
    const ready = awaitReady(`${name}-ready`, spec, undefined, sinceLastStop, opts);
    const steps = provision(name, spec.steps, spec.uploads, reach, { ...opts, dependsOn: ready });
    if (spec.waitFor === undefined) {
        return pulumi.all([ready.stdout, steps.at(-1)?.id]).apply(([stdout]) => stdout);
    }
    const provisioned = {
        ...sinceLastStop,
        variables: { ...sinceLastStop.variables, PROVISIONED: fingerprint(steps) },
    };
    return awaitReady(`${name}-wait-for`, spec, spec.waitFor, provisioned, { ...opts, dependsOn: steps }).stdout;
}
