import type * as core from "kubernetes-types/core/v1";
import type { MachineSpec } from "../machine/arguments";
import { type Capabilities, withhold } from "../machine/confinement/capabilities";
import { hardenedCapabilities } from "../machine/confinement/hardening";
import { inMemory, mostBytes } from "../machine/storage/in-memory";
import type { AccessSettings } from "./access";
import type { Claimed } from "./claims";
import { ENTRY, ENTRY_DIRECTORY, type Modes } from "./entry";
import { CONTAINER, SANDBOX_LABEL } from "./labels";

/** What a machine runs from, and where it is put; each as it is known when the Pod is made. */
export interface PodParts {
    readonly image: string;
    readonly systemdVersion: number;
    readonly claimed: readonly Claimed[];
    /** Name of the Secret that has the entry and the machine's files. */
    readonly secret: string;
    readonly access: AccessSettings;
    readonly uuid: string;
    readonly nodeSelector: Readonly<Record<string, string>>;
}

/** systemd stops its services one after the other; then the kubelet kills. */
const STOP_SECONDS = 30;

const INIT = "/sbin/init";
const SHARED_MEMORY = "/dev/shm";

/** Every setting of a machine's Pod, with the reason for each that isn't just what the person asked for. */
export function podSpec(spec: MachineSpec, parts: PodParts): core.PodSpec {
    const { image, systemdVersion, access, claimed, secret } = parts;
    const memory = memoryVolumes(spec, systemdVersion);
    const claims = claimVolumes(claimed);
    const seeds = seedContainers(spec, image, claimed);
    return {
        // Placement
        nodeSelector: parts.nodeSelector,
        // On different nodes, as far as there are any: one that dies takes few with it. A topologySpreadConstraint weighs less than where
        // the image is already.
        affinity: {
            podAntiAffinity: {
                preferredDuringSchedulingIgnoredDuringExecution: [
                    {
                        weight: 100,
                        podAffinityTerm: {
                            topologyKey: "kubernetes.io/hostname",
                            labelSelector: { matchLabels: { [SANDBOX_LABEL]: spec.sandbox } },
                        },
                    },
                ],
            },
        },
        runtimeClassName: access.runtimeClassName,
        hostUsers: access.hostUsers,
        // A container that is started again is a fresh copy of the image: what was provisioned would be gone, and nobody told.
        restartPolicy: "Never",
        terminationGracePeriodSeconds: STOP_SECONDS,

        // Network
        hostname: spec.hostname,
        // The Service of its name: `hostname --fqdn` is <hostname>.<machine>.<namespace>.svc.….
        subdomain: spec.machine,
        dnsConfig: spec.dns.length === 0 ? undefined : { nameservers: [...spec.dns] },
        // Variables for each Service of the namespace: no host has them.
        enableServiceLinks: false,
        // The machine is nobody to the cluster.
        automountServiceAccountToken: false,

        securityContext: {
            seccompProfile: seccompProfile(spec, access),
            sysctls: Object.entries(spec.sysctls ?? {}).map(([name, value]) => ({ name, value })),
        },
        initContainers: seeds.length === 0 ? undefined : seeds,
        containers: [
            {
                name: CONTAINER,
                image,
                // By digest, or a tag that somebody moves on purpose: what a node has already is asked for no second time.
                imagePullPolicy: "IfNotPresent",
                command: [ENTRY],
                args: [INIT],
                // systemd tells by it that it is in a container (systemd.io/CONTAINER_INTERFACE).
                env: [
                    { name: "container", value: "docker" },
                    { name: "container_uuid", value: parts.uuid },
                ],
                // Gives PID 1 a /dev/console: without one, an early boot failure leaves `kubectl logs` empty.
                tty: true,
                ports: spec.ports.map(({ port, protocol }) => ({
                    containerPort: port,
                    protocol: protocol.toUpperCase(),
                })),
                resources: resources(spec),
                securityContext: {
                    capabilities: containerCapabilities(spec, parts),
                    allowPrivilegeEscalation: spec.hardened ? false : undefined,
                    readOnlyRootFilesystem: spec.hardened || undefined,
                    appArmorProfile: appArmorProfile(spec),
                },
                volumeMounts: [
                    ...memory.map(({ mount }) => mount),
                    ...claims.map(({ mount }) => mount),
                    { name: "entry", mountPath: ENTRY_DIRECTORY, readOnly: true },
                ],
            },
        ],
        volumes: [
            ...memory.map(({ volume }) => volume),
            ...claims.map(({ volume }) => volume),
            // Root's alone: there may be secrets in it.
            { name: "entry", secret: { secretName: secret, defaultMode: 0o500 } },
        ],
    };
}

