import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { sandboxCgroup } from "./cgroup-parent";
import { type CgroupAccess, chooseCgroupAccess } from "./cgroups";
import { NAMED_HIERARCHY } from "./container";
import { at, type Engine, USUAL_ENGINE } from "./engine";
import type { HostFacts } from "./facts";
import { announcePlan, type HostPlan, parseHostPlan, refusePlan } from "./host/plan";
import { hostScript } from "./host/script";
import type { BootImage } from "./image";
import { refusal } from "./problems";

/** Inputs of {@link SystemdHost}. */
export interface SystemdHostArgs {
    /** Name of the sandbox that the host is set up for: its cgroups are removed at the end. */
    sandbox: string;
    /** What the Docker API says of the host: {@link readHostFacts}. */
    facts: pulumi.Output<HostFacts>;
    /** The image whose systemd is to run; the set-up borrows its shell. */
    image: BootImage;
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
    /** Changes when the host reboots, which takes its mounts and cgroups away. */
    readonly bootId: pulumi.Output<string>;
    /** Its engine. */
    readonly engine: Engine;

    constructor(name: string, args: SystemdHostArgs, opts?: pulumi.ComponentResourceOptions) {
        super("pulumi-centos-systemd:index:SystemdHost", name, {}, opts);
        this.engine = args.engine ?? USUAL_ENGINE;
        this.facts = args.facts;
        this.access = args.facts.apply((facts) =>
            decideAccess(facts, args.image.systemdVersion, args.cgroupAccess, this),
        );
        this.bootId = this.readPlan(args).apply((plan) => plan?.bootId ?? "");
        this.setUp(name, args);
        this.registerOutputs({ access: this.access });
    }

    /** A look at the host from inside, on preview too: through an image that is there already. */
    private readPlan(args: SystemdHostArgs): pulumi.Output<HostPlan | undefined> {
        const images = pulumi.runtime.isDryRun() ? args.image.previewImages : args.image.imageId;
        const { stdout } = command.local.runOutput(
            { ...SETUP, command: "plan", environment: this.environment(args, images), logging: "none" },
            { parent: this },
        );
        return pulumi.all([stdout, this.access, this.facts]).apply(([line, access, { cgroupDriver }]) => {
            const plan = parseHostPlan(line);
            const reason = plan && refusePlan(plan, access);
            if (reason !== undefined) {
                throw refusal(reason, this);
            }
            if (pulumi.runtime.isDryRun()) {
                void pulumi.log.info(announcePlan(plan, access, cgroupDriver), this);
            }
            return plan;
        });
    }

    private setUp(name: string, args: SystemdHostArgs): command.local.Command {
        return new command.local.Command(
            `${name}-setup`,
            {
                ...SETUP,
                create: "prepare",
                delete: "remove",
                // Nothing else here: they replace, and the old one's `remove` would run under living machines.
                triggers: at(this.engine),
                environment: {
                    ...this.environment(args, args.image.imageId),
                    // A reboot takes mounts and cgroups away: the set-up then runs again.
                    BOOT_ID: this.bootId,
                },
            },
            { parent: this },
        );
    }

    /** What setup.sh reads. */
    private environment(args: SystemdHostArgs, image: pulumi.Input<string>): Record<string, pulumi.Input<string>> {
        const cgroup = args.facts.apply(({ cgroupDriver }) => sandboxCgroup(args.sandbox, cgroupDriver));
        return {
            ...this.engine.environment,
            IMAGE: image,
            ENGINE: args.facts.engine,
            ACCESS: this.access,
            SANDBOX: args.sandbox,
            CGROUP: cgroup.directory,
            SLICE: cgroup.slice,
            NAMED_HIERARCHY,
        };
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

const SETUP = {
    interpreter: ["/bin/sh", "-s"],
    stdin: hostScript("setup.sh"),
};
