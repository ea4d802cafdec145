// What `npm run doctor` says of the host: what it is, what a machine gets here, and what would be better.
import { execFile } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { CgroupAccess } from "../components/cgroups/access";
import { accessNamed, chooseCgroupAccess } from "../components/cgroups/choice";
import { DEFAULT_DISTRIBUTION, DISTRIBUTIONS } from "../components/distribution/distributions";
import { delegatedCgroup, type HostKernel, reasonAgainstKernel } from "../components/docker/kernel";
import { type HostFacts, type InfoAnswer, parseHostFacts, type VersionAnswer } from "../components/host/facts";
import linux from "../components/programs/linux.json";

/** What look.mjs and probe.mjs print. */
export interface Seen {
    readonly version: VersionAnswer;
    readonly info: InfoAnswer & {
        readonly Driver: string;
        readonly DriverStatus?: readonly (readonly [string, string])[];
    };
    /** Of a host whose kernel is this machine's own. */
    readonly kernel?: { readonly inotifyInstances: number; readonly slices: string };
    /** What a container saw; not there where the host has no image to look from. */
    readonly probed?: HostKernel;
}

export interface HostReport {
    readonly facts: HostFacts;
    /** How machines get their cgroups; not there where none would boot. */
    readonly access?: CgroupAccess;
    /** Ten of them, in the words of a person. */
    readonly lines: Readonly<Record<string, string>>;
}

/** The systemd that people get who ask for no other. */
const { systemdVersion } = DISTRIBUTIONS[DEFAULT_DISTRIBUTION];

/** As many as the set-up raises it to. */
const INOTIFY_INSTANCES = linux.inotifyInstances;

export function hostReport({ version, info, kernel, probed }: Seen): HostReport {
    const facts = parseHostFacts(version, info, kernel?.slices);
    const decision = chooseCgroupAccess(facts, systemdVersion);
    const access = "access" in decision ? decision.access : undefined;
    const against =
        "refusal" in decision
            ? decision.refusal
            : probed && reasonAgainstKernel(probed, accessNamed(decision.access), facts);
    const machines =
        against === undefined && "access" in decision
            ? `${decision.access}, for systemd ${systemdVersion}: ${decision.reason}`
            : `none would boot. ${against}`;
    const inotify = probed?.inotifyInstances ?? kernel?.inotifyInstances;
    const lines = {
        engine: `${facts.engine} ${facts.engineVersion}, API ${facts.apiVersion}, on ${facts.hostName} (${facts.architecture})`,
        images: storeOf(info),
        cgroups: `version ${facts.cgroupVersion}; ${MAKERS[facts.cgroupDriver]}${facts.cgroupRoot === "" ? "" : `, in ${facts.cgroupRoot}`}`,
        users: userOf(facts),
        confined:
            [facts.seccomp && "seccomp", facts.appArmor && "AppArmor", facts.seLinux && "SELinux"]
                .filter(Boolean)
                .join(", ") || "by neither seccomp, AppArmor nor SELinux",
        machines,
        better: against === undefined && access !== undefined ? betterThan(access, facts) : "-",
        limits: limitsOf(facts),
        inotify: inotify === undefined ? "not known without an image to look from" : instances(inotify, facts),
        missing: missing(facts, access, probed).join("; ") || "nothing",
    };
    return {
        facts,
        access: against === undefined ? access : undefined,
        lines,
    };
}

const MAKERS: Readonly<Record<HostFacts["cgroupDriver"], string>> = {
    cgroupfs: "the engine makes them itself",
    systemd: "systemd makes them",
    none: "the engine may make none, machines make their own",
};

function storeOf({ Driver, DriverStatus = [] }: Seen["info"]): string {
    const containerd = DriverStatus.some(([, value]) => value.startsWith("io.containerd.snapshotter"));
    return `${containerd ? "containerd's store" : "the engine's own store"} (${Driver})`;
}

function userOf({ rootless, usernsRemap, containerRoot }: HostFacts): string {
    if (!rootless && !usernsRemap) {
        return "root of a machine is root of the host, confined";
    }
    const who = containerRoot === undefined ? "a user of the host" : `user ${containerRoot} of the host`;
    return `root of a machine is ${who} (${rootless ? "rootless" : "userns-remap"})`;
}

