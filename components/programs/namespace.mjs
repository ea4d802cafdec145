// Takes the namespace that a sandbox is in, before anything else is made there; that of another sandbox refuses it.
//   node namespace.mjs take   makes it, and refuses one that is there
//   node namespace.mjs keep   what this very sandbox has made is no other's; where it is gone, it is made again
// A namespace of the user's own has only to be there.
// Prints one line of JSON, {"owner", "instance"}: remembered so that the namespace is known as the sandbox's, whoever runs the next
// `pulumi up`.
// Environment: SANDBOX, NAMESPACE, OWN (yes: the sandbox's own; no: the user's), PROJECT, STACK, OWNER (empty: whoever it was, or
// whoever runs this), TTL (may be missing), KUBECONFIG and KUBE_CONTEXT (which cluster; both may be empty)
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure, main } from "./failure.mjs";
import { identity, isOfThisStack, remembered, wayOut } from "./identity.mjs";
import { ask, complaint, kubectl, personal, refusedAs } from "./kubectl.mjs";
import { LABEL_PREFIX, ours } from "./labels.mjs";
import { annotations, getThing, isLeaving } from "./things.mjs";
import { variable } from "./variables.mjs";

/** A namespace takes so long to go: first all that is in it goes, machines among it, which shut down. */
const LEAVING_SECONDS = 60;
const POLL_MILLISECONDS = 500;

/** PodSecurity's level: the API server itself sees to it that no machine gets more than it needs. */
const LABELS = {
    "app.kubernetes.io/managed-by": "pulumi-centos-systemd",
    "pod-security.kubernetes.io/enforce": "baseline",
};

/** Names of a namespace's annotations of ours → what they say. @param {import("./identity.mjs").Identity} of */
function annotationsOf({ owner, instance }) {
    const ttl = process.env["TTL"] ? { ttl: process.env["TTL"] } : {};
    const said = {
        ...{ sandbox: variable("SANDBOX"), project: variable("PROJECT"), stack: variable("STACK"), owner, instance },
        ...ttl,
    };
    return Object.fromEntries(Object.entries(said).map(([name, value]) => [`${LABEL_PREFIX}${name}`, value]));
}

/**
 * Makes it, which nobody else can at the same time: the API server makes one of a name, and refuses the other.
 *
 * @param {import("./identity.mjs").Identity} of
 * @returns {Promise<boolean>} whether it could be made; not so where one is there
 */
async function made(of) {
    const metadata = { name: variable("NAMESPACE"), labels: LABELS, annotations: annotationsOf(of) };
    const input = JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata });
    const answer = await ask(["create", "-f", "-"], { input });
    if (answer.status !== 0 && refusedAs(answer) !== "AlreadyExists") {
        throw new Failure(`The namespace ${variable("NAMESPACE")} can't be made: ${complaint(answer)}`);
    }
    return answer.status === 0;
}

/** What is there of its name; one that is on its way out is waited for. @returns {Promise<import("./things.mjs").Thing | undefined>} */
async function present() {
    const name = variable("NAMESPACE");
    const end = Date.now() + LEAVING_SECONDS * 1000;
    for (;;) {
        const found = await getThing("namespace", name);
        if (found === "Forbidden") {
            throw new Failure(`The namespace ${name} may not be looked at by this user of the cluster.`);
        }
        if (found === "NotFound" || !isLeaving(found)) {
            return found === "NotFound" ? undefined : found;
        }
        if (Date.now() > end) {
            throw new Failure(
                `The namespace ${name} is still being removed after ${LEAVING_SECONDS} s.`,
                `What it waits for: ${personal("describe", "namespace", name)}`,
            );
        }
        await sleep(POLL_MILLISECONDS);
    }
}

/**
 * Has a namespace of its own, by whatever it takes.
 *
 * @param {import("./identity.mjs").Identity} of
 * @param {(found: import("./labels.mjs").Labels) => boolean} isOurs
 */
async function own(of, isOurs) {
    while (!(await made(of))) {
        const found = await present();
        if (found !== undefined) {
            const whose = ours(annotations(found));
            if (!isOurs(whose)) {
                throw refused(whose);
            }
            return describeAnew(of, annotations(found));
        }
    }
}

/**
 * Its owner and its time may be others now.
 *
 * @param {import("./identity.mjs").Identity} of
 * @param {Record<string, string>} before
 */
async function describeAnew(of, before) {
    const changed = Object.entries(annotationsOf(of)).filter(([name, value]) => before[name] !== value);
    const gone = !process.env["TTL"] && before[`${LABEL_PREFIX}ttl`] !== undefined ? [`${LABEL_PREFIX}ttl-`] : [];
    const words = [...changed.map(([name, value]) => `${name}=${value}`), ...gone];
    if (words.length > 0) {
        await kubectl(["annotate", "--overwrite", "namespace", variable("NAMESPACE"), ...words]);
    }
}

/** @param {import("./labels.mjs").Labels} whose */
function refused(whose) {
    const name = variable("NAMESPACE");
    const { sandbox, stack, project, owner } = whose;
    if (sandbox === "") {
        return new Failure(
            `A namespace named ${name} is in this cluster already, and isn't a sandbox's.`,
            "Name this stack otherwise (pulumi stack rename), or name the namespace in `cluster.namespace`, if the sandbox is to be in it.",
        );
    }
    return new Failure(
        `A sandbox named ${sandbox} is in this cluster already: stack ${stack} of project ${project}, owned by ${owner}.`,
        ...(isOfThisStack(whose)
            ? [
                  "If it is this very stack's, whose state was lost, make room for it; its volumes go too:",
                  personal("delete", "namespace", name),
                  "If it is that of another backend, name this one otherwise (pulumi stack rename).",
              ]
            : [wayOut(whose)]),
    );
}

/** The user's own has only to be there, as far as this user of the cluster may see it. */
async function given() {
    const name = variable("NAMESPACE");
    const found = await getThing("namespace", name);
    if (found === "NotFound" || (found !== "Forbidden" && isLeaving(found))) {
        throw new Failure(
            `The namespace ${name} ${found === "NotFound" ? "isn't in this cluster" : "is being removed"}.`,
            "Make it, or leave `cluster.namespace` out: a sandbox makes its own.",
        );
    }
}

/** @type {Record<string, (of: import("./identity.mjs").Identity) => Promise<void>>} */
const VERBS = {
    take: (of) => own(of, () => false),
    keep: (of) => own(of, (found) => found.instance === remembered().instance && found.instance !== ""),
};

await main(async () => {
    const of = identity();
    await (variable("OWN") === "yes" ? VERBS[process.argv[2] ?? ""]?.(of) : given());
    console.log(JSON.stringify(of));
});
