import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runShell, scriptText, SHELLS, when } from "../../support/shell";

let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "on-host-"))));
afterEach(() => rmSync(directory, { recursive: true }));

/** A file of the host, which is there below the test's directory. */
function there(path: string, content = ""): string {
    const file = join(directory, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
}

const content = (path: string) => readFileSync(join(directory, path), "utf8");

for (const shell of SHELLS) {
    describe(`limits around machines, written by ${shell}`, () => {
        const limits = (...lines: string[]) =>
            runShell(scriptText("on-host/limits"), {
                shell,
                environment: { MANAGER: "--system", LIMITS: lines.join("\n"), SLICES: "" },
                places: { "/sys/fs/cgroup": directory },
            });

        it("are in the kernel's files, and the controllers are handed down to them, on v2", async () => {
            const { status, stdout, stderr } = await limits(
                "/sandbox_alice/web - memory.max 1073741824",
                "/sandbox_alice/web - memory.swap.max 0",
            );
            assert.deepEqual([status, stdout, stderr], [0, "", ""]);
            assert.equal(content("sandbox_alice/web/memory.max"), "1073741824\n");
            assert.equal(content("sandbox_alice/web/memory.swap.max"), "0\n");
            assert.equal(content("cgroup.subtree_control"), "+memory\n");
            assert.equal(content("sandbox_alice/cgroup.subtree_control"), "+memory\n");
            // Its own children are the engine's business.
            assert.ok(!existsSync(join(directory, "sandbox_alice/web/cgroup.subtree_control")));
        });

        it("have values of several words", async () => {
            assert.equal((await limits("/sandbox_alice/web - cpu.max 50000 100000")).status, 0);
            assert.equal(content("sandbox_alice/web/cpu.max"), "50000 100000\n");
            assert.equal(content("sandbox_alice/cgroup.subtree_control"), "+cpu\n");
        });

        it("are in the hierarchy of their controller on v1, where nothing is handed down", async () => {
            mkdirSync(join(directory, "pids"));
            assert.equal((await limits("/sandbox_alice/web pids pids.max 50")).status, 0);
            assert.equal(content("pids/sandbox_alice/web/pids.max"), "50\n");
            assert.ok(!existsSync(join(directory, "cgroup.subtree_control")));
            assert.ok(!existsSync(join(directory, "pids/cgroup.subtree_control")));
        });

        it("are taken back where there were any", async () => {
            there("sandbox_alice/web/pids.max", "50\n");
            there("sandbox_alice/web/cpu.max", "50000 100000\n");
            there("pids/sandbox_alice/web/pids.max", "50\n");
            const { status } = await limits(
                "/sandbox_alice/web - pids.max max",
                "/sandbox_alice/web - cpu.max max 100000",
                "/sandbox_alice/web pids pids.max max",
            );
            assert.equal(status, 0);
            assert.equal(content("sandbox_alice/web/pids.max"), "max\n");
            assert.equal(content("sandbox_alice/web/cpu.max"), "max 100000\n");
            assert.equal(content("pids/sandbox_alice/web/pids.max"), "max\n");
        });

        it("make no cgroup only to limit nothing", async () => {
            assert.equal((await limits("/sandbox_alice/web - memory.max max")).status, 0);
            assert.ok(!existsSync(join(directory, "sandbox_alice")));
        });

        it("hand no controller down for what the kernel itself counts", async () => {
            assert.equal((await limits("/sandbox_alice/web - cgroup.max.descendants 4096")).status, 0);
            assert.equal(content("sandbox_alice/web/cgroup.max.descendants"), "4096\n");
            assert.ok(!existsSync(join(directory, "cgroup.subtree_control")));
        });

        it("fail where one of them can't be written, whichever it is", async () => {
            mkdirSync(join(directory, "sandbox_alice/web/pids.max"), { recursive: true });
            const { status, stderr } = await limits(
                "/sandbox_alice/web - pids.max 50",
                "/sandbox_alice/db - memory.max 1",
            );
            assert.notEqual(status, 0);
            assert.match(stderr, /pids\.max/);
        });

        it("fail where a controller can't be handed down", async () => {
            mkdirSync(join(directory, "sandbox_alice/cgroup.subtree_control"), { recursive: true });
            const { status, stderr } = await limits("/sandbox_alice/web - pids.max 50");
            assert.notEqual(status, 0);
            assert.match(stderr, /cgroup\.subtree_control/);
            assert.ok(!existsSync(join(directory, "sandbox_alice/web/pids.max")));
        });
    });

    describe(`limits of slices, told to the host's systemd by ${shell}`, () => {
        const slices = (systemctl: Record<string, string>, ...lines: string[]) =>
            runShell(scriptText("on-host/limits"), {
                shell,
                environment: { MANAGER: "--user", LIMITS: "", SLICES: lines.join("\n") },
                commands: { systemctl: when(systemctl) },
            });

        it("last until the next boot, each property a word, and are taken back from a slice that has none", async () => {
            const { status, stderr, calls } = await slices(
                { "*": ":" },
                "sandbox_alice-web.slice MemoryMax=1024 CPUQuota=50%",
                "sandbox_alice-web.slice CPUQuota=",
                "sandbox_alice-old.slice",
            );
            assert.deepEqual([status, stderr], [0, ""]);
            assert.deepEqual(calls, [
                "systemctl --user set-property --runtime sandbox_alice-web.slice MemoryMax=1024 CPUQuota=50%",
                "systemctl --user set-property --runtime sandbox_alice-web.slice CPUQuota=",
                "systemctl --user revert sandbox_alice-old.slice",
            ]);
        });

        it("fail where systemd refuses one, in its words", async () => {
            const refused = { "*set-property*": 'echo "Failed to set unit properties" >&2; exit 1', "*": ":" };
            const { status, stderr } = await slices(refused, "a.slice TasksMax=1", "b.slice");
            assert.deepEqual([status, stderr], [1, "Failed to set unit properties\n"]);
        });
    });

    describe(`what the host's kernel says, asked by ${shell}`, () => {
        const V2 = "25 1 0:22 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup rw,nsdelegate,memory_recursiveprot";
        const NAMED = "40 25 0:33 / /hierarchy ro,relatime - cgroup cgroup rw,xattr,name=systemd";

        async function probe({
            mounts = [V2],
            filesystems = "nodev\tcgroup\nnodev\tcgroup2\n",
            cmdline = "root=/dev/sda1",
            HIERARCHY = "",
            DELEGATED = "",
            cgroup = "0::/docker/1f2e\n",
            owner = 0,
        }) {
            there("boot_id", "2f1c-7\n");
            there("max_user_instances", "128\n");
            there("mountinfo", mounts.map((line) => `${line}\n`).join(""));
            there("filesystems", filesystems);
            there("cmdline", `${cmdline}\n`);
            there("cgroup", cgroup);
            const { status, stdout, stderr } = await runShell(scriptText("on-host/probe"), {
                shell,
                environment: { HIERARCHY, DELEGATED },
                commands: { stat: `echo ${owner}` },
                places: {
                    "/proc/sys/kernel/random": directory,
                    "/proc/sys/fs/inotify": directory,
                    "/proc/self": directory,
                    "/proc/filesystems": `${directory}/filesystems`,
                    "/proc/cmdline": `${directory}/cmdline`,
                    "/sys/fs/cgroup": directory,
                },
            });
            assert.deepEqual([status, stderr], [0, ""]);
            return stdout.trimEnd().split("\n");
        }

        it("is a line for each thing", async () => {
            assert.deepEqual(await probe({}), ["bootId=2f1c-7", "inotifyInstances=128", "nsdelegate=true"]);
        });

        it("tells a v2 hierarchy with nsdelegate from one without, and from v1", async () => {
            assert.equal((await probe({ mounts: [V2.replace(",nsdelegate", "")] }))[2], "nsdelegate=false");
            assert.equal(
                (await probe({ mounts: [NAMED, "1 1 0:1 / / rw - ext4 nsdelegate rw"] }))[2],
                "nsdelegate=false",
            );
        });

        it("has a hierarchy where one is just there, and is one of systemd's", async () => {
            const hierarchy = async (mounts: string[]) =>
                (await probe({ mounts, HIERARCHY: "/hierarchy" })).includes("hierarchy=true");
            assert.equal(await hierarchy([V2, NAMED]), true);
            assert.equal(await hierarchy([V2]), false);
            assert.equal(await hierarchy([NAMED.replace("/hierarchy", "/hierarchy/below")]), false);
            assert.equal(await hierarchy([NAMED.replace("name=systemd", "name=elogind")]), false);
            assert.equal(await hierarchy([NAMED.replace("- cgroup cgroup", "- tmpfs cgroup")]), false);
            assert.ok(!(await probe({ mounts: [NAMED] })).some((line) => line.startsWith("hierarchy")));
        });

        it("knows a cgroup as the engine's user's where root of containers owns it, and they are in there", async () => {
            const user = "/user.slice/user-1000.slice/user@1000.service";
            const delegated = async (own: string, owner = 0, DELEGATED = user) =>
                (await probe({ DELEGATED, cgroup: `${own}\n`, owner })).includes("delegated=true");
            // The unified hierarchy is known by this file.
            there("cgroup.controllers");
            assert.equal(await delegated(`0::${user}/app.slice/1f2e`), true);
            assert.equal(await delegated(`0::${user}/app.slice/1f2e`, 65534), false);
            assert.equal(await delegated("0::/user.slice/user-1000.slice/session-1.scope"), false);
            assert.equal(await delegated(`7:name=systemd:${user}/app.slice/1f2e\n0::/`), false);
            assert.equal(await delegated(`0::${user}/app.slice/1f2e`, 0, ""), false);
            rmSync(join(directory, "cgroup.controllers"));
            assert.equal(await delegated(`7:name=systemd:${user}/app.slice/1f2e\n0::/`), true);
            assert.equal(await delegated(`7:name=systemd:/\n0::${user}/app.slice/1f2e`), false);
        });

        it("says why it can have no named hierarchy, and nothing where it can", async () => {
            const refused = async (kernel: { filesystems?: string; cmdline?: string }) =>
                (await probe(kernel)).find((line) => line.startsWith("namedRefused="));
            const booted = "namedRefused=the kernel was booted with cgroup_no_v1=named";
            assert.equal(
                await refused({ filesystems: "nodev\tcgroup2\n" }),
                "namedRefused=the kernel has no cgroup v1",
            );
            assert.equal(await refused({ cmdline: "quiet cgroup_no_v1=all,named splash" }), booted);
            assert.equal(await refused({ cmdline: "cgroup_no_v1=all" }), undefined);
            assert.equal(await refused({ cmdline: "cgroup_no_v1=all x=named" }), undefined);
        });
    });

    describe(`a name=systemd hierarchy, mounted by ${shell}`, () => {
        const mountHierarchy = (mountinfo: string, commands: Record<string, string> = {}) => {
            there("mountinfo", mountinfo);
            return runShell(scriptText("on-host/mount-hierarchy"), {
                shell,
                environment: { TARGET: join(directory, "deep/er") },
                // What is locked has to be open.
                commands: { flock: '[ -e "/proc/self/fd/$1" ]', mount: ":", ...commands },
                places: { "/sys/fs/cgroup": directory, "/proc/self/mountinfo": join(directory, "mountinfo") },
            });
        };
        const mounted = () => `40 25 0:33 / ${directory}/deep/er rw - cgroup cgroup rw,xattr,name=systemd\n`;

        it("gets its directory, with extended attributes, by one stack at a time", async () => {
            const { status, stderr, calls } = await mountHierarchy("");
            assert.deepEqual([status, stderr], [0, ""]);
            assert.ok(statSync(join(directory, "deep/er")).isDirectory());
            assert.deepEqual(calls, [
                "flock 9",
                `mount -t cgroup -o none,name=systemd,xattr cgroup ${directory}/deep/er`,
            ]);
        });

        it("is there without them where the kernel has none for it", async () => {
            const { status, calls } = await mountHierarchy("", { mount: 'case "$*" in *xattr*) exit 32 ;; esac' });
            assert.equal(status, 0);
            assert.equal(calls.at(-1), `mount -t cgroup -o none,name=systemd cgroup ${directory}/deep/er`);
        });

        it("isn't mounted over another one, not even where that came while this one waited", async () => {
            assert.deepEqual((await mountHierarchy(mounted())).calls, ["flock 9"]);
            const other = `printf '%s' '${mounted()}' >${directory}/mountinfo`;
            assert.deepEqual((await mountHierarchy("", { flock: other })).calls, ["flock 9"]);
        });

        it("is mounted beside what only looks like one", async () => {
            const elogind = mounted().replace("name=systemd", "name=elogind");
            const below = mounted().replace("deep/er", "deep/er/below");
            assert.equal((await mountHierarchy(elogind + below)).calls.length, 2);
        });

        it("fails as mount(8) fails", async () => {
            const mount = 'echo "mount: permission denied" >&2; exit 32';
            const { status, stderr } = await mountHierarchy("", { mount });
            assert.deepEqual([status, stderr], [32, "mount: permission denied\nmount: permission denied\n"]);
        });
    });

    describe(`cgroups of machines, given to their root by ${shell}`, () => {
        const give = (chown: string) =>
            runShell(scriptText("on-host/give"), {
                shell,
                environment: { CGROUPS: `${directory}/alice/web\n${directory}/alice/db`, OWNER: "300000" },
                commands: { chown },
            });

        it("are made, and what systemd needs of them is its own: nothing that limits, and nothing of those around", async () => {
            for (const file of ["cgroup.procs", "cgroup.threads", "cgroup.subtree_control", "pids.max", "memory.max"]) {
                there(`alice/web/${file}`);
                there(`alice/${file}`);
            }
            there("alice/db/tasks");
            const { status, stderr, calls } = await give(":");
            assert.deepEqual([status, stderr], [0, ""]);
            const given = [
                "web",
                "web/cgroup.procs",
                "web/cgroup.threads",
                "web/cgroup.subtree_control",
                "db",
                "db/tasks",
            ];
            assert.deepEqual(
                calls,
                given.map((path) => `chown 300000 ${directory}/alice/${path}`),
            );
        });

        it("that can't be given fail", async () => {
            assert.notEqual((await give("exit 1")).status, 0);
        });
    });

    describe(`what else a host is changed by, in ${shell}`, () => {
        it("a reservation is a directory, there as often as it is asked for", async () => {
            for (let time = 0; time < 2; time++) {
                const { status } = await runShell(scriptText("on-host/reserve"), {
                    shell,
                    environment: { CGROUP: "/sandbox_alice" },
                    places: { "/reservations": join(directory, "reservations") },
                });
                assert.equal(status, 0);
                assert.ok(statSync(join(directory, "reservations/sandbox_alice")).isDirectory());
            }
        });

        it("inotify instances are as many as it is told, or it fails", async () => {
            const raise = () =>
                runShell(scriptText("on-host/raise-inotify"), {
                    shell,
                    environment: { INSTANCES: "1024" },
                    places: { "/inotify/": `${directory}/` },
                });
            assert.equal((await raise()).status, 0);
            assert.equal(content("max_user_instances"), "1024\n");
            rmSync(join(directory, "max_user_instances"));
            mkdirSync(join(directory, "max_user_instances"));
            assert.notEqual((await raise()).status, 0);
        });
    });
}
