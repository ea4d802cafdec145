import * as pulumi from "@pulumi/pulumi";
import { type HostFacts, type InfoAnswer, parseHostFacts, type VersionAnswer } from "../host/facts";
import { refusal } from "../refusal";
import { type Engine, USUAL_ENGINE } from "./engine";
import { imageRepository } from "./image-name";
import { askProgram } from "../operations/program";

/** What an engine says of its host, and of what a sandbox has there. Everything is as it was when the program ran. */
export interface HostLook {
    readonly facts: HostFacts;
    /** The sandbox's containers, and those of anybody else that have a name which one of them could have. */
    readonly containers: readonly SeenContainer[];
    /** Networks that are named like the sandbox. */
    readonly networks: readonly SeenThing[];
    /** Ids of images that are there, among those that were asked for. */
    readonly images: readonly string[];
    /** Tags of the image that is built for the sandbox. */
    readonly imageTags: readonly string[];
    /** Those of the paths that were asked for which the host doesn't have. */
    readonly missingPaths: readonly string[];
    /** Changes when the host reboots; not known where the host's kernel isn't that of the machine where Pulumi runs. */
    readonly bootId?: string;
    /** Whether the host's kernel has IPv6; not known in the same case. */
    readonly ipv6?: boolean;
}

/** Something on the host. Anybody can have made it, whatever its labels say. */
export interface SeenThing {
    readonly id: string;
    readonly name: string;
    readonly labels: OurLabels;
}

export interface SeenContainer extends SeenThing {
    /** Docker's own word: `running`, `exited`, … */
    readonly status: string;
    /** Whether it was started at least once. */
    readonly started: boolean;
    /** When it stopped for the last time; empty where it never did. */
    readonly lastStop: string;
}

/** Our labels of it; what isn't there is empty. */
export interface OurLabels {
    readonly sandbox: string;
    readonly project: string;
    readonly stack: string;
    readonly owner: string;
    readonly instance: string;
    readonly generation: string;
}

/** What look.mjs prints. */
type Printed = { readonly unreachable: string } | PrintedLook;

interface PrintedLook extends Pick<HostLook, "containers" | "networks" | "images" | "imageTags" | "missingPaths"> {
    readonly version: VersionAnswer;
    readonly info: InfoAnswer;
    readonly kernel?: { readonly bootId: string; readonly slices: string; readonly ipv6?: boolean };
}

/**
 * Looks at the host for what a sandbox has there, its image `name` among it, for an image of that id, and whether it has those paths;
 * a function and no resource, so that it is done on preview too and never stale in state.
 */
export function lookAtHost(
    name: string,
    sandbox: string,
    opts: { readonly parent: pulumi.Resource },
    engine: Engine = USUAL_ENGINE,
    image = "",
    paths: readonly string[] = [],
): pulumi.Output<HostLook> {
    const printed = askProgram(
        "look",
        engine,
        { SANDBOX: sandbox, REPOSITORY: imageRepository(name), IMAGE: image, PATHS: JSON.stringify(paths) },
        opts,
    );
    return pulumi.all([printed, engine.cli]).apply(([line, cli]) => parseHostLook(line, cli, opts.parent));
}

/** Throws where the engine can't be reached: in one line, without a stack trace. */
export function parseHostLook(line: string, cli: string, resource: pulumi.Resource): HostLook {
    const printed = JSON.parse(line) as Printed;
    if ("unreachable" in printed) {
        throw refusal(
            `The Docker engine can't be reached: ${printed.unreachable} ` +
                `\`${cli} version\` shows whether it answers; DOCKER_HOST, or the argument \`host\`, says where it is.`,
            resource,
        );
    }
    const { version, info, kernel, ...seen } = printed;
    return {
        ...seen,
        facts: parseHostFacts(version, info, kernel?.slices),
        bootId: kernel?.bootId,
        ipv6: kernel?.ipv6,
    };
}
