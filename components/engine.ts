import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { type Problem, refuse } from "./problems";

/** The address of a Docker engine. */
export interface EngineArgs {
    /**
     * Where the engine listens: `ssh://user@machine[:port]`, `tcp://machine:port` with `certPath`, `unix:///path`.
     * What ssh needs to know (keys, known hosts, jumps) belongs into `~/.ssh/config`: Docker's CLI takes no options for it.
     * @default what `DOCKER_HOST` says, else this machine's own engine
     */
    host?: pulumi.Input<string>;
    /**
     * Directory with `ca.pem`, `cert.pem` and `key.pem`, for a `tcp://` host (https://docs.docker.com/engine/security/protect-access).
     * A path relative to the program's working directory keeps a developer's own paths out of the state.
     * @default none: a `tcp://` host must then be this machine
     */
    certPath?: pulumi.Input<string>;
}

/** One address for everybody who talks to the engine. */
export interface Engine {
    /** For docker resources; `undefined` leaves them to Pulumi's default provider. */
    readonly provider: docker.Provider | undefined;
    /** For Commands that run Docker's CLI; empty where the environment of Pulumi says it already. */
    readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
    /** How a person calls Docker's CLI: `docker`, or `docker -H ssh://…`. */
    readonly cli: pulumi.Output<string>;
    /** The address, where one was given; when it changes, nothing of the old host can be kept. */
    readonly address: pulumi.Input<string> | undefined;
}

/** The engine that Pulumi's environment names. */
export const USUAL_ENGINE: Engine = {
    provider: undefined,
    environment: {},
    cli: pulumi.output("docker"),
    address: undefined,
};

/** The engine at that address; a provider of its own where it isn't the usual one. */
export function openEngine(name: string, { host, certPath }: EngineArgs, parent: pulumi.Resource): Engine {
    if (host === undefined) {
        return USUAL_ENGINE;
    }
    const checked = pulumi.all([host, certPath]).apply(([address, directory]) => {
        // Of what wasn't known before, and may be a secret.
        refuse(
            parent,
            engineProblems({ host: address, certPath: directory }).map((each) => ({
                ...each,
                value: "another address",
            })),
        );
        return { address, directory: directory ?? "" };
    });
    const [address, directory] = [checked.address, checked.directory];
    return {
        provider: new docker.Provider(
            name,
            // An empty context and path, not none: DOCKER_CONTEXT and DOCKER_CERT_PATH would stand in for them.
            { host: address, certPath: directory, context: "" },
            // A new provider replaces what the old one made; an updated one would look for it on the new host.
            { parent, replaceOnChanges: ["host"] },
        ),
        environment: {
            DOCKER_HOST: address,
            // Engines before 23 let a context override DOCKER_HOST; this one takes its address from there.
            DOCKER_CONTEXT: "default",
            DOCKER_TLS_VERIFY: directory.apply((path) => (path === "" ? "" : "1")),
            DOCKER_CERT_PATH: directory,
        },
        cli: pulumi.all([address, directory]).apply(([at, path]) => dockerCommand(at, path)),
        address,
    };
}

function dockerCommand(address: string, certPath: string): string {
    const tls = `--tlsverify --tlscacert ${certPath}/ca.pem --tlscert ${certPath}/cert.pem --tlskey ${certPath}/key.pem`;
    return `docker -H ${address}${certPath === "" ? "" : ` ${tls}`}`;
}

/** Options for resources on that engine; a component hands the provider on to its children. */
export function on({ provider }: Engine, parent: pulumi.Resource): pulumi.CustomResourceOptions {
    return provider === undefined ? { parent } : { parent, provider };
}

/** For `triggers`: a Command on another host is another Command, and what the old one made there is taken away. */
export function at({ address }: Engine): pulumi.Input<string>[] {
    return address === undefined ? [] : [address];
}

/** Docker's own addresses: no user's password in it, no path behind the port. */
const SSH = /^ssh:\/\/([^\s:@/]+@)?([^\s:@/]+|\[[0-9a-f:]+\])(:\d+)?$/;
const TCP = /^tcp:\/\/([^\s:@/]+|\[[0-9a-f:]+\]):\d+$/;
const UNIX = /^unix:\/\/\/\S+$/;
const THIS_MACHINE = /^tcp:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\]):/;

/** Everything wrong with an address; what isn't known yet is looked at when it is. */
export function engineProblems({ host, certPath }: EngineArgs, prefix = ""): Problem[] {
    const argument = `${prefix}host`;
    if (certPath !== undefined && !(typeof host === "string" ? host.startsWith("tcp://") : host !== undefined)) {
        return [
            { argument: `${prefix}certPath`, value: certPath, allowed: "only beside a `host` of tcp://machine:port" },
        ];
    }
    if (typeof host !== "string") {
        return [];
    }
    if (![SSH, TCP, UNIX].some((form) => form.test(host))) {
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

function withoutPassword(address: string): string {
    return address.replace(/:[^:@/]*@/, ":…@");
}
