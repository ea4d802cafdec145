import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { skip } from "../../support/skip";
import type { DockerFacts } from "../../../toolchain/docker.mjs" with { "resolution-mode": "import" };

const docker = () => import("../../../toolchain/docker.mjs");

const nothing: DockerFacts = {
    client: false,
    daemon: false,
    version: undefined,
    complaint: "Cannot connect to the Docker daemon",
    chosen: undefined,
    root: false,
    apt: false,
};

describe("which Docker engine", () => {
    const table: [string, Partial<DockerFacts>, string | RegExp][] = [
        ["one that answers is used", { client: true, version: "20.10.24" }, "use"],
        ["whoever started it", { client: true, version: "28.5.2", chosen: "context x", root: true, apt: true }, "use"],
        ["root has it started", { client: true, daemon: true, root: true }, "start"],
        ["root has it installed on Debian", { root: true, apt: true }, "install"],
        ["also where only the client is there", { client: true, root: true, apt: true }, "install"],
        ["also where only the client is missing", { daemon: true, root: true, apt: true }, "install"],
        [
            "none is started where the user chose another one",
            { client: true, daemon: true, root: true, apt: true, chosen: "DOCKER_HOST=ssh://alice@far" },
            /you chose \(DOCKER_HOST=ssh:\/\/alice@far\) doesn't answer: Cannot connect[^]*docker version/,
        ],
        [
            "a user without the right is told",
            { client: true, complaint: "permission denied" },
            /usermod -aG docker \$USER/,
        ],
        ["a user on Debian is told", { apt: true }, /Docker is missing[^]*sudo apt-get install docker\.io iptables/],
        ["a user elsewhere is told", { client: true }, /No Docker engine answers: Cannot[^]*Install and start it/],
        ["so is root elsewhere", { root: true }, /Docker is missing[^]*Install and start it[^]*export DOCKER_HOST=/],
    ];
    for (const [title, facts, expected] of table) {
        it(title, async () => {
            const { decide } = await docker();
            const decision = () => decide({ ...nothing, ...facts });
            if (expected instanceof RegExp) {
                assert.throws(decision, expected);
            } else {
                assert.equal(decision(), expected);
            }
        });
    }
});

describe("the engine's address for Pulumi's plugin, which knows no contexts", () => {
    let config: string;

    before(async function () {
        const { which } = await import("../../../toolchain/child.mjs");
        if (which("docker") === undefined) {
            skip(this, "Docker's command line isn't installed; it is what knows the contexts");
        }
    });

    beforeEach(() => {
        config = mkdtempSync(join(tmpdir(), "docker-config-"));
        cli("context", "create", "far", "--docker", "host=ssh://alice@far");
    });

    afterEach(() => rmSync(config, { recursive: true }));

    const env = (more: NodeJS.ProcessEnv = {}) => ({ PATH: process.env.PATH, DOCKER_CONFIG: config, ...more });
    const cli = (...words: string[]) => execFileSync("docker", words, { env: env(), stdio: "pipe" });
    const host = async (more: NodeJS.ProcessEnv = {}) =>
        (await import("../../../toolchain/context.mjs")).dockerHost(env(more));

    it("needs no saying for the usual engine", async () => {
        assert.equal(await host(), undefined);
        cli("context", "use", "default");
        assert.equal(await host(), undefined);
    });

    it("is that of the current context, or of DOCKER_CONTEXT", async () => {
        assert.equal(await host({ DOCKER_CONTEXT: "far" }), "ssh://alice@far");
        cli("context", "use", "far");
        assert.equal(await host(), "ssh://alice@far");
    });

    it("is DOCKER_HOST before any context", async () => {
        cli("context", "use", "far");
        assert.equal(await host({ DOCKER_HOST: "unix:///mine" }), "unix:///mine");
    });

    it("of a context that isn't there is none, least of all this machine's own engine", async () => {
        await assert.rejects(host({ DOCKER_CONTEXT: "gone" }), /current context can't be used: .*gone[^]*context use/);
    });

    it("isn't asked for where Docker's command line is missing", async () => {
        assert.equal(await host({ PATH: config }), undefined);
    });
});
