// What `npm run doctor -- --cluster` says of a cluster: what it is, what a machine gets there, and what would be better.
import { execFile } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { DEFAULT_DISTRIBUTION, DISTRIBUTIONS } from "../components/distribution/distributions";
import { chooseClusterAccess, type ClusterDecision, NRI } from "../components/kubernetes/access";
import { type ClusterFacts, parseClusterFacts } from "../components/kubernetes/facts";
import { LABEL_PREFIX } from "../components/labels";

export interface ClusterReport {
    readonly facts: ClusterFacts;
    /** How machines get their cgroups where no RuntimeClass is named; not there where none would boot. */
    readonly access?: string;
    /** In the words of a person. */
    readonly lines: Readonly<Record<string, string>>;
}

/** The systemd that people get who ask for no other. */
const { systemdVersion } = DISTRIBUTIONS[DEFAULT_DISTRIBUTION];

export function clusterReport(facts: ClusterFacts, version: string, forbidden: readonly string[]): ClusterReport {
    const decision = chooseClusterAccess(facts, systemdVersion, {});
    return {
        facts,
        access: "access" in decision ? decision.access : undefined,
        lines: {
            cluster: version,
            nodes: nodes(facts),
            runtimes: runtimes(facts),
            "runtime classes": runtimeClasses(facts),
            "set-up": facts.hasNri ? "there (SystemdCluster)" : "none",
            volumes: storage(facts),
            machines:
                "access" in decision
                    ? `${decision.access}, for systemd ${systemdVersion}: ${decision.reason}`
                    : `none would boot. ${decision.refusal}`,
            better: betterThan(decision, facts),
            missing: forbidden.length === 0 ? "nothing" : `the right to ${forbidden.join(", ")}`,
        },
    };
}

const NOT_LISTED = "not known: you may not list them";

function nodes({ nodes }: ClusterFacts): string {
    const usable = nodes?.filter(({ isUsable }) => isUsable);
    return nodes === undefined
        ? NOT_LISTED
        : `${usable?.length} of ${nodes.length} take machines: ${nodes.map(({ name }) => name).join(", ")}`;
}

function runtimes({ nodes }: ClusterFacts): string {
    const all = nodes?.map(({ runtime, architecture }) => `${runtime.replace("://", " ")} (${architecture})`);
    return all === undefined ? NOT_LISTED : [...new Set(all)].join(", ");
}

function runtimeClasses({ runtimeClasses, nodes = [] }: ClusterFacts): string {
    if (runtimeClasses === undefined) {
        return NOT_LISTED;
    }
    const described = Object.entries(runtimeClasses).map(([name, handler]) =>
        nodes.length > 0 && nodes.every(({ handlersWithUsers }) => handlersWithUsers.includes(handler))
            ? `${name} (with users of a Pod's own)`
            : name,
    );
    return described.sort().join(", ") || "none";
}

function storage({ storageClasses }: ClusterFacts): string {
    return storageClasses === undefined
        ? NOT_LISTED
        : Object.entries(storageClasses)
              .map(([name, isDefault]) => (isDefault ? `${name} (default)` : name))
              .sort()
              .join(", ") || "none";
}

/** What would make machines safer, or boot at all; the first that isn't so yet. */
function betterThan(decision: ClusterDecision, { runtimeClasses = {}, nodes = [] }: ClusterFacts): string {
    const classes = Object.keys(runtimeClasses).sort();
    if ("access" in decision && decision.access === "cri-o") {
        return "nothing";
    }
    return classes.length > 0
        ? `cluster.runtimeClass, if the handler of one has writable cgroups: ${classes.join(", ")}`
        : nodes.length > 0 && nodes.every(({ runtime }) => NRI.test(runtime))
          ? "a RuntimeClass with writable cgroups, or SystemdCluster (docs/kubernetes.md)"
          : "a RuntimeClass with writable cgroups (docs/kubernetes.md)";
}

/** What somebody with a sandbox has to be allowed, as `kubectl auth can-i` asks for it. */
const RIGHTS: Readonly<Record<string, readonly string[]>> = {
    "make namespaces": ["create", "namespaces"],
    "make Pods": ["create", "pods"],
    "run commands in Pods": ["create", "pods/exec"],
    "read the logs of Pods": ["get", "pods/log"],
    "make Secrets": ["create", "secrets"],
    "make Services": ["create", "services"],
    "make NetworkPolicies": ["create", "networkpolicies"],
    "make PersistentVolumeClaims": ["create", "persistentvolumeclaims"],
};

/** The cluster as it is now, or why it can't be reached. */
export async function seeCluster(context: string): Promise<ClusterReport | { unreachable: string }> {
    const program = join(__dirname, "..", "components", "programs", "cluster-look.mjs");
    const env = { ...process.env, KUBE_CONTEXT: context, NAMESPACE: "default" };
    const { stdout } = await promisify(execFile)(process.execPath, [program], { env });
    const printed = JSON.parse(stdout) as { unreachable?: string };
    if (typeof printed.unreachable === "string") {
        return { unreachable: printed.unreachable };
    }
    const facts = parseClusterFacts(printed, (name) => `${LABEL_PREFIX}${name}`);
    const [version, ...allowed] = await Promise.all([
        ask(context, "version", "--output=json"),
        ...Object.values(RIGHTS).map((words) => ask(context, "auth", "can-i", "--all-namespaces", ...words)),
    ]);
    const forbidden = Object.keys(RIGHTS).filter((_, index) => allowed[index].trim() !== "yes");
    return clusterReport(facts, versionOf(version), forbidden);
}

/** What kubectl prints; nothing where it fails, for `can-i` fails with its "no". */
async function ask(context: string, ...words: string[]): Promise<string> {
    const where = context === "" ? [] : ["--context", context];
    return promisify(execFile)("kubectl", [...where, ...words]).then(
        ({ stdout }) => stdout,
        () => "",
    );
}

function versionOf(printed: string): string {
    const { serverVersion } = JSON.parse(printed || "{}") as { serverVersion?: { gitVersion?: string } };
    return `Kubernetes ${serverVersion?.gitVersion ?? "of a version that it doesn't say"}`;
}