/** The modes of what is in memory: PID 1 sets them. */
export function memoryModes(spec: MachineSpec, systemdVersion: number): Modes {
    return Object.fromEntries(Object.entries(inMemory(spec, systemdVersion)).map(([path, { mode }]) => [path, mode]));
}

interface Mounted {
    readonly volume: core.Volume;
    readonly mount: core.VolumeMount;
}

function memoryVolumes(spec: MachineSpec, systemdVersion: number): Mounted[] {
    const shared = spec.shmBytes === undefined ? [] : [[SHARED_MEMORY, spec.shmBytes] as const];
    const sizes = Object.entries(inMemory(spec, systemdVersion)).map(
        ([path, tmpfs]) => [path, mostBytes(tmpfs, spec)] as const,
    );
    return [...sizes, ...shared].map(([path, bytes], index) => ({
        volume: {
            name: `memory-${index}`,
            emptyDir: { medium: "Memory", sizeLimit: bytes === undefined ? undefined : String(bytes) },
        },
        mount: { name: `memory-${index}`, mountPath: path },
    }));
}

function claimVolumes(claimed: readonly Claimed[]): Mounted[] {
    return claimed.map(({ volume: { path, readOnly }, claimName }, index) => ({
        volume: { name: `claim-${index}`, persistentVolumeClaim: { claimName } },
        mount: { name: `claim-${index}`, mountPath: path, readOnly: readOnly || undefined },
    }));
}

/** Copies what the image has at a volume's path to a new volume, as Docker does: else a database's directory would be empty, and root's. */
const SEED = `for path; do
    [ -d "$path" ] && [ -z "$(ls -A "/seed$path" | grep -vx 'lost+found')" ] || continue
    cp -a "$path/." "/seed$path/"
done`;

function seedContainers(spec: MachineSpec, image: string, claimed: readonly Claimed[]): core.Container[] {
    const seeded = claimed
        .map((claim, index) => ({ ...claim, index }))
        .filter(({ volume: { external, readOnly } }) => external === undefined && !readOnly);
    return seeded.length === 0
        ? []
        : [
              {
                  name: "seed",
                  image,
                  command: ["/bin/sh", "-euc", SEED, "seed", ...seeded.map(({ volume: { path } }) => path)],
                  resources: resources(spec),
                  volumeMounts: seeded.map(({ volume: { path }, index }) => ({
                      name: `claim-${index}`,
                      mountPath: `/seed${path}`,
                  })),
              },
          ];
}

/** The same asked for and allowed, for each container: a Pod with both is the last to be ended for want of memory. */
function resources({ limits: { memory, cpus } }: MachineSpec): core.ResourceRequirements | undefined {
    const amounts = {
        ...(memory !== undefined && { memory: `${memory}Mi` }),
        ...(cpus !== undefined && { cpu: `${Math.round(cpus * 1000)}m` }),
    };
    return Object.keys(amounts).length === 0 ? undefined : { limits: amounts, requests: amounts };
}

/** Root in the machine could open the node's devices with it. */
const DANGEROUS = "MKNOD";

/** What the machine's systemd may do. */
export function machineCapabilities(
    { capabilities: asked, hardened }: Pick<MachineSpec, "capabilities" | "hardened">,
    systemdVersion: number,
): Capabilities {
    return hardened ? hardenedCapabilities(asked, systemdVersion) : withhold(asked, DANGEROUS);
}

/** What it takes to make a user namespace in which root is root (user_namespaces(7)); PID 1 gives it up before it is systemd. */
const FOR_OWN_NAMESPACES = ["SETUID", "SETGID", "SETFCAP"];

function containerCapabilities(spec: MachineSpec, { systemdVersion, access }: PodParts): core.Capabilities {
    const needed = access.ownNamespaces ? FOR_OWN_NAMESPACES : [];
    const { add, drop } = machineCapabilities(spec, systemdVersion);
    const added = [...new Set([...add, ...(drop.includes("ALL") ? needed : [])])];
    return { add: added.length === 0 ? undefined : added, drop: drop.filter((name) => !needed.includes(name)) };
}

/** None is said where none applies: `Unconfined` by name is more than PodSecurity `baseline` allows, and comes to the same. */
function seccompProfile({ seccomp }: MachineSpec, access: AccessSettings) {
    return !access.seccomp || seccomp === "unconfined" ? undefined : { type: "RuntimeDefault" };
}

function appArmorProfile({ appArmor }: MachineSpec) {
    return appArmor === undefined
        ? undefined
        : appArmor === "unconfined"
          ? { type: "Unconfined" }
          : { type: "Localhost", localhostProfile: appArmor };
}
