import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { refuseArguments, refuseOnHost } from "../refusal";
import type { Problem } from "../rules/problem";
import { type EngineArgs, engineProblems } from "./address";

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
        refuseArguments(parent, otherEngines(parent));
        return USUAL_ENGINE;
    }
    const checked = pulumi.all([host, certPath]).apply(([address, directory]) => {
        // Of what wasn't known before, and may be a secret.
        refuseOnHost(
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

/** Docker resources would go to the engine that these name, and our programs to the one of the environment. */
function otherEngines(parent: pulumi.Resource): Problem[] {
    const configured = new pulumi.Config("docker").get("host") || process.env.DOCKER_HOST;
    const others = {
        "a docker provider in the options": parent.getProvider("docker:index/container:Container") !== undefined,
        "docker:host": configured !== process.env.DOCKER_HOST,
    };
    return Object.entries(others)
        .filter(([, isThere]) => isThere)
        .map(([argument]) => ({
            argument,
            with: "a sandbox or base without `host`",
            why: "only a part of it would go to that engine",
            mend: "Say the engine's address in `host`",
        }));
}

function dockerCommand(address: string, certPath: string): string {
    const tls = `--tlsverify --tlscacert ${certPath}/ca.pem --tlscert ${certPath}/cert.pem --tlskey ${certPath}/key.pem`;
    return `docker -H ${address}${certPath === "" ? "" : ` ${tls}`}`;
}

/** Options for resources on that engine; a component hands the provider on to its children. */
export function through({ provider }: Engine, parent: pulumi.Resource): pulumi.CustomResourceOptions {
    return provider === undefined ? { parent } : { parent, provider };
}

/** For `triggers`: a Command on another host is another Command, and what the old one made there is taken away. */
export function addressOf({ address }: Engine): pulumi.Input<string>[] {
    return address === undefined ? [] : [address];
}
