import * as pulumi from "@pulumi/pulumi";
import { endOfLifeWarning } from "../distribution/end-of-life";
import { machineSpec } from "../machine/arguments";
import type { SystemdSandboxArgs } from "./arguments";
import { ClusterSite } from "./cluster-site";
import { EngineSite } from "./engine-site";
import type { Declared, Site } from "./site";
import type { SiteArgs } from "./site-args";

/** Finds the site that a machine is on. */
export type Sites = (declared: Declared) => Site;

/** Where the machines are: one cluster for all, or each host that one of them runs on, once. */
export function openSites(
    name: string,
    args: SystemdSandboxArgs,
    machines: readonly Declared[],
    parent: pulumi.Resource,
): Sites {
    const { cluster, host, certPath, base, hosts, machines: _, ...settings } = args;
    const specs = (declared: readonly Declared[]) =>
        declared.map(({ machine, group, args }) => machineSpec({ sandbox: name, machine, group }, args));
    const known: Record<string, SiteArgs> = { "": { host, certPath, base }, ...hosts };
    const used = cluster === undefined ? [...new Set(machines.map(({ on }) => on))] : [];
    // Once, however many hosts build it; a base has warned its own owner, and an image that is there is its maker's.
    const isBuilt =
        cluster === undefined ? !used.every((site) => known[site].base) : (cluster.image ?? base) === undefined;
    const warning = isBuilt ? endOfLifeWarning(settings, new Date()) : undefined;
    if (warning !== undefined) {
        void pulumi.log.warn(warning, parent);
    }
    if (cluster !== undefined) {
        const site = new ClusterSite(cluster, base, { ...settings, sandbox: name, machines: specs(machines) }, parent);
        return () => site;
    }
    const sites = Object.fromEntries(
        used.map((site) => [
            site,
            new EngineSite(
                site === "" ? name : `${name}-${site}`,
                known[site],
                { ...settings, sandbox: name, machines: specs(machines.filter(({ on }) => on === site)) },
                parent,
            ),
        ]),
    );
    return ({ on }) => sites[on];
}
