import assert from "node:assert/strict";
import { DISTRIBUTIONS } from "../../../components/distributions";
import { LABEL_PREFIX } from "../../../components/labels";
import { readFileSync } from "node:fs";

const NOW = new Date("2026-03-10T12:00:00Z");
const labels = { sandbox: "alice", owner: "ann", project: "shop", stack: "alice", base: "organization/shop/base" };
const machine = { name: "alice-web", created: "2026-03-01T12:00:00Z", labels, state: "running" };
const network = { name: "alice", created: "2026-03-01T12:00:00Z", labels };
const lease = (ttl: string, created: string) => ({ name: "alice-lease", created, labels: { ...labels, ttl } });
const nothing = { containers: [], networks: [], volumes: [], images: [] };

describe("npm run doctor", () => {
    const report = async (found: object) => {
        const doctor = await import("../../../toolchain/doctor.mjs");
        return doctor.report({ ...nothing, ...found }, NOW).split("\n");
    };

    it("finds nothing where nothing is", async () => {
        assert.deepEqual(await report({}), ["No sandbox is on this host.", "", "Nothing to clean up."]);
    });

    it("lists each sandbox: whose it is, and what runs", async () => {
        const stopped = { ...machine, name: "alice-db", state: "exited" };
        assert.deepEqual(await report({ containers: [machine, stopped], networks: [network] }), [
            "SANDBOX  OWNER  PROJECT  STACK  BASE  MACHINES        EXPIRES",
            "alice    ann    shop     alice  base  1 of 2 running  never",
            "",
            "Nothing to clean up.",
        ]);
    });

    for (const [ttl, created, expires] of [
        ["8h", "2026-03-10T10:00:00Z", "in 6 h"],
        ["3d", "2026-03-10T12:00:00+02:00", "in 3 d"],
        ["2w", "2026-03-10T12:00:00Z", "in 14 d"],
    ]) {
        it(`says when a sandbox of ${ttl} expires`, async () => {
            const [, row] = await report({ containers: [machine], volumes: [lease(ttl, created)] });
            assert.ok(row.endsWith(`  ${expires}`), row);
        });
    }

    it("lists an expired one with the command that removes it", async () => {
        const lines = await report({ containers: [machine], volumes: [lease("3d", "2026-03-01T12:00:00Z")] });
        assert.ok(lines[1].endsWith("  6 d ago"), lines[1]);
        assert.deepEqual(lines.slice(3), [
            "The time of alice is over. Its owner ann removes it with",
            "  pulumi destroy --stack alice",
            "or, where that stack is lost, everybody who may use this engine:",
            "  docker rm --force alice-web",
        ]);
    });

    it("lists what a lost sandbox left behind, and images that nobody uses, but no base's", async () => {
        const image = (name: string) => ({ name, created: "", labels: { image: "" } });
        const images = ["localhost/x/alice:debian-12", "localhost/x/base:debian-12", "sha256:1234"].map(image);
        const lines = await report({ networks: [network], volumes: [lease("3d", "2026-03-10T12:00:00Z")], images });
        assert.deepEqual(lines, [
            "No sandbox is on this host.",
            "",
            "Nobody uses these any more:",
            "  network  docker network rm alice",
            "  volume   docker volume rm alice-lease",
            "  image    docker image rm localhost/x/alice:debian-12",
            "  image    docker image rm sha256:1234",
        ]);
    });

    it("knows the labels of the components", () => {
        assert.match(readFileSync("toolchain/doctor.mjs", "utf8"), new RegExp(`prefix = "${LABEL_PREFIX}"`));
    });
});

describe("the bootstrap's base image", () => {
    it("is the default row of the table of distributions, which it reads as text", async () => {
        const { defaultImage, fallback } = await import("../../../toolchain/base-image.mjs");
        assert.equal(defaultImage(), DISTRIBUTIONS["centos-stream9"].baseImage);
        assert.equal(DISTRIBUTIONS[fallback.distribution].systemdVersion, 252);
    });
});
