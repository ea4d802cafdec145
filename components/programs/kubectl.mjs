import process from "node:process";
import { call } from "./call.mjs";
import { Failure } from "./failure.mjs";
import { oneLine } from "./printable.mjs";
import { variable } from "./variables.mjs";

const KUBECTL = { file: "kubectl", name: "kubectl", missing: "there is no kubectl on the PATH" };

/** It finds KUBECONFIG in its environment by itself. */
const CLUSTER = process.env["KUBE_CONTEXT"] ? [`--context=${process.env["KUBE_CONTEXT"]}`] : [];

/**
 * Calls kubectl, for a cluster and a namespace in it.
 *
 * @param {string[]} words
 * @param {import("./call.mjs").Options} [options]
 */
export function ask(words, options) {
    const where = [...CLUSTER, `--namespace=${variable("NAMESPACE")}`];
    return call(KUBECTL, [...where, ...words], options);
}

/**
 * What a call printed, which has to succeed.
 *
 * @param {string[]} words
 * @param {import("./call.mjs").Options} [options]
 */
export async function kubectl(words, options) {
    const answer = await ask(words, options);
    if (answer.status !== 0) {
        throw new Failure(`kubectl ${words[0]} failed: ${complaint(answer)}`);
    }
    return answer.stdout;
}

/** How a person calls it for the same cluster. @param {string[]} words */
export function personal(...words) {
    return ["kubectl", ...CLUSTER, ...words].map(quoted).join(" ");
}

/** As a shell reads it. @param {string} word */
function quoted(word) {
    return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${oneLine(word).replaceAll("'", `'\\''`)}'`;
}

/** What it adds to what others say: when a command in a Pod has ended with another status than 0, and what it logs by itself. */
const ENDED = /(^|\n)command terminated with exit code \d+\n?$/;
const LOGGED = /^[IWEF]\d{4} \d\d:\d\d:.*(\n|$)/gm;

/**
 * What a command in a Pod has said itself, and whether it has ended at all: otherwise it is kubectl that failed.
 *
 * @param {string} stderr
 */
export function apart(stderr) {
    return { said: stderr.replace(ENDED, "$1").replace(LOGGED, ""), ended: ENDED.test(stderr) };
}

/** Where it knows of no cluster, it tries its own address. */
const NOWHERE = /^The connection to the server localhost:8080 was refused/;

/**
 * What kubectl had to say against it, on one line.
 *
 * @param {import("./call.mjs").Answer} answer
 */
export function complaint({ stderr, stdout, late }) {
    const said = (apart(stderr).said.trim() || stdout.trim())
        .split("\n")
        .map((line) => line.trim().replace(/^(error: |Error from server( \(\w+\))?: )+/, ""));
    // It says a thing once for each kind that it was asked for.
    const line = oneLine([...new Set(said)].join(" "));
    if (NOWHERE.test(line)) {
        const file = process.env["KUBECONFIG"] || "~/.kube/config";
        return `no cluster is named by the kubeconfig ${oneLine(file)}: it isn't there, or says nothing`;
    }
    return line || (late ? "it gives no answer" : "it doesn't say why");
}

/** What the server says where something isn't there, is there already, or isn't allowed. */
const REASONS = /** @type {const} */ (["NotFound", "AlreadyExists", "Forbidden"]);

/**
 * The server's word for why it refuses.
 *
 * @param {import("./call.mjs").Answer} answer
 * @returns {(typeof REASONS)[number] | undefined}
 */
export function refusedAs({ status, stderr }) {
    return status === 0 ? undefined : REASONS.find((reason) => stderr.includes(`Error from server (${reason}): `));
}
