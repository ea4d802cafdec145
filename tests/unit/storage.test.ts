import assert from "node:assert/strict";
import { resolve } from "node:path";
import { missingFolders } from "../../components/docker/missing-folders";
import { describeProblems } from "../../components/rules/problem";
import { bytes } from "../../components/rules/size";
import { host } from "../support/host-facts";
import { containerOf, specOf } from "../support/machine";
import { accepts, machineProblems, problems, refuses } from "../support/problems";
import { inputsOf, sandboxOn } from "../support/recorded-sandbox";

describe("volumes", () => {
    const ON_V2 = host({ engineVersion: "28.5.2" });

    it("are the machine's own, each replica's its own", async () => {
        const { resources } = await sandboxOn(ON_V2, {
            machines: { db: { count: 2, volumes: { data: { path: "/var/lib/db", readOnly: true } } } },
        });
        const volumes = resources.filter(({ type }) => type === "docker:index/volume:Volume");
        assert.deepEqual(volumes.map(({ inputs }) => inputs.name).sort(), ["alice-db-0.data", "alice-db-1.data"]);
        assert.deepEqual(inputsOf(resources, "Container", "alice-db-1").volumes, [
            { volumeName: "alice-db-1.data", containerPath: "/var/lib/db", readOnly: true },
        ]);
    });

    it("outlive another owner: what is written to them isn't lost for a label", async () => {
        const { options } = await sandboxOn(ON_V2, { machines: { db: { volumes: { data: { path: "/data" } } } } });
        assert.deepEqual(options("Volume", "alice-db-volume-data").ignoreChanges, ["labels"]);
    });

    it("take the place of a machine's own tmpfs", async () => {
        const volumes = { log: { path: "/var/log" }, tmp: { path: "/tmp" } };
        const { resources } = await sandboxOn(ON_V2, {
            distribution: "debian-13",
            machines: { db: { hardening: "minimal", volumes }, web: { hardening: "minimal" } },
        });
        const tmpfs = (machine: string) =>
            Object.keys(inputsOf(resources, "Container", machine).tmpfs as object).sort();
        assert.deepEqual(tmpfs("alice-web"), ["/run", "/run/lock", "/tmp", "/var/lib/systemd", "/var/log"]);
        assert.deepEqual(tmpfs("alice-db"), ["/run", "/run/lock", "/var/lib/systemd"]);
    });

    it("that exist already are only looked up", async () => {
        const { resources } = await sandboxOn(ON_V2, {
            machines: { db: { volumes: { data: { path: "/data", external: "theirs" } } } },
        });
        assert.ok(!resources.some(({ type }) => type === "docker:index/volume:Volume"));
        assert.deepEqual(inputsOf(resources, "Container", "alice-db").volumes, [
            { volumeName: "theirs", containerPath: "/data", readOnly: false },
        ]);
    });
});

describe("folders", () => {
    it("are read-only unless told otherwise, and absolute", async () => {
        const folders = { "/a": { hostPath: "tests" }, "/b": { hostPath: "/srv", writable: true } };
        assert.deepEqual((await containerOf({ folders })).mounts, [
            { type: "bind", source: resolve("tests"), target: "/a", readOnly: true },
            { type: "bind", source: "/srv", target: "/b", readOnly: false },
        ]);
    });

    it("that the host doesn't have are known by their argument", () => {
        const spec = specOf({ folders: { "/a": { hostPath: "/srv" }, "/b": { hostPath: "/nosuch" } } });
        assert.deepEqual(missingFolders(spec, { missingPaths: [] }), []);
        assert.equal(
            describeProblems(missingFolders(spec, { missingPaths: ["/nosuch"] }, "machines.web.")).split("\n")[1],
            '  machines.web.folders["/b"].hostPath can\'t be combined with this host: it has no /nosuch. ' +
                "Make it there first, or name another path.",
        );
    });
});

describe("tmpfs", () => {
    it("run no programs and are everybody's unless told otherwise", () => {
        assert.deepEqual(specOf({ tmpfs: { "/a": {}, "/b": { size: "64MiB", exec: true, mode: "0755" } } }).tmpfs, {
            "/a": { bytes: undefined, exec: false, mode: "1777" },
            "/b": { bytes: 67108864, exec: true, mode: "0755" },
        });
    });

    it("have a part of the machine's memory, or of the host's, where nobody says a size: one that is full ends no machine", async () => {
        const args = { tmpfs: { "/a": {}, "/b": { size: "1MiB" } } };
        const sizes = async (memory?: string) =>
            Object.entries((await containerOf({ ...args, memory }, { systemdVersion: 257 })).tmpfs as object).map(
                ([path, options]) => [path, /size=(.*)$/.exec(String(options))?.[1]],
            );
        assert.deepEqual(Object.fromEntries(await sizes()), {
            "/run": "20%",
            "/run/lock": "5242880",
            "/tmp": "50%",
            "/a": "50%",
            "/b": "1048576",
        });
        assert.deepEqual(Object.fromEntries(await sizes("100MiB")), {
            "/run": "20971520",
            "/run/lock": "5242880",
            "/tmp": "52428800",
            "/a": "52428800",
            "/b": "1048576",
        });
    });

    it("have sizes in binary units", () => {
        assert.deepEqual(["3KiB", "2MiB", "1GiB"].map(bytes), [3072, 2097152, 1073741824]);
    });
});

