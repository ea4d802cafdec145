import assert from "node:assert/strict";
import { appArmorHostProblems, appArmorOptions } from "../../components/machine/apparmor";
import { containerCapabilities } from "../../components/machine/capabilities";
import { containerDevices } from "../../components/machine/devices";
import { containerUlimits, ulimitUploads } from "../../components/machine/ulimits";
import { describeProblems } from "../../components/problems";
import { host } from "../support/host-facts";
import { accepts, machineProblems, refuses } from "../support/problems";
import { inputsOf, sandboxOn } from "../support/recorded-sandbox";

describe("devices", () => {
    it("have the host's path and all rights unless told otherwise", () => {
        assert.deepEqual(
            containerDevices([{ hostPath: "/dev/kvm" }, { hostPath: "/dev/a", path: "/dev/b", permissions: "r" }]),
            [
                { hostPath: "/dev/kvm", containerPath: "/dev/kvm", permissions: "rwm" },
                { hostPath: "/dev/a", containerPath: "/dev/b", permissions: "r" },
            ],
        );
    });

    const device = (args: object) => machineProblems({ devices: [{ hostPath: "/dev/kvm", ...args }] });
    refuses({
        "a path outside of /dev": [
            device({ hostPath: "/etc/passwd" }),
            /devices\[0\]\.hostPath: "\/etc\/passwd"; allowed: the abs/,
        ],
        "a device without a path": [
            machineProblems({ devices: [{} as never] }),
            /devices\[0\]\.hostPath: missing; allowed/,
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
    it("are hard where they are soft unless told otherwise", () => {
        assert.deepEqual(containerUlimits({ core: { soft: 0 }, nofile: { soft: 1024, hard: -1 } }), [
            { name: "core", soft: 0, hard: 0 },
            { name: "nofile", soft: 1024, hard: -1 },
        ]);
    });

    it("reach services: systemd has to be told of nofile alone", () => {
        assert.deepEqual(ulimitUploads({ core: { soft: 0 } }), []);
        const [{ content }] = ulimitUploads({ nofile: { soft: 1024, hard: -1 } });
        assert.equal(content, "[Manager]\nDefaultLimitNOFILE=1024:infinity\n");
    });

    const nofile = (args: object) => machineProblems({ ulimits: { nofile: { soft: 1024, ...args } } });
    refuses({
        "a limit that engines don't know": [
            machineProblems({ ulimits: { as: { soft: 1 } } }),
            /ulimits: "as"; allowed: one of core/,
        ],
        "a fraction": [nofile({ soft: 0.5 }), /ulimits\.nofile\.soft: 0\.5; allowed: a whole number from -1/],
        "no limit at all": [
            machineProblems({ ulimits: { nofile: {} as never } }),
            /nofile\.soft: missing; allowed: a whole number/,
        ],
        "a hard limit below the soft one": [
            nofile({ hard: 1 }),
            /nofile\.hard: 1; allowed: -1, or a whole number not below soft/,
        ],
        "a hard limit below no limit": [nofile({ soft: -1, hard: 1 }), /nofile\.hard: 1; allowed: -1, or/],
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
            /sysctls\["net\.core\.somaxconn"\]: 1; allowed: a value as text/,
        ],
    });
    accepts({
        "parameters of the machine's own": machineProblems({
            sysctls: { "net.ipv4.conf.eth0.rp_filter": "0", "kernel.sem": "1 2 3 4", "fs.mqueue.msg_max": "10" },
        }),
    });
});

describe("capabilities", () => {
    it("are written as the engine writes them", () => {
        assert.deepEqual(containerCapabilities({ add: ["NET_ADMIN"], drop: ["ALL", "CAP_CHOWN"] }), {
            adds: ["CAP_NET_ADMIN"],
            drops: ["ALL", "CAP_CHOWN"],
        });
        assert.equal(containerCapabilities({}), undefined);
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
    it("is the engine's affair unless a profile is named", () => {
        assert.deepEqual([appArmorOptions(), appArmorOptions("unconfined")], [[], ["apparmor=unconfined"]]);
    });

    it("is refused on a host without it, except for being unconfined", () => {
        const found = appArmorHostProblems("mine", host({ appArmor: false }), "appArmor");
        assert.match(describeProblems(found), /appArmor: "mine"; allowed: "unconfined" on a host without AppArmor/);
        assert.deepEqual(appArmorHostProblems("unconfined", host({ appArmor: false }), "appArmor"), []);
        assert.deepEqual(appArmorHostProblems("mine", host({ appArmor: true }), "appArmor"), []);
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
        assert.equal((container.tmpfs as Record<string, string>)["/a"], "rw,noexec,nosuid,nodev,mode=1777");
        assert.match(JSON.stringify(container.uploads), /Storage=volatile/);
        assert.equal(warnings.length, 1);
        assert.match(String(warnings[0]), /web is privileged: its root user is the host's root user/);
    });
});
