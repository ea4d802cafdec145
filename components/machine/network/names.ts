import type { BadValue, Problem } from "../../rules/problem";
import type { ArgumentTable } from "../argument";
import type { MachineName } from "../machine-name";
import { replicaNames } from "../placement/replicas";

/** How others find a machine. */
export interface NameArgs {
    /**
     * Host name, with or without a domain (`web.example.org`). The other machines find it by this name too.
     * @default the machine's name, in a domain that is named like the sandbox
     */
    hostname?: string;
    /**
     * More names by which other machines find this one. Machines that share an alias answer to it in turn.
     * @default none: `<machine>`, `<machine>.<sandbox>` and the host name
     */
    aliases?: string[];
}

export interface NameSpec extends MachineName {
    /** Host name and domain, in two parts: `hostname --fqdn` puts them together. */
    readonly hostname: string;
    readonly domain: string;
    readonly aliases: readonly string[];
}

/** The host name's two parts. */
export function hostNameSpec(
    given: string | undefined,
    { sandbox, machine }: MachineName,
): Pick<NameSpec, "hostname" | "domain"> {
    const [hostname, ...domain] = (given ?? machine).split(".");
    return { hostname, domain: domain.join(".") || sandbox };
}

/** By which names the others of its sandbox find it. Replicas share the name of their group. */
export function ownNames(spec: NameSpec): string[] {
    return unique([spec.machine, spec.group, spec.hostname, ...foreignNames(spec)]);
}

/** By which names those of other sandboxes find it: what each sandbox may have one of, like `web`, is left out. */
export function foreignNames({ sandbox, machine, group, hostname, domain, aliases }: NameSpec): string[] {
    return unique([`${machine}.${sandbox}`, `${group}.${sandbox}`, `${hostname}.${domain}`, ...aliases]);
}

const unique = (names: string[]) => [...new Set(names)];

/** Labels of a domain name (RFC 1123). */
const DOMAIN_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** A host name or an alias. */
function domainNameProblems(name: string, argument: string): BadValue[] {
    return DOMAIN_NAME.test(name)
        ? []
        : [
              {
                  argument,
                  value: name,
                  allowed: "lower-case letters, digits and dashes, with dots between labels of at most 63",
              },
          ];
}

function aliasProblems(aliases: readonly string[], argument: string): BadValue[] {
    return aliases.flatMap((alias, index) => domainNameProblems(alias, `${argument}[${index}]`));
}

/** Names that are another machine's too: the two would answer in turn. */
export function nameClashes(
    sandbox: string,
    machines: readonly (readonly [string, NameArgs & { count?: number }])[],
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

export const NAMES = {
    hostname: { problems: domainNameProblems, spec: hostNameSpec },
    aliases: { problems: aliasProblems, spec: (aliases = []) => ({ aliases }) },
} satisfies ArgumentTable<NameArgs, NameSpec>;
