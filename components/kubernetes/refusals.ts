import { knownBytes } from "../machine/files/content";
import { type MachineArgs, type MachineSpec, machineSpec } from "../machine/arguments";
import type { MachineName } from "../machine/machine-name";
import type { SandboxNetworkArgs } from "../machine/network/network";
import { member } from "../rules/member";
import type { Conflict } from "../rules/problem";
import { type ClusterArgs, LABEL_VALUE } from "./cluster-args";
import { claimName } from "./claims";

/** What a Pod can't have of a machine, each with the reason and the way out. */
export function podRefusals(name: MachineName, args: MachineArgs, cluster: ClusterArgs, prefix: string): Conflict[] {
    const spec = machineSpec(name, args);
    return ROWS.flatMap(({ found, why, mend }) =>
        found(spec, { args, cluster }).map((argument) => ({
            // What is wrong with its name is wrong with the machine itself.
            argument: argument === "" ? prefix.replace(/\.$/, "") : `${prefix}${argument}`,
            with: "cluster",
            why,
            mend,
        })),
    );
}

interface Row {
    /** The arguments that a Pod can't have. */
    readonly found: (spec: MachineSpec, given: { args: MachineArgs; cluster: ClusterArgs }) => string[];
    readonly why: string;
    readonly mend: string;
}

const when = (isSo: boolean, argument: string) => (isSo ? [argument] : []);

/** A Service's name (RFC 1035): it begins with a letter, and has no dots. */
const SERVICE_NAME = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** A claim's name may have dots, and no capitals. */
const CLAIM_NAME = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;
/** What PodSecurity `baseline` lets a Pod add (https://kubernetes.io/docs/concepts/security/pod-security-standards). */
const BASELINE_CAPABILITIES =
    "AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT".split(
        " ",
    );

/** A little less than 1 MiB (https://kubernetes.io/docs/concepts/configuration/secret): there is more in it than the files. */
const MOST_SECRET_BYTES = 2 ** 20 - 2 ** 14;

const ROWS: readonly Row[] = [
    {
        found: ({ folders }) => folders.map(({ path }) => member("folders", path)),
        why: "a path is of whichever node the machine runs on, and PodSecurity baseline forbids it",
        mend: "Bring files by `files`, or keep them in `volumes`",
    },
    {
        found: ({ devices }) => devices.map((_, index) => `devices[${index}]`),
        why: "a device is of whichever node the machine runs on, and PodSecurity baseline forbids it",
        mend: "Leave it out",
    },
    {
        found: ({ gpus }) => when(gpus !== undefined, "gpus"),
        why: "a cluster gives GPUs by its device plugin, in words of its own",
        mend: "Leave it out",
    },
    {
        found: ({ privileged }) => when(privileged === true, "privileged"),
        why: "a privileged Pod has its node's cgroups: its systemd would run the node",
        mend: "Leave it out: no access to cgroups needs it",
    },
    {
        found: ({ limits }) => when(limits.pids !== undefined, "pids"),
        why: "how many processes a Pod may have, the kubelet's podPidsLimit says for all",
        mend: "Leave it out",
    },
    {
        found: ({ ulimits }) => Object.keys(ulimits).map((name) => `ulimits.${name}`),
        why: "a Pod has its runtime's limits of processes",
        mend: "Say them in the units that need them (LimitNOFILE=)",
    },
    {
        // Its default is for engines that would keep all of it.
        found: (_, { args }) => when(args.consoleLogSize !== undefined, "consoleLogSize"),
        why: "how much of a log is kept, the kubelet's containerLogMaxSize says for all",
        mend: "Leave it out",
    },
    {
        found: ({ restart }) => when(restart !== "no", "restart"),
        why: "a container that is started again is a fresh copy of the image, and what was provisioned would be gone",
        mend: "Leave it out: the next pulumi up makes a machine anew that has stopped",
    },
    {
        found: ({ seccomp }) => when(seccomp !== undefined && seccomp !== "unconfined", "seccomp"),
        why: "a profile must lie on the nodes",
        mend: 'Leave it out for the runtime\'s own, or say "unconfined"',
    },
    {
        found: ({ appArmor }) => when(appArmor === "unconfined", "appArmor"),
        why: "PodSecurity baseline forbids it",
        mend: "Leave it out, or name a profile of the nodes",
    },
    {
        found: ({ capabilities: { add } }) =>
            add.flatMap((name, index) => (BASELINE_CAPABILITIES.includes(name) ? [] : [`capabilities.add[${index}]`])),
        why: `PodSecurity baseline allows no more than ${BASELINE_CAPABILITIES.join(", ")}`,
        mend: "Leave it out",
    },
    {
        found: ({ ports }) =>
            ports.flatMap(({ protocol }, index) => (protocol === "udp" ? [`ports[${index}].protocol`] : [])),
        why: "kubectl port-forward brings only TCP here",
        mend: "Leave the port out: machines of the sandbox reach it without",
    },
    {
        found: (spec) => [
            ...when(!SERVICE_NAME.test(spec.machine), ""),
            // Without one of its own, it has the machine's.
            ...when(
                (spec.hostname !== spec.machine && !SERVICE_NAME.test(spec.hostname)) || spec.domain !== spec.sandbox,
                "hostname",
            ),
            ...spec.aliases.flatMap((alias, index) => (SERVICE_NAME.test(alias) ? [] : [`aliases[${index}]`])),
        ],
        why: "each name is a Service of the namespace, which begins with a letter and has no dots: the cluster's own domain follows",
        mend: "Give one label: letters, digits and dashes, a letter first",
    },
    {
        found: ({ machine, volumes }) =>
            volumes
                .filter(({ name, external }) => !CLAIM_NAME.test(external ?? claimName(machine, name)))
                .map(({ name }) => member("volumes", name)),
        why: "a volume is a PersistentVolumeClaim, whose name has no capitals and no underscores",
        mend: "Name it with lower-case letters, digits, dots and dashes",
    },
    {
        found: ({ volumes }, { cluster }) =>
            cluster.namespace === undefined
                ? volumes.filter(({ keep }) => keep).map(({ name }) => `${member("volumes", name)}.keep`)
                : [],
        why: "the sandbox's namespace goes with it, and all that is in there",
        mend: "Name a namespace that stays, in cluster.namespace",
    },
    {
        found: ({ uploads }) =>
            when(uploads.reduce((sum, upload) => sum + knownBytes(upload), 0) > MOST_SECRET_BYTES, "files"),
        why: "they go into one Secret, with units, environment and the like, and a Secret has at most 1 MiB",
        mend: "Put large ones into the image (packages, cluster.image), a volume, or the `files` of a step",
    },
    {
        found: ({ labels }) =>
            Object.entries(labels).flatMap(([name, value]) =>
                LABEL_VALUE.test(value) && name.length <= 63 ? [] : [member("labels", name)],
            ),
        why: "a Kubernetes label has at most 63 letters, digits, dots, dashes and underscores, with a letter or digit at both ends",
        mend: "Shorten it",
    },
];

/** What a cluster's network can't be told. */
export function networkRefusals({ subnet, ipv6, ipv6Subnet }: SandboxNetworkArgs = {}): Conflict[] {
    return Object.entries({ subnet, ipv6, ipv6Subnet })
        .filter(([, value]) => value !== undefined)
        .map(([argument]) => ({
            argument: `network.${argument}`,
            with: "cluster",
            why: "addresses are the cluster's to give",
            mend: "Leave it out",
        }));
}
