import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { debian } from "../support/base-image";
import { docker, inMachine } from "../support/docker";
import { type Cell, cells, type Engine, homeOf, startEngine, stopEngine, withEngine } from "../support/engines";
import { DefaultEngine } from "../support/engines/default-engine";
import { familyOf, mountsWith, processes } from "../support/engines/processes";
import { announced, promised } from "../support/engines/traits";
import { feed } from "../support/feed";
import { skip } from "../support/skip";
import { ROOTLESS_UID, VirtualMachine } from "../support/virtual-machine";

const here = new DefaultEngine("here", "docker", 1, "unix:///var/run/docker.sock");

/** What the machine would still have of an engine that didn't clean up; what another run's has isn't that. */
const machine = (cell: Cell) =>
    whileNobodyHas(cell, async () => {
        const { name, pool, rootless } = cell;
        return {
            mounts: mountsWith(`centos-systemd/engines/${name}/`),
            interfaces: Object.keys(networkInterfaces()).filter((link) => link === `pcs-${pool}`),
            rules: await here.run("sh", "-c", `iptables-save | grep '10[.]${pool}[.]' || true`),
            cgroups: await directories(
                "(",
                "-name",
                `engine-${name}`,
                "-o",
                "-name",
                `user-${rootless?.uid}.slice`,
                ")",
            ),
        };
    });

/** Holds the lock that a run has as long as it has the cell's engine. */
async function whileNobodyHas<T>(cell: Cell, look: () => Promise<T>): Promise<T> {
    const home = await homeOf(cell);
    mkdirSync(home, { recursive: true });
    const holder = spawn("flock", [join(home, "lock"), "sh", "-c", "echo held; exec cat"], { stdio: "pipe" });
    const ended = once(holder, "close");
    try {
        await once(holder.stdout, "data");
        return await look();
    } finally {
        holder.stdin.end();
        await ended;
    }
}

/** Directories of all hierarchies. Those of other people's containers come and go while one looks. */
const directories = async (...tests: string[]) => {
    const found = await here.run("find", "/sys/fs/cgroup", "-ignore_readdir_race", "-type", "d", ...tests);
    return found.split("\n").slice(0, -1);
};

/** The names of top-level cgroups; where users' sessions are is everybody's. */
const topCgroups = async () =>
    (await directories("-maxdepth", "2", "-printf", "%f\n")).filter((name) => name !== "user.slice");

const cellOf = (name: string) => cells.find((cell) => cell.name === name)!;

describe("an engine of the tests' own", function () {
    this.timeout("15m"); // its chroot may have to be built first, or another run may have it
    const cell = cellOf("28-v2");

    it("comes back from a clean stop and from a crash, then leaves the machine as it was", async function () {
        const before = await machine(cell);
        const result = await withEngine(cell.name, async (engine) => {
            for (const how of ["graceful", "kill"] as const) {
                await engine.restart(how);
                const { CgroupVersion } = await engine.get<{ CgroupVersion: string }>("/info");
                assert.equal(CgroupVersion, "2");
            }
            assert.equal(await engine.run("cat", "/proc/1/comm"), "bash\n", "a host of its own has a PID 1 of its own");
        });
        if (result !== undefined) {
            skip(this, result.reason);
        }
        assert.deepEqual(await machine(cell), before);
    });

    it("ends with the process that started it, even when that is killed", async function () {
        const before = await machine(cell);
        const start = `require(${JSON.stringify(join(__dirname, "../support/engines"))}).startEngine("28-v2").then(() => process.kill(process.pid, "SIGKILL"))`;
        await once(spawn(process.execPath, ["--import", "tsx", "--eval", start], { stdio: "ignore" }), "close");
        const engine = await startEngine("28-v2"); // it waits for the end of the other one's host
        if ("reason" in engine) {
            skip(this, engine.reason);
        }
        await stopEngine(engine);
        assert.deepEqual(await machine(cell), before);
    });
});

/** `npm run test:hosts` looks at every engine. */
for (const cell of process.env.HOSTS === "all" ? cells : []) {
    describe(`the engine ${cell.name}`, function () {
        this.timeout("20m"); // it may have to be built first, or another run may have it
        describeCell(cell);
    });
}

if (process.env.HOSTS === "all") {
    describe("the engines of the virtual machine", function () {
        this.timeout("20m"); // everything in it is emulated
        let host: VirtualMachine;

        before("the virtual machine", async function () {
            try {
                host = await VirtualMachine.start();
            } catch (error) {
                skip(this, `no virtual machine: ${(error as Error).message}`);
            }
        });

        after("the virtual machine", () => host?.stop());

        const traits = { kind: "docker", cgroupVersion: 2, cgroupDriver: "systemd", imageStore: "engine" };

        it("has a Docker whose cgroups its systemd makes", async () => {
            assert.deepEqual(await announced(host.engines.docker), {
                ...traits,
                userns: undefined,
                rootless: undefined,
            });
        });

        it("has one without root, whose cgroups its user's systemd makes", async () => {
            await host.startRootless();
            const said = await announced(host.engines.rootless);
            assert.deepEqual(said, { ...traits, userns: undefined, rootless: ROOTLESS_UID });
            const manager = `/sys/fs/cgroup/user.slice/user-${ROOTLESS_UID}.slice/user@${ROOTLESS_UID}.service`;
            assert.match(await host.run(`find ${manager} -name docker-rootless.service -user engine`), /\S/);
        });

        it("has one that maps users, and can be restarted to be that", async () => {
            await host.remapUsers();
            const { userns, ...said } = await announced(host.engines.docker);
            assert.deepEqual(said, { ...traits, rootless: undefined });
            assert.ok(Number(userns) >= 100_000, `${userns} is no subordinate user`);
        });
    });
}