/** What would make machines safer, or able to do more; the first that isn't so yet. */
function betterThan(access: CgroupAccess, { cgroupVersion, engine, rootless, usernsRemap }: HostFacts): string {
    if (cgroupVersion === 1) {
        return "cgroup v2 (boot with systemd.unified_cgroup_hierarchy=1): limits of units work, and newer systemds boot";
    }
    if (engine === "podman") {
        return "nothing that is proven";
    }
    if (access === CgroupAccess.v2Parent && !rootless && !usernsRemap) {
        return "Docker 28 or newer: machines don't see the names of the host's cgroups";
    }
    if (access === CgroupAccess.v2Parent && usernsRemap) {
        return 'the systemd cgroup driver ("exec-opts": ["native.cgroupdriver=systemd"]): no step of the set-up is needed';
    }
    return access === CgroupAccess.v2Writable
        ? 'userns-remap ("userns-remap": "default" in daemon.json): root of a machine is nobody on the host'
        : "nothing";
}

function limitsOf({ limits }: HostFacts): string {
    const names = { memory: limits.memory, cpus: limits.cpu, pids: limits.pids };
    const able = Object.entries(names).flatMap(([name, can]) => (can ? [name] : []));
    const unable = Object.keys(names).filter((name) => !able.includes(name));
    return [
        ...(able.length > 0 ? [`${able.join(", ")} can be limited`] : []),
        ...(unable.length > 0 ? [`${unable.join(", ")} can't: the engine lacks the controllers`] : []),
    ].join("; ");
}

function instances(found: number, { rootless }: HostFacts): string {
    const enough = `fs.inotify.max_user_instances is ${found}, enough for about ${Math.floor(found / 12)} machines`;
    if (found >= INOTIFY_INSTANCES) {
        return enough;
    }
    return rootless
        ? `${enough}; only root can raise it: sysctl -w fs.inotify.max_user_instances=${INOTIFY_INSTANCES}`
        : `${enough}; the first \`up\` raises it to ${INOTIFY_INSTANCES}`;
}

function missing(facts: HostFacts, access: CgroupAccess | undefined, probed: HostKernel | undefined): string[] {
    const controllers = Object.entries(facts.limits).flatMap(([name, can]) => (can ? [] : [name]));
    return [
        ...(controllers.length > 0 ? [`controllers: ${controllers.join(", ")}`] : []),
        ...(delegatedCgroup(facts) === "" || probed?.delegated
            ? []
            : [probed === undefined ? "an image to see the delegation with" : `delegation of ${facts.cgroupRoot}`]),
        ...(access !== undefined && accessNamed(access).wantsNsdelegate && probed?.nsdelegate === false
            ? ["nsdelegate (a machine without limits may set its own)"]
            : []),
    ];
}

/** So many images without a shell say enough. */
const MOST_LENDERS = 5;

/** Asks the engine that the environment names, as `pulumi preview` does, by the shell of an image; nothing is changed. */
export async function seeHost(images: readonly string[]): Promise<Seen | { readonly unreachable: string }> {
    const look = await program<Seen | { unreachable: string }>("look", {
        SANDBOX: "-",
        REPOSITORY: "-",
        IMAGE: "",
        PATHS: "[]",
    });
    if ("unreachable" in look) {
        return look;
    }
    const facts = parseHostFacts(look.version, look.info, look.kernel?.slices);
    const decision = chooseCgroupAccess(facts, systemdVersion);
    const hierarchy = "access" in decision ? accessNamed(decision.access).hierarchy?.at : undefined;
    for (const image of images.slice(0, MOST_LENDERS)) {
        const environment = {
            SANDBOX: "-",
            IMAGES: image,
            HIERARCHY: hierarchy ?? "",
            DELEGATED: delegatedCgroup(facts),
        };
        const probed = await program<HostKernel | null>("probe", environment).catch(() => null);
        if (probed !== null) {
            return { ...look, probed };
        }
    }
    return look;
}

async function program<Answer>(name: string, environment: Record<string, string>): Promise<Answer> {
    const file = join(__dirname, "..", "components", "programs", `${name}.mjs`);
    const ran = await promisify(execFile)(process.execPath, [file], { env: { ...process.env, ...environment } });
    return JSON.parse(ran.stdout) as Answer;
}
