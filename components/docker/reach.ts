import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { SystemdHost } from "./host";
import type { Reach } from "../operations/reach";

/** A program runs again in the next machine of the name, for that has another id. */
export function reachOf(container: docker.Container, { engine }: SystemdHost, network: pulumi.Input<string>): Reach {
    return { peer: engine, network, variables: { MACHINE: container.name, MACHINE_ID: container.id } };
}

/** The same for what has to be done again when the machine was stopped meanwhile, by whomever. */
export function sinceLastStop(reach: Reach, { look }: SystemdHost, container: string): Reach {
    const lastStop = look.containers.apply((seen) => seen.find(({ name }) => name === container)?.lastStop ?? "");
    return { ...reach, variables: { ...reach.variables, LAST_STOP: lastStop } };
}
