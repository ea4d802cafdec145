import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { machineCgroup } from "./cgroup-parent";
import { systemdContainer } from "./container";
import { at } from "./engine";
import type { HostFacts } from "./facts";
import type { SystemdHost } from "./host";
import { hostScript } from "./host/script";
import type { BootImage } from "./image";
import { inventoryGroups } from "./inventory";
import { dockerLabels, type Labels } from "./labels";
import { appArmorHostProblems, appArmorOptions } from "./machine/apparmor";
import type { CapabilitiesArgs } from "./machine/capabilities";
import { containerDevices, type DeviceArgs } from "./machine/devices";
import type { FileArgs } from "./machine/files";
import { type FolderArgs, folderMounts } from "./machine/folders";
import { cgroupLimits, containerLimits, isLimited, type LimitArgs, limitHostProblems } from "./machine/limits";
import { withoutMounted } from "./machine/mounts";
import { containerNetworks, hostName } from "./machine/names";
import { containerPorts, describePort, type PortArgs } from "./machine/ports";
import { inPodmansWords } from "./machine/podman";
import { provision, type ProvisionArgs, replacementTrigger } from "./machine/provisioning";
import { awaitReady, fingerprint, type Readiness, type WaitForArgs } from "./machine/readiness";
import { readHostKey, type SshArgs, sshConfig, withSshd } from "./machine/sshd";
import {
    seccompHostProblems,
    type SecurityArgs,
    securityCapabilities,
    securityOptions,
    securityTmpfs,
} from "./machine/security";
import { type TmpfsArgs, tmpfsMounts } from "./machine/tmpfs";
import { containerUlimits, type UlimitArgs } from "./machine/ulimits";
import type { UnitArgs } from "./machine/units";
import { containerUploads, machineUploads } from "./machine/uploads";
import { containerVolumes, type VolumeArgs } from "./machine/volumes";
import { refuse } from "./problems";
import { machineProblems } from "./validation";

/** What a person says of one machine. */
export interface MachineArgs extends LimitArgs, SecurityArgs {
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
    /**
     * Ports to publish on the host.
     * @default none: machines of one sandbox reach each other without
     */
    ports?: PortArgs[];
    /**
     * Files to put into the machine before systemd starts: absolute path → file. A changed file replaces the machine.
     * @default none
     */
    files?: Record<string, FileArgs>;
    /**
     * Units (systemd.unit(5)): name with its type, `hello.service` → unit file, drop-ins, state. A change replaces the machine.
     * @default none
     */
    units?: Record<string, UnitArgs>;
    /**
     * Environment of all services that PID 1 starts from sysinit.target on: name → value, which may be a Pulumi secret. It
     * is not in `docker inspect`, nor in the shells of `docker exec`. A change replaces the machine.
     * @default what systemd and each unit set
     */
    environment?: Record<string, pulumi.Input<string>>;
    /**
     * Docker volumes: name → where it is mounted, and what becomes of it at the end.
     * @default none: what the machine writes is gone with it
     */
    volumes?: Record<string, VolumeArgs>;
    /**
     * Directories or files of the host (synced folders): absolute path inside the machine → path on the host.
     * @default none
     */
    folders?: Record<string, FolderArgs>;
    /**
     * Directories in memory: absolute path → size and rights. `/tmp` may be among them, `/run` is one anyway.
     * @default none of your own
     */
    tmpfs?: Record<string, TmpfsArgs>;
    /**
     * Where the journal is kept: `persistent` on the machine's disk, across its restarts; `volatile` in memory
     * (journald.conf(5), Storage=).
     * @default "persistent"
     */
    journal?: string;
    /**
     * Limits of the machine's processes (setrlimit(2)): `nofile`, `nproc`, `memlock`, … → limit. systemd hands them on to
     * its services, unless their units say otherwise (systemd.exec(5), LimitNOFILE=).
     * @default the engine's
     */
    ulimits?: Record<string, UlimitArgs>;
    /**
     * Kernel parameters of the machine's own namespaces (sysctl(8)): `net.ipv4.ip_forward` → `"1"`.
     * @default the kernel's
     */
    sysctls?: Record<string, string>;
    /**
     * Devices of the host that the machine may use.
     * @default none: only /dev/null and its like
     */
    devices?: DeviceArgs[];
    /**
     * GPUs that the machine may use, as for `docker run --gpus`: `all`, or `device=0,2`. The host needs the NVIDIA
     * container toolkit.
     * @default none
     */
    gpus?: string;
    /**
     * Capabilities (capabilities(7)) to add and to take away.
     * @default the engine's; with `v2-parent` without `MKNOD`, by which root in the machine could open the host's devices
     */
    capabilities?: CapabilitiesArgs;
    /**
     * AppArmor profile of the host that confines the machine, or `unconfined`.
     * @default the engine's, where the host has AppArmor
     */
    appArmor?: string;
    /**
     * Lets the machine do what the host's root user may do, and gives a warning: all capabilities, all devices, no seccomp.
     * No argument and no host makes this choice for you.
     * @default false
     */
    privileged?: boolean;
    /**
     * Steps that provision the machine, one after the other, once systemd is ready. A changed step alone runs again.
     * @default none
     */
    provision?: ProvisionArgs[];
    /**
     * What must be so before the machine counts as ready, beside systemd's own state. With `provision` it is looked at when
     * the last step has ended, together with systemd's state once more; `{}` asks for that alone.
     * @default nothing
     */
    waitFor?: WaitForArgs;
    /**
     * Seconds until the machine must be ready, 1 to 3600; then its creation fails with what is missing, the failed units and
     * their journal. The provisioning has as long as it takes; after it, `waitFor` has this time again.
     * @default 60
     */
    readyTimeout?: number;
    /**
     * Accept a machine whose systemd says `degraded`: up, with failed units (systemctl(1), is-system-running).
     * @default false
     */
    allowDegraded?: boolean;
    /**
     * What the engine does when the machine stops or the engine starts: `no`, `on-failure`, `unless-stopped` or `always`.
     * Only `always` also survives a crash of the engine.
     * @default "no": a machine that was powered off stays off
     */
    restart?: string;
    /**
     * Lets ssh in, on a free port of 127.0.0.1: for tools that can't do with `docker exec`. A change replaces the machine.
     * @default no sshd
     */
    ssh?: SshArgs;
    /**
     * Labels of the container, name → value. Each is a group of the Ansible inventory too: `role: "web"` is `role_web`, and
     * `webserver: ""` is `webserver`. A change replaces the machine.
     * @default none
     */
    labels?: Record<string, string>;
    /**
     * Name of one of the sandbox's `hosts`, to run the machine there.
     * @default the sandbox's own `host`
     */
    on?: string;
}