describe("the journal", () => {
    it("is where the image has it, or where it is told to be", () => {
        assert.deepEqual(specOf({}).uploads, []);
        assert.equal(specOf({ journal: "volatile" }).uploads[0].content, "[Journal]\nStorage=volatile\n");
    });
});

describe("what is mounted", () => {
    const volume = (args: object) => machineProblems({ volumes: { data: { path: "/data", ...args } } });
    const PATH = /allowed: the absolute path of a directory inside the machine, not \//;
    refuses({
        "a volume's name with a slash": [
            machineProblems({ volumes: { "a/b": { path: "/a" } } }),
            /volumes: "a\/b"; allowed/,
        ],
        "an external volume's name": [
            volume({ external: "/srv" }),
            /volumes\.data\.external: "\/srv"; allowed: the name/,
        ],
        "an external volume that is to be kept": [
            volume({ external: "a", keep: true }),
            /volumes\.data\.keep can't be combined with .*volumes\.data\.external/,
        ],
        "a volume without a path": [volume({ path: undefined }), /volumes\.data\.path: missing; allowed: text/],
        "a relative path": [volume({ path: "data" }), PATH],
        "a path with a slash at the end": [volume({ path: "/data/" }), PATH],
        "a path with ..": [volume({ path: "/a/../b" }), PATH],
        "the root directory": [machineProblems({ tmpfs: { "/": {} } }), PATH],
        "systemd's own tmpfs": [
            machineProblems({ tmpfs: { "/run": {} } }),
            /tmpfs: "\/run"; allowed: a path that neither/,
        ],
        "the cgroups": [machineProblems({ tmpfs: { "/sys/fs/cgroup": {} } }), /tmpfs: "\/sys\/fs\/cgroup"; allowed/],
        "two mounts on one path": [
            machineProblems({ tmpfs: { "/data": {} }, volumes: { data: { path: "/data" } } }),
            /volumes\.data\.path: "\/data"; allowed: .*; machines\.web\.tmpfs has it too/,
        ],
        "a file below a tmpfs": [
            machineProblems({ tmpfs: { "/a": {} }, files: { "/a/b": { content: "" } } }),
            /files: "\/a\/b"; allowed: .*machines\.web\.tmpfs has \/a, where it would be hidden/,
        ],
        "a file that would be written to the host": [
            machineProblems({ folders: { "/a": { hostPath: "/srv" } }, files: { "/a/b": { content: "" } } }),
            /files: "\/a\/b"; allowed: .*machines\.web\.folders has \/a, where it would be written to the host/,
        ],
        "a file in a volume that the machine may only read": [
            machineProblems({
                volumes: { data: { path: "/a", readOnly: true } },
                files: { "/a/b": { content: "" } },
            }),
            /files: "\/a\/b"; allowed: .*volumes\.data\.path has \/a, where it could not be written/,
        ],
        "a relative folder that isn't there": [
            machineProblems({ folders: { "/a": { hostPath: "no-such" } } }),
            /folders\["\/a"\]\.hostPath: "no-such"; allowed: an absolute path, or one that exists/,
        ],
        "a size without a unit": [
            machineProblems({ tmpfs: { "/a": { size: "64" } } }),
            /size: "64"; allowed: a whole number of/,
        ],
        "a tmpfs's mode": [machineProblems({ tmpfs: { "/a": { mode: "u=rwx" } } }), /mode: "u=rwx"; allowed: octal/],
        "a journal in between": [
            machineProblems({ journal: "auto" }),
            /journal: "auto"; allowed: one of persistent, volatile/,
        ],
    });
    accepts({
        "a file in a volume, a tmpfs in another directory of the same beginning": machineProblems({
            volumes: { data: { path: "/data" } },
            tmpfs: { "/dat": {}, "/tmp": { exec: true } },
            files: { "/data/file": { content: "" } },
        }),
        "one path in two machines": problems({ machines: { a: { tmpfs: { "/a": {} } }, b: { tmpfs: { "/a": {} } } } }),
    });
});
