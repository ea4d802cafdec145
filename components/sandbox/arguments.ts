import type { Input } from "@pulumi/pulumi";
import { baseOutputsProblems, baseVersionProblems, isPushed } from "../base/outputs";
import type { CgroupAccess } from "../cgroups/access";
import { imageProblems, type ImageSourceArgs } from "../distribution/source";
import { engineProblems } from "../docker/address";
import {
    type ClusterArgs,
    clusterImageProblems,
    clusterProblems,
    hostConflicts,
    nodeProblems,
    nodeSelectorProblems,
} from "../kubernetes/cluster-args";
import { networkRefusals, podRefusals } from "../kubernetes/refusals";
import { machineArgsProblems, type ReplicatedMachineArgs } from "../machine/arguments";
import { nameClashes } from "../machine/network/names";
import { addressProblems, networkProblems, type SandboxNetworkArgs } from "../machine/network/network";
import { portClashes } from "../machine/network/ports";
import { countProblems, replicaClashes, replicaConflicts, replicaNames } from "../machine/placement/replicas";
import { withoutEchoes } from "../rules/echo";
import { type Checked, fitted } from "../rules/fitting";
import { argumentsOf } from "../rules/shape";
import { choiceProblems } from "../rules/choice";
import { member } from "../rules/member";
import { nameProblems } from "../rules/name";
import type { BadValue, Problem } from "../rules/problem";
import { isMap } from "../rules/shown";
import { ttlProblems } from "../rules/ttl";
import { reachabilityConflicts } from "./reachability";
import type { SiteArgs } from "./site-args";

/** Inputs of {@link SystemdSandbox}. */
export interface SystemdSandboxArgs extends ImageSourceArgs, SiteArgs {
    /**
     * What the sandbox is called on its hosts: 1 to 40 lower-case letters, digits and dashes. For programs in YAML, where a resource's name
     * can't be the stack's: `name: ${pulumi.stack}`. Another name is another sandbox, and replaces this one.
     * @default the resource's name
     */
    name?: string;
    /**
     * A Kubernetes cluster in place of a host: the machines are Pods there, and `on` names a node. What a Pod can't have is refused, with
     * the way out (docs/kubernetes.md).
     * @default none: machines are containers of a Docker engine
     */
    cluster?: ClusterArgs;
    /** The machines, by name: lower-case letters, digits and dashes. */
    machines: Record<string, ReplicatedMachineArgs>;
    /**
     * The network on which the machines of one host find each other.
     * @default one of the sandbox's own, with IPv4 addresses that the engine chooses
     */
    network?: SandboxNetworkArgs;
    /**
     * Further hosts, by the name that machines refer to with `on`. Machines on different hosts don't see each other.
     * @default none: all machines run on `host`
     */
    hosts?: Record<string, SiteArgs>;
    /**
     * Whom the sandbox belongs to: a label of everything in it.
     * @default the user who brought it up first
     */
    owner?: Input<string>;
    /**
     * Time to live in hours, days or weeks: `8h`, `3d`, `2w`. Nothing is removed by itself: `npm run doctor` lists expired
     * sandboxes with the command that removes them. Another value counts anew, and leaves the machines alone.
     * @default unlimited
     */
    ttl?: string;
    /**
     * Keep the built image on the host when the sandbox is destroyed.
     * @default false
     */
    keepImage?: boolean;
    /**
     * The cgroup access to use instead of the one that the host facts suggest (docs/hosts.md).
     * @default the least privileged that boots on this host
     */
    cgroupAccess?: CgroupAccess;
}

/** What is given, as far as it has the shape that it must have, and everything wrong with all of it. */
export function checkSandbox(resource: string, given: unknown): Checked<SystemdSandboxArgs> {
    const { site, problems: outdated } = withoutOutdatedBases(given);
    const { args, problems } = fitted<SystemdSandboxArgs>(site, argumentsOf("SystemdSandbox"));
    return { args, problems: withoutEchoes([...outdated, ...problems], sandboxProblems(resource, args)) };
}

/** A base that isn't one of this version has other outputs, too: one line says it, for it and for those of further hosts. */
function withoutOutdatedBases(given: unknown, prefix = ""): { site: unknown; problems: readonly BadValue[] } {
    if (!isMap(given)) {
        return { site: given, problems: [] };
    }
    const { base, hosts, ...others } = given;
    const problems = baseVersionProblems(base, `${prefix}base`);
    const far = Object.entries(isMap(hosts) && prefix === "" ? hosts : {}).map(
        ([name, site]) => [name, withoutOutdatedBases(site, `${member("hosts", name)}.`)] as const,
    );
    return {
        site: {
            ...others,
            ...(problems.length === 0 && { base }),
            hosts: far.length === 0 ? hosts : Object.fromEntries(far.map(([name, { site }]) => [name, site])),
        },
        problems: [...problems, ...far.flatMap(([, each]) => each.problems)],
    };
}

