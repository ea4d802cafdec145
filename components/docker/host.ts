import * as pulumi from "@pulumi/pulumi";
import type { Access, CgroupAccess } from "../cgroups/access";
import { accessNamed, chooseCgroupAccess } from "../cgroups/choice";
import { sandboxCgroup } from "../cgroups/parents";
import type { HostFacts } from "../host/facts";
import { LABEL_PREFIX, ONE_SHOT } from "../labels";
import type { MachineSpec } from "../machine/arguments";
import { refusal } from "../refusal";
import { knownBefore, token } from "../token";
import type { BootImage } from "./boot-image";
import { containerName } from "./container";
import { addressOf, type Engine, USUAL_ENGINE } from "./engine";
import { containerGeneration, type Generation, staleGenerations } from "./generation";
import { announceSetup, askKernel, delegatedCgroup, type HostKernel, reasonAgainstKernel } from "./kernel";
import type { HostLook } from "./look";
import { runProgram } from "../operations/program";
import { giftOf, limitsOf, managerOf } from "./setup";

/** Inputs of {@link SystemdHost}. */
export interface SystemdHostArgs {
    /** Name of the sandbox that the host is set up for: its cgroups are removed at the end. */
    sandbox: string;
    /** What the engine says of the host: {@link lookAtHost}. */
    look: pulumi.Output<HostLook>;
    /** The image whose systemd is to run; the set-up borrows its shell. */
    image: BootImage;
    /**
     * The machines that are to be there: their limits are set once, for all of them.
     * @default none
     */
    machines?: readonly MachineSpec[];
    /**
     * What tells the sandbox's things from those of another one of its name.
     * @default nothing
     */
    instance?: pulumi.Input<string>;
    /**
     * The host's engine.
     * @default the one that Pulumi's environment names
     */
    engine?: Engine;
    /**
     * The cgroup access to use instead of the one that the host facts suggest.
     * @default the least privileged that boots on this host
     */
    cgroupAccess?: CgroupAccess;
}

/**
 * A Docker host that can run systemd in containers: which cgroup access it takes, and the one-shot set-up for it.
 *
 * A host that cannot is refused on preview, with the reason and the way out.
 */
export class SystemdHost extends pulumi.ComponentResource {
    /** What the Docker API says of the host. */
    readonly facts: pulumi.Output<HostFacts>;
    /** How machines get a cgroup subtree that they may write. */
    readonly access: pulumi.Output<CgroupAccess>;
    /** Its engine. */
    readonly engine: Engine;
    /** The machines' containers as they were seen on the host. */
    readonly look: pulumi.Output<HostLook>;
    readonly #instance: pulumi.Output<string>;
    readonly #generations: pulumi.Output<Record<string, Generation>>;

    constructor(name: string, args: SystemdHostArgs, opts?: pulumi.ComponentResourceOptions) {
        super(token("SystemdHost"), name, {}, knownBefore("SystemdHost", opts));
        this.engine = args.engine ?? USUAL_ENGINE;
        this.look = args.look;
        this.facts = args.look.facts;
        const access = this.facts.apply((facts) =>
            accessNamed(decideAccess(facts, args.image.systemdVersion, args.cgroupAccess, this)),
        );
        this.access = access.apply(({ name }) => name);
        this.#instance = pulumi.output(args.instance ?? "");
        this.#generations = pulumi
            .all([args.look.containers, this.#instance])
            .apply(([seen, instance]) =>
                Object.fromEntries(
                    (args.machines ?? [])
                        .map(containerName)
                        .map((container) => [container, containerGeneration(seen, container, instance)]),
                ),
            );
        const bootId = this.bootId(args, access);
        this.setUp(name, args, access, bootId);
        this.registerOutputs({ access: this.access });
    }

    /** By which label the container is known, as long as it is there. */
    generationOf(container: string): pulumi.Output<Generation> {
        return this.#generations.apply((all) => all[container]);
    }

    /** Changes when the host reboots. On preview the kernel is asked all that decides what the set-up will do. */
    private bootId(args: SystemdHostArgs, access: pulumi.Output<Access>): pulumi.Output<string> {
        const ask = (images: pulumi.Input<string>) =>
            pulumi
                .all([
                    askKernel(this.engine, args.sandbox, images, access, this.facts, { parent: this }),
                    access,
                    this.facts,
                ])
                .apply(([kernel, chosen, facts]) => this.judge(kernel, chosen, facts));
        return pulumi.runtime.isDryRun()
            ? ask(args.image.previewImages)
            : args.look.apply((look) =>
                  // What the look saw of our own kernel is enough, but where the engine's user has to own cgroups.
                  look.bootId === undefined || delegatedCgroup(look.facts) !== ""
                      ? ask(args.image.imageId)
                      : pulumi.output(look.bootId),
              );
    }

    private judge(kernel: HostKernel | undefined, access: Access, facts: HostFacts): string {
        const reason = kernel && reasonAgainstKernel(kernel, access, facts);
        if (reason !== undefined) {
            throw refusal(reason, this);
        }
        if (pulumi.runtime.isDryRun()) {
            void pulumi.log.info(announceSetup(kernel, access, facts), this);
        }
        return kernel?.bootId ?? "";
    }

    private setUp(
        name: string,
        { sandbox, image, machines = [] }: SystemdHostArgs,
        access: pulumi.Output<Access>,
        bootId: pulumi.Output<string>,
    ): void {
        const cgroup = this.facts.apply((facts) => sandboxCgroup(sandbox, facts));
        const manager = this.facts.apply(managerOf);
        const here = pulumi.all([this.facts, access]);
        runProgram(
            `${name}-setup`,
            {
                peer: this.engine,
                create: ["prepare"],
                variables: {
                    IMAGE: image.imageId,
                    ENGINE: this.facts.engine,
                    SANDBOX: sandbox,
                    LABEL: `${LABEL_PREFIX}sandbox=`,
                    INSTANCE: this.#instance,
                    ONE_SHOT: `${ONE_SHOT}=${sandbox}`,
                    OWN: this.#instance.apply((known) => (known === "" ? "" : `${LABEL_PREFIX}instance=${known}`)),
                    STALE: this.#generations.apply((all) => JSON.stringify(staleGenerations(all))),
                    HIERARCHY: access.apply(({ hierarchy }) => hierarchy?.at ?? ""),
                    RESERVATIONS: access.apply(({ hierarchy }) => hierarchy?.reservations ?? ""),
                    CGROUP: cgroup.directory,
                    SLICE: cgroup.slice,
                    MANAGER: manager.option,
                    RUNTIME: manager.runtime,
                    LIMITS: here.apply(([facts, chosen]) => JSON.stringify(limitsOf(machines, facts, chosen))),
                    GIFT: here.apply(([facts, chosen]) => JSON.stringify(giftOf(machines, facts, chosen))),
                    // A reboot takes mounts and cgroups away: the set-up then runs again.
                    BOOT_ID: bootId,
                },
                // Nothing else here: they replace, and the old one's end would come under living machines.
                triggers: addressOf(this.engine),
                remembers: true,
                atTheEnd: "remove-sandbox",
            },
            { parent: this },
        );
    }
}

/** The access that the host is used with; throws the refusal of a host on which this systemd doesn't boot. */
export function decideAccess(
    facts: HostFacts,
    systemdVersion: number,
    wish: CgroupAccess | undefined,
    resource: pulumi.Resource,
): CgroupAccess {
    const decision = chooseCgroupAccess(facts, systemdVersion, wish);
    if ("refusal" in decision) {
        throw refusal(decision.refusal, resource);
    }
    return decision.access;
}
