import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../problems";
import { replicaNames } from "./replicas";

/** Who a machine is on its networks. */
export interface NameArgs {
    /** The sandbox: domain of its machines. */
    readonly sandbox: string;
    /** The machine. */
    readonly machine: string;
    /** What replicas have in common: the name under which they were declared. */
    readonly group?: string;
    readonly hostname?: string;
    readonly aliases?: string[];
}

/** The two parts in which Docker wants a host name; `hostname --fqdn` gives both. */
export function hostName({ sandbox, machine, hostname = machine }: NameArgs): { hostname: string; domainname: string } {
    const [host, ...domain] = hostname.split(".");
    return { hostname: host, domainname: domain.join(".") || sandbox };
}

/** The networks as the container joins them. Names of containers are too long to type: Docker's DNS answers for aliases. */
export function containerNetworks(
    args: NameArgs & { network: pulumi.Input<string>; externalNetworks?: pulumi.Input<string>[] },
): docker.types.input.ContainerNetworksAdvanced[] {
    const { network, externalNetworks = [] } = args;
    return [
        { name: network, aliases: networkAliases(args) },
        ...externalNetworks.map((name) => ({ name, aliases: externalAliases(args) })),
    ];
}

/** By which names the others of its sandbox find it: Docker's DNS answers with every machine that has the name. */
export function networkAliases(args: NameArgs): string[] {
    return unique([args.machine, args.group ?? args.machine, hostName(args).hostname, ...externalAliases(args)]);
}

/** By which names those of other sandboxes find it: what each sandbox may have one of, like `web`, is left out. */
export function externalAliases(args: NameArgs): string[] {
    const { sandbox, machine, group = machine, aliases = [] } = args;
    const { hostname, domainname } = hostName(args);
    return unique([`${machine}.${sandbox}`, `${group}.${sandbox}`, `${hostname}.${domainname}`, ...aliases]);
}

const unique = (names: string[]) => [...new Set(names)];

/** Labels of a domain name (RFC 1123). */
const DOMAIN_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;
const ALLOWED = "lower-case letters, digits and dashes, with dots between labels of at most 63";

/** Everything wrong with one machine's names. */
export function namesProblems(args: { hostname?: string; aliases?: string[] }, prefix: string): Problem[] {
    return [
        ...(args.hostname === undefined || DOMAIN_NAME.test(args.hostname)
            ? []
            : [{ argument: `${prefix}hostname`, value: args.hostname, allowed: ALLOWED }]),
        ...(args.aliases ?? []).flatMap((alias, index) =>
            DOMAIN_NAME.test(alias) ? [] : [{ argument: `${prefix}aliases[${index}]`, value: alias, allowed: ALLOWED }],
        ),
    ];
}

/** Aliases that are another machine's name: the two would answer in turn. */
export function aliasClashes(
    sandbox: string,
    machines: readonly (readonly [string, { hostname?: string; aliases?: string[]; count?: number }])[],
): Problem[] {
    return machines.flatMap(([machine, { hostname, aliases = [] }]) => {
        const others = machines
            .filter(([other]) => other !== machine)
            .flatMap(([other, { count }]) => [other, ...replicaNames(other, count)])
            .flatMap((other) => [other, `${other}.${sandbox}`]);
        const clash = (argument: string, value: string | undefined) =>
            value !== undefined && others.includes(value)
                ? [{ argument, value, allowed: "a name that isn't another machine's" }]
                : [];
        return [
            ...clash(`machines.${machine}.hostname`, hostname),
            ...aliases.flatMap((alias, index) => clash(`machines.${machine}.aliases[${index}]`, alias)),
        ];
    });
}