/** Inputs of {@link SystemdMachine}: what the person says, and the sandbox that it belongs to. */
export interface SystemdMachineArgs extends MachineArgs {
    /** Name of the sandbox: first part of the container's name, and domain of the machine. */
    sandbox: string;
    /** Name of the machine: its host name, and last part of the container's name. */
    machine: string;
    /**
     * Name under which it was declared: one that replicas have in common.
     * @default the machine's name
     */
    group?: string;
    /** The image to boot. */
    image: BootImage;
    /** The host, set up. */
    host: SystemdHost;
    /** Name of the Docker network that the machine joins, under its names. */
    network: pulumi.Input<string>;
    /**
     * Names of other Docker networks that it joins.
     * @default none
     */
    externalNetworks?: pulumi.Input<string>[];
    /**
     * More labels of the container: to whom the machine belongs.
     * @default none
     */
    ownership?: Labels;
}

/** What is known of a machine once it is ready and provisioned. */
export interface MachineOutputs {
    /** Name of the container: what `docker exec` wants. */
    readonly container: string;
    /** Id of the container. */
    readonly id: string;
    /** Address in the sandbox's network. */
    readonly address: string;
    /** Published ports, `127.0.0.1:8080->80/tcp`. */
    readonly ports: string[];
    /** What systemd said of itself when the machine became ready: `running`, or `degraded` where that is allowed. */
    readonly state: string;
    /** Seconds from the start of PID 1 until systemd had finished its start-up. */
    readonly bootSeconds: number;
    /** Major version of the systemd that runs. */
    readonly systemdVersion: number;
    /** How to call Docker's CLI for it: `docker`, with the host's address where that isn't the usual one. */
    readonly docker: string;
    /** Command for a login shell. */
    readonly shell: string;
    /** Its groups in the Ansible inventory. */
    readonly groups: string[];
    /** Its block for `ssh -F`, where it has an sshd. */
    readonly sshConfig?: string;
}

