import process from "node:process";
import { lastLines, run, which } from "./child.mjs";
import { parseJson } from "./json.mjs";
import { Problem } from "./problem.mjs";

/**
 * The engine's address where it has to be said: Pulumi's docker plugin knows DOCKER_HOST, but no contexts.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string | undefined>}
 */
export async function dockerHost(env = process.env) {
    return env["DOCKER_HOST"] || (await chosenContext(env))?.Endpoints.docker.Host;
}

/**
 * How the user has chosen another engine than this machine's usual one, if so.
 *
 * @param {NodeJS.ProcessEnv} env
 */
export async function userChoice(env) {
    if (env["DOCKER_HOST"]) {
        return `DOCKER_HOST=${env["DOCKER_HOST"]}`;
    }
    const context = await chosenContext(env);
    return context && `context ${context.Name}`;
}

/** @typedef {{ Name: string, Endpoints: { docker: { Host: string } } }} Context as Docker's command line prints it */

/**
 * The context that stands for another engine than this machine's usual one.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Context | undefined>}
 */
async function chosenContext(env) {
    if (which("docker", env) === undefined) {
        return undefined;
    }
    const answer = await run("docker", ["context", "inspect"], { env });
    if (!answer.ok) {
        throw new Problem(
            `Docker's current context can't be used: ${lastLines(answer, 1)}`,
            "`docker context ls` lists them, `docker context use default` takes this machine's own engine.",
        );
    }
    const [context] = /** @type {Context[]} */ (parseJson(answer.stdout));
    return context?.Name === "default" ? undefined : context;
}