/** Everything wrong with a sandbox, its machines and what only shows between them. */
function sandboxProblems(resource: string, args: SystemdSandboxArgs): Problem[] {
    const { name = resource } = args;
    const machines = Object.entries(args.machines ?? {});
    return [
        ...nameProblems("name", name),
        ...(args.cluster === undefined ? reservedNameProblems(name) : []),
        ...imageProblems(args),
        ...siteProblems(args, ""),
        ...packageConflicts(args),
        ...hostsProblems(args),
        ...clusterProblems(args.cluster),
        ...hostConflicts(args),
        ...(args.cluster === undefined ? [] : clusterImageProblems(args.cluster, args.base !== undefined)),
        ...basePlaceProblems(args),
        ...(args.cluster === undefined ? [] : networkRefusals(args.network)),
        ...(typeof args.owner !== "string" || /^[^\p{C}]+$/u.test(args.owner)
            ? []
            : [{ argument: "owner", value: args.owner, allowed: "a name on one line, or nothing for who is first" }]),
        ...ttlProblems("ttl", args.ttl),
        ...networkProblems(name, args.network),
        ...addressProblems(machinesHere(args), args.network),
        ...(args.machines === undefined || machines.some(([, { count }]) => count !== 0)
            ? []
            : [
                  {
                      argument: "machines",
                      value: machines.length === 0 ? {} : "a count of 0 everywhere",
                      allowed: "at least one machine, by name",
                  },
              ]),
        ...machines.flatMap(([machine, machineArgs]) => declaredProblems(name, machine, machineArgs, args)),
        ...replicaClashes(args.machines ?? {}),
        ...nameClashes(name, machines),
        // Ports are the host's.
        ...[...new Set(machines.map(([, { on }]) => on))].flatMap((host) =>
            portClashes(machines.filter(([, { on, count }]) => on === host && count !== 0)),
        ),
    ];
}

/** Docker's own networks, or words of its for them: the sandbox's network is named like the sandbox. */
const RESERVED = ["bridge", "container", "default", "host", "none", "nat"];

function reservedNameProblems(name: string): Problem[] {
    return RESERVED.includes(name)
        ? [{ argument: "name", value: name, allowed: "a name that is none of Docker's own networks" }]
        : [];
}

/** How many machines one network of the sandbox has, where it has most. */
function machinesHere({ machines = {} }: SystemdSandboxArgs): number {
    const all = Object.values(machines);
    const counts = [...new Set(all.map(({ on }) => on))].map((host) =>
        all.filter(({ on }) => on === host).reduce((sum, { count = 1 }) => sum + count, 0),
    );
    return Math.max(0, ...counts);
}

function declaredProblems(
    sandbox: string,
    machine: string,
    { count, on, nodeSelector, ...asked }: ReplicatedMachineArgs,
    args: SystemdSandboxArgs,
): Problem[] {
    const that = member("machines", machine);
    const prefix = `${that}.`;
    // With the longest number that it gets.
    const longest = replicaNames(machine, count).at(-1) ?? machine;
    return [
        ...nameProblems(that, longest),
        ...machineArgsProblems({ sandbox, machine: longest }, asked, prefix),
        ...(count === undefined ? [] : countProblems(count, `${prefix}count`)),
        ...replicaConflicts({ ...asked, count }, prefix),
        ...(args.cluster === undefined
            ? [
                  ...choiceProblems(
                      `${prefix}on`,
                      on,
                      Object.keys(args.hosts ?? {}),
                      "nothing: the sandbox has no `hosts`",
                  ),
                  ...reachabilityConflicts(args, { ...asked, on }, prefix),
                  ...(nodeSelector === undefined
                      ? []
                      : [
                            {
                                argument: `${prefix}nodeSelector`,
                                with: "a sandbox without `cluster`",
                                why: "only a cluster has nodes to choose from",
                                mend: "Name a host with `on`",
                            },
                        ]),
              ]
            : [
                  ...nodeProblems(`${prefix}on`, on),
                  ...nodeSelectorProblems(`${prefix}nodeSelector`, nodeSelector),
                  ...podRefusals({ sandbox, machine: longest, group: machine }, asked, args.cluster, prefix),
              ]),
    ];
}

/** A base's image is on its host, or in a registry. */
function basePlaceProblems({ base, cluster }: SystemdSandboxArgs): Problem[] {
    if (base === undefined || typeof base.imageId !== "string" || isPushed(base) === (cluster !== undefined)) {
        return [];
    }
    return [
        {
            argument: "base",
            with: cluster === undefined ? "a sandbox without `cluster`" : "cluster",
            why:
                cluster === undefined
                    ? "the base's image is in a registry, for the nodes of a cluster"
                    : "the base's image is on its host alone, where no node can pull it",
            mend: cluster === undefined ? "Take a base of this host" : "Take a base that was made with `cluster`",
        },
    ];
}

function packageConflicts({ base, packages }: SystemdSandboxArgs): Problem[] {
    return base === undefined || packages === undefined
        ? []
        : [
              {
                  argument: "packages",
                  with: "base",
                  why: "the sandbox takes the base's image, which is built already",
                  mend: "Give the packages to the base",
              },
          ];
}

function siteProblems(site: SiteArgs, prefix: string): Problem[] {
    return [
        ...engineProblems(site, prefix),
        ...baseVersionProblems(site.base, `${prefix}base`),
        ...baseOutputsProblems(site.base, `${prefix}base`),
    ];
}

function hostsProblems({ host, hosts = {} }: SystemdSandboxArgs): Problem[] {
    const sites = Object.entries(hosts);
    return sites.flatMap(([site, args], index) => [
        ...nameProblems(member("hosts", site), site),
        ...siteProblems(args, `${member("hosts", site)}.`),
        // On one host twice, the second network would take the first one's name.
        ...(args.host === undefined ||
        [host, ...sites.slice(0, index).map(([, other]) => other.host)].includes(args.host)
            ? [
                  {
                      argument: `${member("hosts", site)}.host`,
                      value: args.host,
                      allowed: "the address of an engine that no other host names",
                  },
              ]
            : []),
    ]);
}