/**
 * One container with systemd as PID 1, created only when systemd is ready and the provisioning has ended well.
 *
 * If it isn't ready in time, the error shows the failed units with their journal, or the console if systemd is gone; the
 * machine stays up for a look, and the next `pulumi up` tries again.
 */
export class SystemdMachine extends pulumi.ComponentResource {
    readonly outputs: pulumi.Output<MachineOutputs>;

    constructor(name: string, given: SystemdMachineArgs, opts?: pulumi.ComponentResourceOptions) {
        super("pulumi-centos-systemd:index:SystemdMachine", name, {}, opts);
        refuse(this, machineProblems(given));
        const args = withSshd(given);
        this.warn(args);
        const container = this.createContainer(name, args, this.suitableHost(args));
        // How every command reaches the machine. The id, so that what was done in one machine is done in the next one too.
        const reach = { ...args.host.engine.environment, MACHINE: container.name, MACHINE_ID: container.id };
        const ready = this.bringUp(name, args, reach);
        // With what `ready` said in its environment, so that it comes after it.
        const hostKey =
            args.ssh && readHostKey(`${name}-host-key`, { ...reach, READY: ready }, { parent: this }).stdout;
        this.outputs = machineOutputs(args, container, ready, hostKey);
        this.registerOutputs({ outputs: this.outputs });
    }

    private warn({ machine, privileged }: SystemdMachineArgs): void {
        if (privileged) {
            void pulumi.log.warn(`${machine} is privileged: its root user is the host's root user.`, this);
        }
    }

    /** systemd, provisioning, and then what is waited for; without provisioning, all of it in one. */
    private bringUp(
        name: string,
        args: SystemdMachineArgs,
        reach: Record<string, pulumi.Input<string>>,
    ): pulumi.Output<string> {
        const opts = { parent: this };
        if (args.provision === undefined || args.provision.length === 0) {
            return awaitReady(`${name}-ready`, args, args.waitFor ?? {}, reach, opts).stdout;
        }
        const ready = awaitReady(`${name}-ready`, args, {}, reach, opts);
        const steps = provision(name, args.provision, args, reach, { ...opts, dependsOn: ready });
        if (args.waitFor === undefined) {
            return pulumi.all([ready.stdout, steps.at(-1)?.id]).apply(([stdout]) => stdout);
        }
        const provisioned = { ...reach, PROVISIONED: fingerprint(steps) };
        return awaitReady(`${name}-wait-for`, args, args.waitFor, provisioned, { ...opts, dependsOn: steps }).stdout;
    }

    /** The host facts, where the machine can be on that host: what it needs of the host is refused before it gets any part. */
    private suitableHost(args: SystemdMachineArgs): pulumi.Output<HostFacts> {
        return args.host.facts.apply((facts) => {
            refuse(this, [
                ...appArmorHostProblems(args.appArmor, facts, "appArmor"),
                ...limitHostProblems(args, facts),
                ...seccompHostProblems(args, facts),
            ]);
            return facts;
        });
    }

