import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

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
        assert.deepEqual(await report({}), ["No sandbox is here.", "", "Nothing to clean up."]);
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
            "or, where that stack is lost, everybody who may do that here:",
            "  docker rm --force alice-web",
        ]);
    });

    it("lists what a lost sandbox left behind, and images that nobody uses, but no base's", async () => {
        const image = (name: string) => ({ name, created: "", labels: { image: "" } });
        const images = ["localhost/x/alice:debian-12", "localhost/x/base:debian-12", "sha256:1234"].map(image);
        const lines = await report({ networks: [network], volumes: [lease("3d", "2026-03-10T12:00:00Z")], images });
        assert.deepEqual(lines, [
            "No sandbox is here.",
            "",
            "Nobody uses these any more:",
            "  network  docker network rm alice",
            "  volume   docker volume rm alice-lease",
            "  image    docker image rm localhost/x/alice:debian-12",
            "  image    docker image rm sha256:1234",
        ]);
    });

    it("lists an expired one whose labels say less", async () => {
        const bare = { ...machine, labels: { sandbox: "alice" } };
        const lines = await report({ containers: [bare], volumes: [lease("3d", "2026-03-01T12:00:00Z")] });
        assert.deepEqual(lines.slice(3), [
            "The time of alice is over. Everybody who may do that here removes it with",
            "  docker rm --force alice-web",
        ]);
    });

    it("believes no lease in another form, nor one that it can't tell the age of", async () => {
        for (const bad of [lease("3d; x", "2026-03-01T12:00:00Z"), lease("99999999d", ""), lease("3d", "yesterday")]) {
            const [, row] = await report({ containers: [machine], volumes: [bad] });
            assert.ok(row.endsWith("  never"), row);
        }
    });

    describe("of labels and names that anybody may have made, as an image's labels are its containers' too", () => {
        const text = "\x1b]0;x\x07\u202e\n$(touch /tmp/owned); 'x";
        const evil = { sandbox: text, owner: text, project: text, stack: text, base: text, ttl: "1h" };
        const thing = (name: string) => ({ name, created: "2026-03-01T12:00:00Z", labels: evil, state: text });
        const words = (command: string) =>
            execFileSync("bash", ["-c", `printf '%s\\0' ${command}`], { encoding: "utf8" })
                .split("\0")
                .slice(0, -1);

        it("makes no line, no control and no other command", async () => {
            const lines = await report({ containers: [thing(text)], volumes: [thing(text)] });
            assert.equal(lines.length, 7);
            for (const line of lines) {
                assert.doesNotMatch(line, /\p{C}/u);
            }
            assert.deepEqual(words(lines[4]), ["pulumi", "destroy", "--stack", text]);
            assert.deepEqual(words(lines[6]), ["docker", "rm", "--force", text]);
        });

        it("makes no option either", async () => {
            const found = { networks: [thing("-x"), thing(text)], volumes: [thing(text)], images: [thing(text)] };
            const lines = (await report(found)).slice(3).map((line) => words(line.slice(line.indexOf("docker"))));
            assert.deepEqual(lines, [
                ["docker", "network", "rm", "--", "-x"],
                ["docker", "network", "rm", text],
                ["docker", "volume", "rm", text],
                ["docker", "image", "rm", text],
            ]);
        });
    });

    describe("asks Docker", function () {
        this.timeout("60s"); // each starts the program itself
        let directory: string;

        beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "doctor-"))));
        afterEach(() => rmSync(directory, { recursive: true }));

        /** What it prints where Docker's command line is this script. */
        function doctor(...script: string[]): { stdout: string; stderr: string } {
            writeFileSync(join(directory, "docker"), ["#!/bin/sh", ...script].join("\n"), { mode: 0o755 });
            const env = { ...process.env, PATH: `${directory}:${process.env.PATH}` };
            return spawnSync(process.execPath, ["toolchain/doctor.mjs"], { env, encoding: "utf8" });
        }

        const known = JSON.stringify([
            {
                Id: "b",
                Name: "/alice-web",
                Image: "i",
                Created: "2026-03-01T12:00:00Z",
                Config: { Labels: { "pulumi-centos-systemd.sandbox": "alice" } },
                State: { Status: "running", StartedAt: "2026-03-01T12:00:00Z", FinishedAt: "0001-01-01T00:00:00Z" },
            },
        ]);

        const info = {
            Name: "big",
            CgroupVersion: "2",
            CgroupDriver: "cgroupfs",
            Driver: "overlay2",
            DockerRootDir: "/var/lib/docker",
            Architecture: "x86_64",
        };
        const host = [
            `"version --format") echo '{"Version":"28.5.2","ApiVersion":"1.51"}' ;;`,
            `"info --format") echo '${JSON.stringify(info)}' ;;`,
        ];

        it("what the host is, in ten lines before all else, or as JSON, without any image to look from", () => {
            const script = ['case "$1 $2" in', ...host, "esac"];
            const { stdout, stderr } = doctor(...script);
            assert.equal(stderr, "");
            assert.match(
                stdout,
                /^engine +docker 28\.5\.2, API 1\.51, on big \(amd64\)\n(\w+ +\S.*\n){9}\nNo sandbox is here/,
            );
            assert.match(stdout, /^machines +v2-writable, for systemd 252: cgroup v2 and an engine/m);
        });

        it("again where a container has ended between the list and the question", () => {
            const { stdout, stderr } = doctor(
                `cd ${directory}`,
                'case "$1 $2" in',
                ...host,
                '"ps --all") [ -e gone ] || echo a; echo b ;;',
                `"container inspect") touch gone; echo '${known}'; echo "No such container: a" >&2; exit 1 ;;`,
                "esac",
            );
            assert.equal(stderr, "");
            assert.match(stdout, /^alice .* 1 of 1 running/m);
        });

        it("and says so where one is there that it says nothing about", () => {
            const { stderr } = doctor(
                'case "$1 $2" in',
                ...host,
                '"ps --all") echo a; echo b ;;',
                `"container inspect") echo '${known}'; printf 'broken \\033[31m\\n' >&2; exit 1 ;;`,
                "esac",
            );
            assert.match(stderr, /docker container inspect failed:\n {2}broken \\u\{1b\}\[31m\n/);
        });
    });
});
