import assert from "node:assert/strict";
import { describeProblems } from "../../components/rules/problem";
import { machineShortcomings } from "../../components/docker/machine-shortcomings";
import { host } from "../support/host-facts";
import { containerOf, specOf } from "../support/machine";
import { accepts, machineProblems, refuses } from "../support/problems";
import { inputsOf, sandboxOn } from "../support/recorded-sandbox";

describe("devices", () => {
    it("have the host's path and all rights unless told otherwise", async () => {
        const devices = [{ hostPath: "/dev/kvm" }, { hostPath: "/dev/a", path: "/dev/b", permissions: "r" }];
        assert.deepEqual((await containerOf({ devices })).devices, [
            { hostPath: "/dev/kvm", containerPath: "/dev/kvm", permissions: "rwm" },
            { hostPath: "/dev/a", containerPath: "/dev/b", permissions: "r" },
        ]);
    });

    const device = (args: object) => machineProblems({ devices: [{ hostPath: "/dev/kvm", ...args }] });
    refuses({
        "a path outside of /dev": [
            device({ hostPath: "/etc/passwd" }),
            /devices\[0\]\.hostPath: "\/etc\/passwd"; allowed: the abs/,
        ],
        "a device without a path": [
            machineProblems({ devices: [{} as never] }),
            /devices\[0\]\.hostPath: missing; allowed: text/,
        ],
        "a device file elsewhere": [
            device({ path: "/kvm" }),
            /devices\[0\]\.path: "\/kvm"; allowed: the absolute path/,
        ],
        "permissions in another order": [device({ permissions: "wr" }), /permissions: "wr"; allowed: some of "rwm"/],
        "no permissions at all": [device({ permissions: "" }), /permissions: ""; allowed/],
        "a number of GPUs": [machineProblems({ gpus: "2" }), /gpus: "2"; allowed: "all", or "device="/],
    });
    accepts({
        "GPUs as docker run has them": [
            ...machineProblems({ gpus: "all" }),
            ...machineProblems({ gpus: "device=0,GPU-3a23c669" }),
        ],
    });
});

describe("ulimits", () => {
    it("are hard where they are soft unless told otherwise", async () => {
        const ulimits = { core: { soft: 0 }, memlock: { soft: 1024, hard: -1 } };
        assert.deepEqual((await containerOf({ ulimits })).ulimits, [
            { name: "core", soft: 0, hard: 0 },
            { name: "memlock", soft: 1024, hard: -1 },
        ]);
    });

    it("reach services: systemd has to be told of nofile alone", () => {
        assert.deepEqual(specOf({ ulimits: { core: { soft: 0 } } }).uploads, []);
        const [{ content }] = specOf({ ulimits: { nofile: { soft: 1024, hard: 4096 } } }).uploads;
        assert.equal(content, "[Manager]\nDefaultLimitNOFILE=1024:4096\n");
    });

    const nofile = (args: object) => machineProblems({ ulimits: { nofile: { soft: 1024, ...args } } });
    const memlock = (args: object) => machineProblems({ ulimits: { memlock: { soft: 1024, ...args } } });
    refuses({
        "a limit that engines don't know": [
            machineProblems({ ulimits: { as: { soft: 1 } } }),
            /ulimits: "as"; allowed: one of core/,
        ],
        "a fraction": [nofile({ soft: 0.5 }), /ulimits\.nofile\.soft: 0\.5; allowed: a whole number from 64/],
        "no limit at all": [
            machineProblems({ ulimits: { nofile: {} as never } }),
            /nofile\.soft: missing; allowed: a whole number/,
        ],
        "a hard limit below the soft one": [
            memlock({ hard: 1 }),
            /memlock\.hard: 1; allowed: -1, or a whole number not below soft/,
        ],
        "a hard limit below no limit": [memlock({ soft: -1, hard: 1 }), /memlock\.hard: 1; allowed: -1, or/],
    });
    accepts({ "no limits": machineProblems({ ulimits: { memlock: { soft: -1 } } }) });
});

describe("sysctls", () => {
    refuses({
        "a parameter of the host": [
            machineProblems({ sysctls: { "vm.swappiness": "1" } }),
            /sysctls: "vm\.swappiness"; allowed: parameters below net\. and .*The others are the host's/,
        ],
        "a host name": [
            machineProblems({ sysctls: { "kernel.hostname": "a" } }),
            /sysctls: "kernel\.hostname"; allowed/,
        ],
        "a number": [
            machineProblems({ sysctls: { "net.core.somaxconn": 1 as never } }),
            /sysctls\["net\.core\.somaxconn"\]: 1; allowed: text, in quotes: "1"/,
        ],
    });
    accepts({
        "parameters of the machine's own": machineProblems({
            sysctls: { "net.ipv4.conf.eth0.rp_filter": "0", "kernel.sem": "1 2 3 4", "fs.mqueue.msg_max": "10" },
        }),
    });
});