    private createContainer(name: string, args: SystemdMachineArgs, facts: pulumi.Output<HostFacts>): docker.Container {
        const { sandbox, machine, image, host } = args;
        const settings = pulumi.all([host.access, facts]).apply(([access, facts]) => {
            const { systemdVersion } = image;
            const systemd = systemdContainer({ sandbox, machine, systemdVersion }, access, facts.cgroupDriver);
            const own = withoutMounted({ ...systemd.tmpfs, ...securityTmpfs(args) }, args);
            const tmpfs = { ...own, ...tmpfsMounts(args.tmpfs) };
            const inDockersWords = { ...systemd, ...hostName(args), tmpfs };
            return facts.engine === "podman" ? inPodmansWords(inDockersWords) : inDockersWords;
        });
        const limits = facts.apply((facts) => containerLimits(args, facts));
        const limited = isLimited(args) ? [this.limitCgroup(name, args, facts)] : [];
        const volumes = containerVolumes(name, args.volumes, args, { parent: this });
        return new docker.Container(
            name,
            {
                name: `${sandbox}-${machine}`,
                image: image.imageId,
                hostname: settings.hostname,
                domainname: settings.domainname,
                command: settings.command,
                envs: settings.envs,
                stopSignal: settings.stopSignal,
                // systemd stops its services one after the other; the provider's default is to kill at once.
                destroyGraceSeconds: STOP_SECONDS,
                stopTimeout: STOP_SECONDS,
                tty: settings.tty,
                tmpfs: settings.tmpfs,
                volumes: settings.apply((systemd) => [...systemd.volumes, ...volumes]),
                mounts: folderMounts(args.folders),
                cgroupParent: settings.apply((systemd) => systemd.cgroupParent),
                cgroupnsMode: settings.apply((systemd) => systemd.cgroupnsMode),
                securityOpts: settings.apply((systemd) => [
                    ...(systemd.securityOpts ?? []),
                    ...appArmorOptions(args.appArmor),
                    ...securityOptions(args),
                ]),
                readOnly: args.hardening === "minimal" || undefined,
                capabilities: settings.apply((systemd) =>
                    securityCapabilities(args, image.systemdVersion, systemd.withheldCapabilities),
                ),
                privileged: args.privileged,
                devices: containerDevices(args.devices),
                gpus: args.gpus,
                memory: limits.apply(({ memory }) => memory),
                memorySwap: limits.apply(({ memorySwap }) => memorySwap),
                cpuPeriod: limits.apply(({ cpuPeriod }) => cpuPeriod),
                cpuQuota: limits.apply(({ cpuQuota }) => cpuQuota),
                ulimits: containerUlimits(args.ulimits),
                sysctls: args.sysctls,
                networksAdvanced: containerNetworks(args),
                ports: containerPorts(args.ports),
                uploads: containerUploads(machineUploads(args)),
                labels: dockerLabels({ ...args.labels, ...args.ownership }),
                restart: args.restart ?? "no",
            },
            {
                parent: this,
                // The container's name is taken until the old one is gone.
                deleteBeforeReplace: true,
                // The provider reports an update for them and changes nothing.
                replaceOnChanges: ["tmpfs", "cpuQuota"],
                // Podman tells of the quota by this name too, and each `pulumi up` would make a new machine.
                ignoreChanges: ["cpus"],
                replacementTrigger: replacementTrigger(args.provision),
                dependsOn: [host, ...limited],
            },
        );
    }

    /** Before the container starts in it. Limits that are taken out of the program are lifted. */
    private limitCgroup(
        name: string,
        args: SystemdMachineArgs,
        facts: pulumi.Output<HostFacts>,
    ): command.local.Command {
        const { sandbox, machine, image, host } = args;
        const cgroup = facts.apply(({ cgroupDriver }) => machineCgroup(sandbox, machine, cgroupDriver));
        const limits = pulumi
            .all([facts, host.access])
            .apply(([facts, access]) => cgroupLimits(args, facts, access).join("\n"));
        return new command.local.Command(
            `${name}-limits`,
            {
                interpreter: ["/bin/sh", "-s"],
                stdin: hostScript("limits.sh"),
                create: "limit",
                delete: "lift",
                environment: {
                    ...host.engine.environment,
                    IMAGE: image.imageId,
                    CGROUP: cgroup.directory,
                    SLICE: cgroup.slice,
                    LIMITS: limits,
                    // A reboot of the host takes them away.
                    BOOT_ID: host.bootId,
                },
                triggers: at(host.engine),
            },
            { parent: this, dependsOn: host },
        );
    }
}

const STOP_SECONDS = 30;

/** `ready` is what ready.sh printed: known only when the machine is ready and its last step has ended well. */
function machineOutputs(
    { network, host, machine, group = machine, labels }: SystemdMachineArgs,
    container: docker.Container,
    ready: pulumi.Output<string>,
    hostKey: pulumi.Output<string> | undefined,
): pulumi.Output<MachineOutputs> {
    return pulumi
        .all([
            container.name,
            container.id,
            network,
            container.networkDatas,
            container.ports,
            ready,
            host.engine.cli,
            hostKey,
        ])
        .apply(([name, id, own, networks, containerPorts, stdout, docker, key]) => {
            const readiness = JSON.parse(stdout) as Readiness;
            const ports = (containerPorts ?? []).map(describePort);
            return {
                container: name,
                id,
                address: networks.find(({ networkName }) => networkName === own)?.ipAddress ?? "",
                ports,
                state: readiness.state,
                bootSeconds: readiness.bootMilliseconds / 1000,
                systemdVersion: readiness.systemdVersion,
                docker,
                shell: `${docker} exec -it ${name} bash -l`,
                groups: inventoryGroups(labels, group === machine ? undefined : group),
                ...(key !== undefined && { sshConfig: sshConfig({ container: name, ports, docker, hostKey: key }) }),
            };
        });
}
