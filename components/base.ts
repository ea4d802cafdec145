import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { CgroupAccess } from "./cgroups";
import { type Engine, type EngineArgs, on, openEngine } from "./engine";
import { type HostFacts, readHostFacts } from "./facts";
import { decideAccess, SystemdHost } from "./host";
import { type BootImage, imageSource, type ImageSourceArgs, SystemdImage } from "./image";
import { LABEL_PREFIX } from "./labels";
import { type Problem, refusal, refuse } from "./problems";
import { baseProblems } from "./validation";
import { VERSION } from "./version";

/** Inputs of {@link SystemdBase}. */
export interface SystemdBaseArgs extends ImageSourceArgs, EngineArgs {
    /**
     * The cgroup access to use instead of the one that the host facts suggest (docs/hosts.md).
     * @default the least privileged that boots on this host
     */
    cgroupAccess?: string;
}

/** What a base stack exports, and a sandbox takes as `base`. */
export interface BaseOutputs {
    /** Full name of the stack, `organization/project/stack`. */
    readonly stack: string;
    /** Version of this package that made it; sandboxes of another one refuse it. */
    readonly version: string;
    /** The distribution, as in the table of `distributions.ts`, or `custom`. */
    readonly distribution: string;
    /** Major version of systemd in the image. */
    readonly systemdVersion: number;
    /** The image's id, `sha256:…`: where it changes, each sandbox's next `pulumi up` replaces the machines. */
    readonly imageId: string;
    /** Name and tag of the image on the host. */
    readonly imageName: string;
    /** Address of the host's engine; empty where the environment of Pulumi named it. */
    readonly host: string;
    /** What the Docker API says of the host. */
    readonly facts: HostFacts;
}

/**
 * The part that sandboxes share: an image, and a host that is set up for it. A stack of its own; its `outputs` are what
 * sandboxes of other stacks take as `base`.
 *
 * It can't be destroyed while a sandbox on its host uses it: the error names them.
 */
export class SystemdBase extends pulumi.ComponentResource {
    readonly outputs: pulumi.Output<BaseOutputs>;

    constructor(name: string, args: SystemdBaseArgs, opts?: pulumi.ComponentResourceOptions) {
        super("pulumi-centos-systemd:index:SystemdBase", name, {}, opts);
        refuse(this, baseProblems(name, args));
        const { host: address, certPath, cgroupAccess, ...source } = args;
        const engine = openEngine(name, { host: address, certPath }, this);
        const { systemdVersion } = imageSource(source);
        // Everything else waits for these facts: on a host that is refused, nothing is made.
        const facts = readHostFacts({ parent: this }, engine).apply((known) => {
            decideAccess(known, systemdVersion, cgroupAccess as CgroupAccess | undefined, this);
            return known;
        });
        const platform = pulumi.interpolate`linux/${facts.architecture}`;
        const image = new SystemdImage(name, { ...source, platform, engine }, on(engine, this));
        const host = new SystemdHost(
            name,
            { sandbox: name, facts, image, engine, cgroupAccess: cgroupAccess as CgroupAccess | undefined },
            on(engine, this),
        );
        this.guard(name, engine, [image, host]);
        this.outputs = pulumi.all([image.imageId, pulumi.output(address), facts]).apply(([imageId, at, hostFacts]) => ({
            stack: thisStack(),
            version: VERSION,
            distribution: image.distribution,
            systemdVersion: image.systemdVersion,
            imageId,
            imageName: image.imageName,
            host: at ?? "",
            facts: hostFacts,
        }));
        this.registerOutputs({ outputs: this.outputs });
    }

    /** Last to be made, so first to be destroyed: where it refuses, nothing is lost yet. */
    private guard(name: string, engine: Engine, dependsOn: pulumi.Resource[]): command.local.Command {
        return new command.local.Command(
            `${name}-guard`,
            {
                interpreter: ["/bin/sh", "-s"],
                stdin: readFileSync(path.join(__dirname, "host", "guard-base.sh"), "utf8"),
                delete: "release",
                environment: { ...engine.environment, BASE: thisStack(), LABEL_PREFIX },
            },
            { parent: this, dependsOn },
        );
    }
}

/** The full name by which another stack's StackReference finds this one. */
function thisStack(): string {
    return `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
}

/** What of a base can be refused before anything is looked at. */
export function baseOutputsProblems(base: BaseOutputs | undefined, argument: string): Problem[] {
    return base === undefined || base.version === VERSION
        ? []
        : [
              {
                  argument: `${argument}.version`,
                  value: base.version,
                  allowed: `a base made by the same version of pulumi-centos-systemd, ${VERSION}`,
                  mend: `Bring ${base.stack} up with this version: pulumi up --stack ${base.stack}. Or use the version that made it`,
              },
          ];
}

/** The base's image, once it was seen on the sandbox's own host; the refusal comes on preview. */
export function imageOfBase(
    base: BaseOutputs,
    facts: pulumi.Output<HostFacts>,
    { environment }: Engine,
    parent: pulumi.Resource,
): BootImage {
    const look = `docker image inspect --format='{{.Id}}' ${base.imageId} 2>&1 || true`;
    const seen = command.local.runOutput({ command: look, environment, logging: "none" }, { parent }).stdout;
    const imageId = pulumi.all([seen, facts]).apply(([answer, { hostName }]) => {
        const reason = refuseBase(base, hostName, answer.trim());
        if (reason !== undefined) {
            throw refusal(reason, parent);
        }
        return base.imageId;
    });
    return { imageId, previewImages: imageId, systemdVersion: base.systemdVersion };
}

/** Why a sandbox on this host can't use the base, by what the host says of the base's image. */
export function refuseBase(
    { stack, imageId, imageName, host, facts }: BaseOutputs,
    hostName: string,
    answer: string,
): string | undefined {
    if (answer === imageId) {
        return undefined;
    }
    const [, , name] = stack.split("/");
    return facts.hostName === hostName
        ? `The image of the base ${stack}, ${imageName}, is gone from its host ${hostName}. ` +
              `Build it again: pulumi up --stack ${name} --replace '**docker:index/image:Image::${name}'`
        : `The base ${stack} is on the host ${facts.hostName}, this sandbox on ${hostName}. ` +
              (host === "" ? "" : `Go there: pulumi config set host ${host}. Or `) +
              "bring up a base of this host, in a stack of its own (pulumi stack init base-…), and name it in `base`.";
}
