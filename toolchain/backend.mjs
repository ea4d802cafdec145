import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { parseJson } from "./json.mjs";
import { checkout as thisCheckout } from "./paths.mjs";

/**
 * Where the state is kept: where the user is logged in, else in files of the checkout.
 *
 * @typedef {object} Backend
 * @property {string} description
 * @property {Record<string, string>} variables what Pulumi needs in its environment
 * @property {string | undefined} passphraseFile has to exist, where it is ours
 */

/**
 * @param {NodeJS.ProcessEnv} [env]
 * @param {string} [checkout]
 * @returns {Backend}
 */
export function chooseBackend(env = process.env, checkout = thisCheckout) {
    const login = findLogin(env);
    if (login !== undefined) {
        return { ...login, passphraseFile: undefined };
    }
    const variables = { PULUMI_BACKEND_URL: pathToFileURL(checkout).href.replace(/\/$/, "") };
    const description = "files in .pulumi of this checkout";
    if (env["PULUMI_CONFIG_PASSPHRASE"] !== undefined || env["PULUMI_CONFIG_PASSPHRASE_FILE"] !== undefined) {
        return { description, variables, passphraseFile: undefined };
    }
    const passphraseFile = join(checkout, ".pulumi", "passphrase");
    return { description, variables: { ...variables, PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile }, passphraseFile };
}

/**
 * The user's login. As PULUMI_HOME is the project's own, Pulumi has to be told where the credentials are.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {{ description: string, variables: Record<string, string> } | undefined}
 */
function findLogin(env) {
    if (env["PULUMI_BACKEND_URL"]) {
        return { description: `${env["PULUMI_BACKEND_URL"]}, from PULUMI_BACKEND_URL`, variables: credentials(env) };
    }
    if (env["PULUMI_ACCESS_TOKEN"]) {
        return { description: "Pulumi Cloud, by PULUMI_ACCESS_TOKEN", variables: {} };
    }
    const { current } = readCredentials(env);
    return current ? { description: `${current}, where you are logged in`, variables: credentials(env) } : undefined;
}

/** @param {NodeJS.ProcessEnv} env */
function credentialsDirectory(env) {
    return env["PULUMI_CREDENTIALS_PATH"] ?? env["PULUMI_HOME"] ?? join(env["HOME"] ?? homedir(), ".pulumi");
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {{ current?: string }}
 */
function readCredentials(env) {
    try {
        const text = readFileSync(join(credentialsDirectory(env), "credentials.json"), "utf8");
        return /** @type {{ current?: string }} */ (parseJson(text));
    } catch {
        return {};
    }
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Record<string, string>}
 */
function credentials(env) {
    const directory = credentialsDirectory(env);
    return existsSync(join(directory, "credentials.json")) ? { PULUMI_CREDENTIALS_PATH: directory } : {};
}

/** @type {import("./step.mjs").Step} */
export const backend = {
    name: "State",
    why: "Pulumi remembers in it what it made",

    async found() {
        const { description, passphraseFile } = chooseBackend();
        return passphraseFile === undefined || existsSync(passphraseFile) ? description : undefined;
    },

    async make() {
        const { description, passphraseFile } = chooseBackend();
        if (passphraseFile !== undefined) {
            mkdirSync(dirname(passphraseFile), { recursive: true });
            // wx: a second bootstrap at the same time must not replace the first one's passphrase.
            writeFileSync(passphraseFile, randomBytes(24).toString("base64url"), { mode: 0o600, flag: "wx" });
        }
        return `${description}, with a passphrase made just now`;
    },
};