describe("the loopback interface", () => {
    const loopback = { "net.ipv6.conf.lo.disable_ipv6": "0" };
    const old = { facts: { engineVersion: "20.10.24+dfsg1" }, ipv6: true };

    it("gets its ::1 back where an engine takes it, beside other parameters", async () => {
        assert.deepEqual((await containerOf({}, old)).sysctls, loopback);
        assert.deepEqual((await containerOf({ sysctls: { "net.core.somaxconn": "9" } }, old)).sysctls, {
            "net.core.somaxconn": "9",
            ...loopback,
        });
    });

    it("is left alone by engines that leave it alone, without IPv6 in the kernel, and where the person speaks of it", async () => {
        for (const place of [
            { ...old, facts: { engineVersion: "26.1.5" } },
            { ...old, facts: { engine: "podman", engineVersion: "4.3.1" } as const },
            { ...old, ipv6: false },
            { ...old, ipv6: undefined },
        ]) {
            assert.equal((await containerOf({}, place)).sysctls, undefined, JSON.stringify(place));
        }
        const sysctls = { "net.ipv6.conf.all.disable_ipv6": "1" };
        assert.deepEqual((await containerOf({ sysctls }, old)).sysctls, sysctls);
    });
});

describe("capabilities", () => {
    it("are written as the engine writes them", async () => {
        const capabilities = { add: ["NET_ADMIN"], drop: ["ALL", "CAP_CHOWN"] };
        assert.deepEqual((await containerOf({ capabilities })).capabilities, {
            adds: ["CAP_NET_ADMIN"],
            drops: ["ALL", "CAP_CHOWN"],
        });
        const byDefault = (await containerOf({})).capabilities;
        assert.deepEqual((await containerOf({ capabilities: {} })).capabilities, byDefault);
    });

    refuses({
        "small letters": [
            machineProblems({ capabilities: { add: ["net_admin"] } }),
            /capabilities\.add\[0\]: "net_admin"; allowed: a capability in capitals/,
        ],
        "one that is added and dropped": [
            machineProblems({ capabilities: { add: ["CHOWN"], drop: ["CAP_CHOWN"] } }),
            /capabilities\.add: "CHOWN"; allowed: capabilities that are not in drop too/,
        ],
    });
    accepts({ "all dropped but some": machineProblems({ capabilities: { add: ["CHOWN"], drop: ["ALL"] } }) });
});

describe("AppArmor", () => {
    it("is the engine's affair unless a profile is named", async () => {
        const options = async (appArmor?: string) =>
            (await containerOf({ appArmor }, { access: "podman" })).securityOpts;
        assert.deepEqual([await options(), await options("unconfined")], [[], ["apparmor=unconfined"]]);
    });

    it("is refused on a host without it, except for being unconfined", () => {
        const found = (profile: string, appArmor: boolean) =>
            machineShortcomings(specOf({ appArmor: profile }), host({ appArmor }));
        assert.match(
            describeProblems(found("mine", false)),
            /appArmor can't be combined with this host: it has no AppArmor \(docker info\)\. Leave it out\./,
        );
        assert.deepEqual(found("unconfined", false), []);
        assert.deepEqual(found("mine", true), []);
    });

    refuses({
        "a profile with a blank": [
            machineProblems({ appArmor: "a b" }),
            /appArmor: "a b"; allowed: the name of a profile/,
        ],
    });
});

describe("what a machine may do", () => {
    // Without an engine, Pulumi's log is the console.
    const { warn } = console;
    const warnings: unknown[] = [];
    before(() => (console.warn = (line: unknown) => warnings.push(line)));
    after(() => (console.warn = warn));

    it("reaches the container; what is privileged gives a warning", async () => {
        const { resources } = await sandboxOn(host({ engineVersion: "28.5.2" }), {
            machines: {
                web: {
                    devices: [{ hostPath: "/dev/kvm" }],
                    gpus: "all",
                    ulimits: { core: { soft: 0 } },
                    sysctls: { "net.core.somaxconn": "777" },
                    capabilities: { add: ["NET_ADMIN"] },
                    appArmor: "unconfined",
                    privileged: true,
                    tmpfs: { "/a": {} },
                    folders: { "/b": { hostPath: "/srv" } },
                    journal: "volatile",
                },
            },
        });
        const container = inputsOf(resources, "Container", "alice-web");
        const { devices, gpus, ulimits, sysctls, capabilities, securityOpts, privileged, mounts } = container;
        assert.deepEqual(
            { devices, gpus, ulimits, sysctls, capabilities, securityOpts, privileged, mounts },
            {
                devices: [{ hostPath: "/dev/kvm", containerPath: "/dev/kvm", permissions: "rwm" }],
                gpus: "all",
                ulimits: [{ name: "core", soft: 0, hard: 0 }],
                sysctls: { "net.core.somaxconn": "777" },
                capabilities: { adds: ["CAP_NET_ADMIN"], drops: [] },
                securityOpts: ["writable-cgroups=true", "apparmor=unconfined"],
                privileged: true,
                mounts: [{ type: "bind", source: "/srv", target: "/b", readOnly: true }],
            },
        );
        assert.equal((container.tmpfs as Record<string, string>)["/a"], "rw,noexec,nosuid,nodev,mode=1777,size=50%");
        assert.match(JSON.stringify(container.uploads), /Storage=volatile/);
        assert.equal(warnings.length, 1);
        assert.match(String(warnings[0]), /web is privileged: its root user is the host's root user/);
    });
});