function describeCell(cell: Cell): void {
    const { name, version, userns, rootless } = cell;
    let untouched: Awaited<ReturnType<typeof machine>>;
    let others: readonly string[];
    let engine: Engine;
    let environment: Record<string, string>;
    let image: string;

    before("the engine", async function () {
        untouched = await machine(cell);
        others = await topCgroups();
        const started = await startEngine(name, { own: true });
        if ("reason" in started) {
            skip(this, started.reason);
        }
        engine = started;
        environment = { DOCKER_HOST: engine.dockerHost };
        image = (await debian("bookworm", engine.dockerHost)).baseImage;
    });

    after("the engine", async () => {
        if (engine !== undefined) {
            await stopEngine(engine);
        }
    });

    it("is what its cell promises", async () => {
        assert.ok(engine.version.startsWith(version), engine.version);
        assert.deepEqual(await announced(engine.dockerHost), promised(cell));
    });

    it("runs a Debian image as the user that its cell says, in cgroups that are that user's where they are delegated", async () => {
        // As PID 1 `sleep` hears no other signal.
        const always = ["--name=kept", "--restart=always", "--stop-signal=KILL"];
        await docker(["run", "--detach", ...always, image, "sleep", "infinity"], environment);
        const pid = await docker(["inspect", "--format={{.State.Pid}}", "kept"], environment);
        const owner = async (path: string) => Number(await engine.run("stat", "--format=%u", path));
        assert.equal(await owner(`/proc/${pid}`), userns ?? rootless?.uid ?? 0);
        const cgroups = await engine.run("cat", `/proc/${pid}/cgroup`);
        const [hierarchy, line] = cell.cgroupVersion === 2 ? ["", /^0::(.*)$/m] : ["/systemd", /:name=systemd:(.*)$/m];
        const path = `/sys/fs/cgroup${hierarchy}${line.exec(cgroups)?.[1]}`;
        assert.equal(await owner(path), rootless?.delegated ? rootless.uid : 0);
    });

    it("reaches Debian's packages from where images are built", async () => {
        const words = ["build", "--quiet", "--no-cache", "--force-rm", "-"];
        const download = "apt-get -o Acquire::Check-Valid-Until=false update && apt-get download hello";
        const built = await feed(words, `FROM ${image}\nRUN ${download}\n`, environment);
        const files = await docker(
            ["run", "--rm", built, "find", "/", "-maxdepth", "1", "-name", "hello_*.deb"],
            environment,
        );
        await docker(["image", "rm", built], environment);
        assert.match(files, /^\/hello_/);
    });

    for (const how of ["graceful", "kill"] as const) {
        it(`comes back with its containers and images when it is ${how === "kill" ? "killed" : "restarted"}`, async () => {
            await inMachine("kept", `echo ${how} >/written`, environment);
            const images = await docker(["images", "--quiet", "--no-trunc"], environment);
            const process = await engine.run("cat", "/run/engine.pid");
            await engine.restart(how);
            assert.notEqual(await engine.run("cat", "/run/engine.pid"), process);
            assert.equal(await docker(["images", "--quiet", "--no-trunc"], environment), images);
            await untilUp("kept");
            assert.equal(await inMachine("kept", "cat /written", environment), how);
        });
    }

    it("leaves nothing behind: no process, network, mount, cgroup, link or rule", async () => {
        const family = familyOf(engine.hostPid);
        const commands = family.map(({ command }) => command);
        assert.ok(
            commands.includes(cell.kind === "podman" ? "podman" : "dockerd") && commands.includes("sleep"),
            commands.join(),
        );
        const networks = new Set(family.map(({ network }) => network));
        const tops = new Set(family.flatMap((each) => each.topCgroups).filter((top) => !others.includes(top)));
        // What a container has would make the next start throw the engine's images away.
        await docker(["rm", "--force", "kept"], environment);
        await stopEngine(engine);
        const now = processes();
        assert.deepEqual(
            now.filter(({ started, pid }) => family.some((each) => each.pid === pid && each.started === started)),
            [],
        );
        assert.deepEqual(
            now.filter(({ network }) => networks.has(network)),
            [],
        );
        assert.deepEqual(mountsWith(...networks), []);
        assert.deepEqual(
            (await topCgroups()).filter((top) => tops.has(top)),
            [],
        );
        assert.deepEqual(await machine(cell), untouched);
    });

    async function untilUp(container: string): Promise<void> {
        const isUp = () => docker(["inspect", "--format={{.State.Running}}", container], environment);
        for (const deadline = Date.now() + 60_000; (await isUp()) !== "true"; await sleep(100)) {
            assert.ok(Date.now() < deadline, `${container} doesn't come back`);
        }
    }
}
