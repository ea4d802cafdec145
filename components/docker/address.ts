import type { Input } from "@pulumi/pulumi";
import type { BadValue } from "../rules/problem";

/** The address of a Docker engine. */
export interface EngineArgs {
    /**
     * Where the engine listens: `ssh://user@machine[:port]`, `tcp://machine:port` with `certPath`, `unix:///path`.
     * What ssh needs to know (keys, known hosts, jumps) belongs into `~/.ssh/config`: Docker's CLI takes no options for it.
     * @default what `DOCKER_HOST` says, else this machine's own engine
     */
    host?: Input<string>;
    /**
     * Directory with `ca.pem`, `cert.pem` and `key.pem`, for a `tcp://` host (https://docs.docker.com/engine/security/protect-access).
     * A path relative to the program's working directory keeps a developer's own paths out of the state.
     * @default none: a `tcp://` host must then be this machine
     */
    certPath?: Input<string>;
}

/** Docker's own addresses: no user's password in it, no path behind the port, and nothing that ssh(1) takes for an option. */
const SSH = /^ssh:\/\/([^\s:@/-][^\s:@/]*@)?([^\s:@/-][^\s:@/]*|\[[0-9a-f:]+\])(:\d+)?$/;
const TCP = /^tcp:\/\/([^\s:@/-][^\s:@/]*|\[[0-9a-f:]+\]):\d+$/;
const MOST_PORT = 65_535;
const UNIX = /^unix:\/\/\/\S+$/;
const THIS_MACHINE = /^tcp:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\]):/;

/** Everything wrong with an address; what isn't known yet is looked at when it is. */
export function engineProblems({ host, certPath }: EngineArgs, prefix = ""): BadValue[] {
    const argument = `${prefix}host`;
    if (certPath !== undefined && !(typeof host === "string" ? host.startsWith("tcp://") : host !== undefined)) {
        return [
            { argument: `${prefix}certPath`, value: certPath, allowed: "only beside a `host` of tcp://machine:port" },
        ];
    }
    if (typeof host !== "string") {
        return [];
    }
    if (![SSH, TCP, UNIX].some((form) => form.test(host)) || portOf(host) > MOST_PORT) {
        const allowed = "ssh://user@machine[:port], tcp://machine:port or unix:///path, without a password";
        return [{ argument, value: withoutPassword(host), allowed }];
    }
    return host.startsWith("tcp://") && !certPath && !THIS_MACHINE.test(host)
        ? [
              {
                  argument,
                  value: host,
                  allowed: "tcp:// to another machine only with `certPath`: without TLS everybody is root there",
              },
          ]
        : [];
}

/** 0 where it has none. */
function portOf(address: string): number {
    return Number(/^(?:ssh|tcp):.*:(\d+)$/.exec(address)?.[1] ?? 0);
}

function withoutPassword(address: string): string {
    return address.replace(/:[^:@/]*@/, ":…@");
}
