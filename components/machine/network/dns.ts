import { isIP } from "node:net";
import type { BadValue } from "../../rules/problem";
import type { ArgumentTable } from "../argument";

/** Whom a machine asks for names that aren't its sandbox's. */
export interface DnsArgs {
    /**
     * Name servers for all names but those of machines, as IPv4 or IPv6 addresses; the engine asks them for the machine. A
     * change replaces the machine.
     * @default the host's
     */
    dns?: string[];
}

export interface DnsSpec {
    readonly dns: readonly string[];
}

function dnsProblems(servers: readonly string[], argument: string): BadValue[] {
    return servers.flatMap((server, index) => {
        const that = { argument: `${argument}[${index}]`, value: server };
        if (isIP(server) === 0 || server.includes("%")) {
            return [{ ...that, allowed: "the address of a name server, without a zone" }];
        }
        // The provider keeps them as a set.
        return servers.indexOf(server) < index ? [{ ...that, allowed: "one that isn't in the list already" }] : [];
    });
}

export const DNS = {
    dns: { problems: dnsProblems, spec: (dns = []) => ({ dns }) },
} satisfies ArgumentTable<DnsArgs, DnsSpec>;
