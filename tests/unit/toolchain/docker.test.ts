import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

    beforeEach(() => {
        config = mkdtempSync(join(tmpdir(), "docker-config-"));
        const id = createHash("sha256").update("far").digest("hex");
        mkdirSync(join(config, "contexts", "meta", id), { recursive: true });
        const meta = { Name: "far", Endpoints: { docker: { Host: "ssh://alice@far" } } };
        writeFileSync(join(config, "contexts", "meta", id, "meta.json"), JSON.stringify(meta));
    });

    afterEach(() => rmSync(config, { recursive: true }));

    const host = async (env: NodeJS.ProcessEnv) => (await docker()).dockerHost({ DOCKER_CONFIG: config, ...env });
    const use = (currentContext: string) =>
        writeFileSync(join(config, "config.json"), JSON.stringify({ currentContext }));

    it("needs no saying for the usual engine", async () => {
        assert.equal(await host({}), undefined);
        use("default");
        assert.equal(await host({}), undefined);
    });

    it("is that of the current context, or of DOCKER_CONTEXT", async () => {
        assert.equal(await host({ DOCKER_CONTEXT: "far" }), "ssh://alice@far");
        use("far");
        assert.equal(await host({}), "ssh://alice@far");
    });

    it("is DOCKER_HOST before any context", async () => {
        use("far");
        assert.equal(await host({ DOCKER_HOST: "unix:///mine" }), "unix:///mine");
    });
});
