// Looks at a cluster, and changes nothing: its nodes, what they can, and what is in the sandbox's namespace.
// Prints one line of JSON; a cluster that doesn't answer is an answer too. What may not be listed is null.
// Environment: NAMESPACE, KUBECONFIG and KUBE_CONTEXT (which cluster; both may be empty)
import { Failure, main } from "./failure.mjs";
import { fields, listOfFields, textOf } from "./form.mjs";
import { LABEL_PREFIX } from "./labels.mjs";
import { endTold, isOver, podStatus } from "./pod-status.mjs";
import { oneLine } from "./printable.mjs";
import { annotations, getThing, isLeaving, labels, listThings, nameOf } from "./things.mjs";
import { variable } from "./variables.mjs";

/** The name in its labels of the DaemonSet that makes cgroups writable for machines, where the nodes' runtime wasn't configured so. */
const SETUP = "pulumi-centos-systemd-nri";

/** @typedef {import("./things.mjs").Thing} Thing */

async function look() {
    // All at once: each call of kubectl takes a while to begin.
    const [ofCluster, ofNamespace, namespace, daemonSets] = await Promise.all([
        listThings(["nodes", "runtimeclasses", "storageclasses"]),
        listThings(["pods", "services", "persistentvolumeclaims"]),
        getThing("namespace", variable("NAMESPACE")),
        listThings(["daemonsets"], "--all-namespaces"),
    ]);
    return {
        nodes: ofCluster.nodes?.map(node) ?? null,
        runtimeClasses: byName(ofCluster.runtimeclasses, ({ handler }) => line(handler)),
        namespace: typeof namespace === "string" ? null : whatOf(namespace),
        pods: needed(ofNamespace.pods, "pods").map(pod),
        services: needed(ofNamespace.services, "services").map((each) => ({
            name: nameOf(each),
            sandbox: sandboxOf(each),
        })),
        claims: needed(ofNamespace.persistentvolumeclaims, "persistentvolumeclaims").map(nameOf),
        storageClasses: byName(ofCluster.storageclasses, isDefault),
        setup: (daemonSets.daemonsets ?? []).some((each) => isSetup(each) && isReady(each)),
        daemonSets: daemonSets.daemonsets?.map(nameOf) ?? null,
    };
}

/**
 * Nobody can make a machine where these may not be listed.
 *
 * @param {Thing[] | null} things
 * @param {string} kind
 */
function needed(things, kind) {
    if (things === null) {
        throw new Failure(`${kind} of the namespace ${variable("NAMESPACE")} may not be listed`);
    }
    return things;
}

/** @param {Thing} namespace */
function whatOf(namespace) {
    return { terminating: isLeaving(namespace), labels: labels(namespace), annotations: annotations(namespace) };
}

/** @param {Thing} thing */
function node(thing) {
    const [spec, status] = [fields(thing["spec"]), fields(thing["status"])];
    const { containerRuntimeVersion, architecture } = fields(status["nodeInfo"]);
    const effects = listOfFields(spec["taints"]).map(({ effect }) => effect);
    const handlers = listOfFields(status["runtimeHandlers"]).map((handler) => {
        const userNamespaces = fields(handler["features"])["userNamespaces"] === true;
        return /** @type {const} */ ([line(handler["name"]), { userNamespaces }]);
    });
    return {
        name: nameOf(thing),
        runtime: line(containerRuntimeVersion),
        architecture: line(architecture),
        ready: listOfFields(status["conditions"]).some(({ type, status }) => type === "Ready" && status === "True"),
        // A machine tolerates nothing.
        schedulable: spec["unschedulable"] !== true && !effects.some((effect) => effect !== "PreferNoSchedule"),
        labels: labels(thing),
        handlers: Object.fromEntries(handlers),
    };
}

/** What a machine says of itself by annotations; empty where it is none of ours. */
const OURS = ["generation", "instance", "project", "stack"];

/** @param {Thing} thing */
const sandboxOf = (thing) => labels(thing)[`${LABEL_PREFIX}sandbox`] ?? "";

/** @param {Thing} thing */
function pod(thing) {
    const status = podStatus(thing);
    const running = (status.phase === "Running" || status.phase === "Pending") && !status.leaving && !isOver(status);
    const of = annotations(thing);
    return {
        name: nameOf(thing),
        uid: status.uid,
        running,
        reason: running ? "" : status.leaving ? "Terminating" : endTold(status),
        sandbox: sandboxOf(thing),
        ...Object.fromEntries(OURS.map((name) => [name, of[`${LABEL_PREFIX}${name}`] ?? ""])),
    };
}

/** @param {Thing} thing */
function isDefault(thing) {
    const of = annotations(thing);
    return ["", "beta."].some((version) => of[`storageclass.${version}kubernetes.io/is-default-class`] === "true");
}

/** @param {Thing} daemonSet */
const isSetup = (daemonSet) => labels(daemonSet)["app.kubernetes.io/name"] === SETUP;

/** @param {Thing} daemonSet */
function isReady(daemonSet) {
    const { desiredNumberScheduled, numberReady } = fields(daemonSet["status"]);
    return Number(desiredNumberScheduled) > 0 && desiredNumberScheduled === numberReady;
}

/**
 * @template Value
 * @param {Thing[] | null} things
 * @param {(thing: Thing) => Value} value
 */
function byName(things, value) {
    return things === null ? null : Object.fromEntries(things.map((thing) => [nameOf(thing), value(thing)]));
}

/** @param {unknown} value */
const line = (value) => oneLine(textOf(value));

await main(async () => {
    const seen = await look().catch((/** @type {unknown} */ error) => {
        if (error instanceof Failure) {
            return { unreachable: oneLine(error.message) };
        }
        throw error;
    });
    console.log(JSON.stringify(seen));
});
