import { spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { installPackages } from "./apt.mjs";
import { cached } from "./cache.mjs";
import { run, which } from "./child.mjs";
import { userChoice } from "./context.mjs";
import { ending } from "./ending.mjs";
import { Problem } from "./problem.mjs";

/**
 * What decides how to come by a Docker engine.
 *
 * @typedef {object} DockerFacts
 * @property {boolean} client there is a `docker` command
 * @property {boolean} daemon there is a `dockerd` command
 * @property {string | undefined} version the engine's, when it answers
 * @property {string} complaint what the client said, when it doesn't
 * @property {string | undefined} chosen how the user chose an engine, when it isn't this machine's usual one
 * @property {boolean} root
 * @property {boolean} apt the machine is a Debian or an Ubuntu
 */

/**
 * An engine that answers is used as it is. One is installed or started only by root, on Debian or Ubuntu, and only
 * where the user has not chosen another one.
 *
 * @param {DockerFacts} facts
 * @returns {"use" | "start" | "install"}
 * @throws {Problem}
 */
export function decide({ client, daemon, version, complaint, chosen, root, apt }) {
    if (version !== undefined) {
        return "use";
    }
    if (chosen !== undefined && client) {
        throw new Problem(
            `The Docker engine that you chose (${chosen}) doesn't answer: ${complaint}`,
            `Start it, or take that choice back; \`docker version\` shows whether it answers.`,
        );
    }
    if (/permission denied/i.test(complaint)) {
        throw new Problem(
            "You may not talk to this machine's Docker engine.",
            "sudo usermod -aG docker $USER, then log in again.",
        );
    }
    if (root && client && daemon) {
        return "start";
    }
    if (root && apt) {
        return "install";
    }
    throw new Problem(
        client ? `No Docker engine answers: ${complaint}` : "Docker is missing.",
        apt
            ? "sudo apt-get install docker.io iptables && sudo usermod -aG docker $USER, then log in again."
            : "Install and start it (https://docs.docker.com/engine/install), then run this again.",
        "An engine on another machine does too: export DOCKER_HOST=ssh://user@machine",
    );
}

/** @returns {Promise<DockerFacts>} */
async function look() {
    // A remote engine that is down may not even refuse.
    const signal = AbortSignal.timeout(15_000);
    const [answer, chosen] = await Promise.all([
        run("docker", ["version", "--format", "{{.Server.Version}}"], { signal }),
        userChoice(process.env),
    ]);
    return {
        client: which("docker") !== undefined,
        daemon: which("dockerd") !== undefined,
        version: answer.ok ? answer.stdout.trim() : undefined,
        complaint: signal.aborted ? "no answer in 15 s" : (answer.stderr.trim().split("\n").at(-1) ?? ""),
        chosen,
        root: process.getuid?.() === 0,
        apt: which("apt-get") !== undefined,
    };
}

/** @type {import("./step.mjs").Step} */
export const docker = {
    name: "Docker engine",
    why: "the machines are its containers",

    async found() {
        const facts = await look();
        return decide(facts) === "use" ? `${facts.version}${facts.chosen ? `, ${facts.chosen}` : ""}` : undefined;
    },

    async make(progress) {
        if (decide(await look()) === "install") {
            // The client is a package of its own from Debian 13 on. iptables is but recommended, yet the engine needs it.
            await installPackages(["docker.io", "iptables"], ["docker-cli"], progress);
        }
        if (decide(await look()) === "start") {
            progress("starting dockerd");
            await start();
        }
        const { version } = await look();
        return `${version} started`;
    },
};

async function start() {
    if (existsSync("/run/systemd/system")) {
        await run("systemctl", ["start", "docker"]);
        await answer(() => run("journalctl", ["-u", "docker", "-n", "15", "--no-pager"]).then((log) => log.stdout));
        return;
    }
    const log = cached("dockerd.log");
    mkdirSync(cached(), { recursive: true });
    const output = openSync(log, "w");
    const daemon = spawn("dockerd", [], { detached: true, stdio: ["ignore", output, output] });
    writeFileSync(cached("dockerd.pid"), `${daemon.pid}\n`);
    daemon.unref();
    await answer(async () => `${log}:\n  ${readFileSync(log, "utf8").trim().split("\n").slice(-15).join("\n  ")}`);
}

/** @param {() => Promise<string>} lastWords */
async function answer(lastWords) {
    const deadline = Date.now() + 40_000;
    while ((await look()).version === undefined) {
        if (Date.now() > deadline) {
            throw new Problem("dockerd was started but doesn't answer.", await lastWords());
        }
        await sleep(200, undefined, { signal: ending() });
    }
}
