import type { Stack } from "@pulumi/pulumi/automation";
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import * as path from "node:path";
import { debian } from "../support/base-image";
import { openProject, type Project } from "../support/project";
import { CHECKOUT } from "../support/stack";

const POLICIES = [
    "no-privileged-machine",
    "ports-on-loopback",
    "capabilities-within-list",
    "limits-set",
    "sandbox-has-ttl",
    "sandbox-has-owner",
];

/** Breaks all policies, each once or more. */
const BOLD: Record<string, unknown> = {
    machines: {
        root: { privileged: true, memory: "1GiB", cpus: 1 },
        open: { ports: [{ port: 80, hostAddress: "0.0.0.0" }], capabilities: { add: ["SYS_PTRACE"] }, pids: 100 },
    },
};

/** Keeps them all; a hardened machine adds capabilities, after it has dropped all. */
const MEEK: Record<string, unknown> = {
    owner: "alice",
    ttl: "8h",
    machines: {
        web: { ports: [{ port: 80 }], memory: "512MiB", cpus: 1, pids: 200 },
        hard: { hardening: "minimal", memory: "512MiB", cpus: 1, pids: 200 },
    },
};

describe("the policy pack", () => {
    let project: Project;
    let bold: Stack;
    let meek: Stack;

    before(async () => {
        const image = await debian("bookworm");
        project = await openProject();
        bold = await project.stack("bold", { ...image, ...BOLD });
        meek = await project.stack("meek", { ...image, ...MEEK });
    });

    after(() => project?.close());

    /** What a preview says. */
    async function preview(stack: Stack, config: object = {}): Promise<string> {
        const file = path.join(stack.workspace.workDir, "policies.json");
        await writeFile(file, JSON.stringify(config));
        const policyPacks = [path.join(CHECKOUT, "policy", "policy-pack")];
        const { stdout } = await stack.preview({ policyPacks, policyPackConfigs: [file] });
        return stdout;
    }

    it("refuses on preview all that breaks it, at once", async () => {
        const said = await preview(bold).then(
            () => assert.fail("the preview passed"),
            ({ message }: Error) => message,
        );
        for (const policy of POLICIES) {
            assert.match(said, new RegExp(`\\[mandatory\\] +${policy}`));
        }
        for (const violation of [
            /bold-root is privileged/,
            /bold-open publishes its port 80 on 0\.0\.0\.0/,
            /bold-open adds the capability SYS_PTRACE/,
            /bold-open may use all of the host's memory/,
            /bold-open may use all of the host's cpus/,
            /bold lets its machine root have any number of processes/,
        ]) {
            assert.match(said, violation);
        }
        assert.doesNotMatch(said, /bold-root (publishes|adds|may use)|bold-open is|machine open have/);
    });

    it("lets a sandbox pass that keeps to it", async () => {
        assert.match(await preview(meek), /✅ +centos-systemd@v\d/);
    });

    it("lets pass what its configuration allows", async () => {
        const allowing = {
            "no-privileged-machine": { except: ["bold-root"] },
            "ports-on-loopback": { addresses: ["0.0.0.0"] },
            "capabilities-within-list": { allowed: ["SYS_PTRACE"] },
            "limits-set": { limits: [] },
            "sandbox-has-ttl": { enforcementLevel: "disabled" },
            "sandbox-has-owner": { enforcementLevel: "disabled" },
        };
        assert.match(await preview(bold, allowing), /✅ +centos-systemd@v\d/);
    });

    it("refuses what its configuration doesn't allow: too long a time, another's sandbox", async () => {
        const strict = { "sandbox-has-ttl": { longest: "4h" }, "sandbox-has-owner": { pattern: "@example\\.com$" } };
        await assert.rejects(preview(meek, strict), /may live for 8h, which is more than 4h[^]*belongs to "alice"/);
    });
});
