import * as pulumi from "@pulumi/pulumi";
import type { HostFacts } from "../../components/host/facts";
import type { ReplicatedMachineArgs } from "../../components/machine/arguments";
import type { SystemdSandboxArgs } from "../../components/sandbox/arguments";
import { BASE } from "./base-outputs";
import { inputsOf, type RecordedSandbox, valueOf } from "./recorded-sandbox";

/** What an argument does to the sandbox's resources, and a value of it that is refused. */
export interface Row<Value> {
    readonly value: Value;
    /** The part of the resources that it is meant for, with the value that it must have there. */
    readonly reaches: readonly [(sandbox: RecordedSandbox) => unknown, unknown];
    /** On what host; the usual one is a current engine on cgroup v2. */
    readonly facts?: Partial<HostFacts>;
    /** The sandbox's other arguments, where it makes no sense alone. */
    readonly beside?: Partial<SystemdSandboxArgs>;
    /** Nothing goes without it, in that company. */
    readonly needed?: boolean;
    /** A bad value with the message that it must give; what is only on or off has none. */
    readonly refused: readonly [unknown, RegExp] | "any of its type will do";
}

/** An argument without a row doesn't compile. */
type Table<Args> = { readonly [Name in keyof Required<Args>]: Row<Required<Args>[Name]> };

/** There is no bad value but one of another type. */
export const ANY = "any of its type will do";

const inputs = (type: string, name: string, input: string) => (sandbox: RecordedSandbox) =>
    inputsOf(sandbox.resources, type, name)[input];
const container = (input: string, name = "alice-web") => inputs("Container", name, input);
const variable = (command: string, name: string) => (sandbox: RecordedSandbox) =>
    (inputsOf(sandbox.resources, "Command", command).environment as Record<string, string>)[name];
const script = (command: string) => (sandbox: RecordedSandbox) =>
    (JSON.parse(inputsOf(sandbox.resources, "Command", command).stdin as string) as { script: string }).script;
const upload = (file: string) => (sandbox: RecordedSandbox) =>
    (container("uploads")(sandbox) as { file: string; content: string }[]).find((each) => each.file === file)?.content;
const tmpfs = (path: string) => (sandbox: RecordedSandbox) =>
    (container("tmpfs")(sandbox) as Record<string, string>)[path];
const label = (type: string, name: string, wanted: string) => (sandbox: RecordedSandbox) =>
    (inputs(type, name, "labels")(sandbox) as { label: string; value: string }[]).find((each) => each.label === wanted)
        ?.value;
const buildArg = (name: string) => (sandbox: RecordedSandbox) =>
    (inputs("image:Image", "alice", "build")(sandbox) as { args: Record<string, string> }).args[name];
const names = (type: string) => (sandbox: RecordedSandbox) =>
    sandbox.resources.filter((each) => each.type.endsWith(type)).map(({ name }) => name);

const PROFILE = JSON.stringify({ defaultAction: "SCMP_ACT_ALLOW" });

/** Each argument of a machine. docs/reference.md shows their values, and what is refused of them. */
export const MACHINE: Table<ReplicatedMachineArgs> = {
    hostname: {
        value: "www.example.org",
        reaches: [(all) => [container("hostname")(all), container("domainname")(all)], ["www", "example.org"]],
        refused: ["a_b", /machines\.web\.hostname: "a_b"; allowed: lower-case/],
    },
    aliases: {
        value: ["shop"],
        reaches: [container("networksAdvanced"), [{ name: "network-id", aliases: ["web", "web.alice", "shop"] }]],
        refused: [["-"], /machines\.web\.aliases\[0\]: "-"; allowed: lower-case/],
    },
    ports: {
        value: [{ port: 80 }],
        reaches: [container("ports"), [{ internal: 80, ip: "127.0.0.1", protocol: "tcp" }]],
        refused: [[{ port: 0 }], /machines\.web\.ports\[0\]\.port: 0; allowed: a whole number from 1 to 65535/],
    },
    dns: {
        value: ["9.9.9.9", "2620:fe::fe"],
        reaches: [container("dns"), ["9.9.9.9", "2620:fe::fe"]],
        refused: [
            ["dns.quad9.net"],
            /machines\.web\.dns\[0\]: "dns\.quad9\.net"; allowed: the address of a name server/,
        ],
    },
    files: {
        value: { "/etc/motd": { content: "hello" } },
        reaches: [upload("/etc/motd"), "hello"],
        refused: [{ motd: { content: "" } }, /machines\.web\.files: "motd"; allowed: the absolute path/],
    },
    units: {
        value: { "a.service": { source: "stacks/web/hello.socket", dropIns: { "b.conf": { source: "LICENSE" } } } },
        reaches: [
            (all) => [
                /ListenStream/.test(upload("/etc/systemd/system/a.service")(all) ?? ""),
                /MIT License/.test(upload("/etc/systemd/system/a.service.d/b.conf")(all) ?? ""),
            ],
            [true, true],
        ],
        refused: [{ a: { enable: true } }, /machines\.web\.units: "a"; allowed: a unit name with its type/],
    },
    environment: {
        value: { LEVEL: "debug" },
        reaches: [upload("/etc/systemd/machine-setup.environment"), 'LEVEL="debug"\n'],
        refused: [{ "A-B": "" }, /machines\.web\.environment: "A-B"; allowed: names of letters/],
    },
    volumes: {
        value: { data: { path: "/data", keep: true } },
        reaches: [
            (all) => [container("volumes")(all), all.options("Volume", "alice-web-volume-data").retainOnDelete],
            [[{ volumeName: "alice-web.data", containerPath: "/data", readOnly: false }], true],
        ],
        refused: [{ data: { path: "data" } }, /machines\.web\.volumes\.data\.path: "data"; allowed: the absolute path/],
    },
    folders: {
        value: { "/src": { hostPath: "/srv" } },
        reaches: [container("mounts"), [{ type: "bind", source: "/srv", target: "/src", readOnly: true }]],
        refused: [{ src: { hostPath: "/srv" } }, /machines\.web\.folders: "src"; allowed: the absolute path/],
    },
    tmpfs: {
        value: { "/scratch": { size: "1MiB" } },
        reaches: [tmpfs("/scratch"), "rw,noexec,nosuid,nodev,mode=1777,size=1048576"],
        refused: [{ "/scratch": { size: "1" } }, /machines\.web\.tmpfs\["\/scratch"\]\.size: "1"; allowed/],
    },
    shmSize: {
        value: "1GiB",
        reaches: [container("shmSize"), 1024],
        refused: ["1GB", /machines\.web\.shmSize: "1GB"; allowed: a whole number of KiB, MiB or GiB/],
    },
    consoleLogSize: {
        value: "1MiB",
        reaches: [container("logOpts"), { "max-size": "524288", "max-file": "2" }],
        refused: ["1MB", /machines\.web\.consoleLogSize: "1MB"; allowed: a whole number of KiB, MiB or GiB/],
    },
    journal: {
        value: "volatile",
        reaches: [(all) => JSON.stringify(container("uploads")(all)).includes("Storage=volatile"), true],
        refused: ["none", /machines\.web\.journal: "none"; allowed: one of persistent, volatile/],
    },
    ulimits: {
        value: { nofile: { soft: 1024 } },
        reaches: [
            (all) => [
                container("ulimits")(all),
                JSON.stringify(container("uploads")(all)).includes("DefaultLimitNOFILE=1024:1024"),
            ],
            [[{ name: "nofile", soft: 1024, hard: 1024 }], true],
        ],
        refused: [{ nofile: { soft: 64, hard: 64.5 } }, /machines\.web\.ulimits\.nofile\.hard: 64\.5; allowed/],
    },
    sysctls: {
        value: { "net.core.somaxconn": "777" },
        reaches: [container("sysctls"), { "net.core.somaxconn": "777" }],
        refused: [{ "vm.swappiness": "1" }, /machines\.web\.sysctls: "vm\.swappiness"; allowed/],
    },
    devices: {
        value: [{ hostPath: "/dev/kvm", permissions: "r" }],
        reaches: [container("devices"), [{ hostPath: "/dev/kvm", containerPath: "/dev/kvm", permissions: "r" }]],
        refused: [[{ hostPath: "kvm" }], /machines\.web\.devices\[0\]\.hostPath: "kvm"; allowed/],
    },
    gpus: {
        value: "all",
        reaches: [container("gpus"), "all"],
        refused: ["2", /machines\.web\.gpus: "2"; allowed/],
    },
    capabilities: {
        value: { add: ["NET_ADMIN"], drop: ["NET_RAW"] },
        reaches: [container("capabilities"), { adds: ["CAP_NET_ADMIN"], drops: ["CAP_NET_RAW", "CAP_MKNOD"] }],
        refused: [
            { drop: ["raw"] },
            /machines\.web\.capabilities\.drop\[0\]: "raw"; allowed: a capability in capitals/,
        ],
    },
    appArmor: {
        value: "strict",
        reaches: [container("securityOpts"), ["writable-cgroups=true", "apparmor=strict"]],
        facts: { appArmor: true },
        refused: ["a b", /machines\.web\.appArmor: "a b"; allowed: the name of a profile/],
    },
    privileged: { value: true, reaches: [container("privileged"), true], refused: ANY },
    seccomp: {
        value: PROFILE,
        reaches: [container("securityOpts"), ["writable-cgroups=true", `seccomp=${PROFILE}`]],
        refused: ["profile.json", /machines\.web\.seccomp: "profile\.json"; allowed/],
    },
    hardening: {
        value: "minimal",
        reaches: [
            (all) => [container("readOnly")(all), container("securityOpts")(all), tmpfs("/var/log")(all)],
            [true, ["writable-cgroups=true", "no-new-privileges"], "rw,noexec,nosuid,nodev,mode=755,size=50%"],
        ],
        refused: ["maximal", /machines\.web\.hardening: "maximal"; allowed: one of default, minimal/],
    },
    memory: {
        value: "512MiB",
        reaches: [
            (all) => [container("memory")(all), container("memorySwap")(all), limits(all)[0]],
            [512, 512, "- memory.max 536870912"],
        ],
        refused: ["1GB", /machines\.web\.memory: "1GB"; allowed: a whole number of MiB or GiB/],
    },
    cpus: {
        value: 1.5,
        reaches: [
            (all) => [container("cpuPeriod")(all), container("cpuQuota")(all), limits(all)[2]],
            [100_000, 150_000, "- cpu.max 150000 100000"],
        ],
        refused: [0, /machines\.web\.cpus: 0; allowed: a number of processors/],
    },
    pids: {
        value: 100,
        reaches: [(all) => limits(all)[3], "- pids.max 100"],
        refused: [1, /machines\.web\.pids: 1; allowed: a whole number from 32/],
    },
    serviceSandboxing: {
        value: "strict",
        // An empty file in the generator's place.
        reaches: [
            container("uploads"),
            [
                {
                    file: "/etc/systemd/system-generators/pulumi-centos-systemd-sandboxing",
                    contentBase64: "\n",
                    permissions: "0644",
                },
            ],
        ],
        refused: ["off", /machines\.web\.serviceSandboxing: "off"; allowed: one of adapted, strict/],
    },
    provision: {
        value: [{ inline: "true", name: "first", replaceOnChange: true }, { inline: "false" }],
        reaches: [
            async (all) => [
                script("alice-web-provision-first")(all),
                script("alice-web-provision-1")(all),
                await triggers(all),
            ],
            ["true", "false", 1],
        ],
        refused: [[{}], /machines\.web\.provision\[0\]: missing; allowed: exactly one of `script` and `inline`/],
    },
    waitFor: {
        value: { units: ["a.service"], ports: [80], command: "true" },
        reaches: [
            (all) => ["UNITS", "PORTS", "COMMAND"].map((name) => variable("alice-web-ready", name)(all)),
            ["a.service", "80", "true"],
        ],
        refused: [{ ports: [0] }, /machines\.web\.waitFor\.ports\[0\]: 0; allowed/],
    },
    readyTimeout: {
        value: 5,
        reaches: [variable("alice-web-ready", "TIMEOUT"), "5"],
        refused: [0, /machines\.web\.readyTimeout: 0; allowed: seconds/],
    },
    allowDegraded: {
        value: true,
        reaches: [variable("alice-web-ready", "STATES"), "running|degraded"],
        refused: ANY,
    },
    restart: {
        value: "always",
        reaches: [container("restart"), "always"],
        refused: ["sometimes", /machines\.web\.restart: "sometimes"; allowed: one of no, on-failure/],
    },
    ssh: {
        value: { publicKey: "ssh-ed25519 AAAA me" },
        reaches: [
            (all) => [upload("/etc/ssh/machine_authorized_keys")(all), container("ports")(all)],
            ["ssh-ed25519 AAAA me\n", [{ internal: 22, ip: "127.0.0.1", protocol: "tcp" }]],
        ],
        refused: [{ publicKey: "me" }, /machines\.web\.ssh\.publicKey: "no public key"; allowed: one line/],
    },
    labels: {
        value: { role: "web" },
        reaches: [label("Container", "alice-web", "role"), "web"],
        refused: [{ "a b": "" }, /machines\.web\.labels: "a b"; allowed: names of letters/],
    },
    on: {
        value: "big",
        reaches: [(all) => names("providers:docker")(all), ["alice-big"]],
        beside: { hosts: { big: { host: "ssh://big" } } },
        refused: ["small", /machines\.web\.on: "small"; allowed: nothing: the sandbox has no `hosts`/],
    },
    nodeSelector: {
        value: { disk: "ssd" },
        reaches: [
            (all) => (inputs(":Pod", "alice-web", "spec")(all) as { nodeSelector: object }).nodeSelector,
            { disk: "ssd" },
        ],
        beside: { cluster: { image: "team/machine:1" } },
        refused: [{ disk: "ssd" }, /machines\.web\.nodeSelector can't be combined with a sandbox without `cluster`/],
    },
    count: {
        value: 2,
        reaches: [names(":Container"), ["alice-web-0", "alice-web-1"]],
        refused: [-1, /machines\.web\.count: -1; allowed: a whole number from 0 to 100/],
    },
};

/** How many steps the machine is replaced for. */
async function triggers(sandbox: RecordedSandbox): Promise<number> {
    const options = sandbox.options("Container", "alice-web") as { replacementTrigger: pulumi.Input<string[]> };
    return (await valueOf(pulumi.output(options.replacementTrigger))).length;
}

/** The lines of the limits around the container's cgroup: memory, swap, cpu, pids. */
function limits(sandbox: RecordedSandbox): string[] {
    const all = JSON.parse(variable("alice-setup", "LIMITS")(sandbox)) as { files: Record<string, string[]> };
    return all.files["/sandbox_alice/web"] ?? [];
}

/** The same of a sandbox. */
export const SANDBOX: Table<SystemdSandboxArgs> = {
    machines: {
        value: { db: {} },
        needed: true,
        reaches: [names(":Container"), ["alice-db"]],
        refused: [{}, /machines: \{\}; allowed: at least one machine/],
    },
    distribution: {
        value: "debian-12",
        reaches: [buildArg("BASE_IMAGE"), "docker.io/library/debian:12"],
        refused: ["centos-8", /distribution: "centos-8"; allowed: one of/],
    },
    baseImage: {
        value: "mirror/stream9",
        reaches: [buildArg("BASE_IMAGE"), "mirror/stream9"],
        refused: ["a b", /baseImage: "a b"; allowed: an image reference/],
    },
    systemdVersion: {
        value: 250,
        reaches: [buildArg("SYSTEMD_VERSION"), "250"],
        refused: [100, /systemdVersion: 100; allowed: a whole number from 219/],
    },
    packageManager: {
        value: "apt",
        reaches: [buildArg("PACKAGE_MANAGER"), "apt"],
        refused: ["apk", /packageManager: "apk"; allowed: one of/],
    },
    packages: {
        value: ["nginx", "vim"],
        reaches: [buildArg("PACKAGES"), "nginx vim"],
        refused: [["; reboot"], /packages\[0\]: "; reboot"; allowed: a package/],
    },
    host: {
        value: "ssh://big",
        reaches: [variable("alice-web-ready", "DOCKER_HOST"), "ssh://big"],
        refused: ["big", /host: "big"; allowed/],
    },
    certPath: {
        value: "tests",
        reaches: [variable("alice-web-ready", "DOCKER_CERT_PATH"), "tests"],
        // An address over tcp is refused without it.
        beside: { host: "tcp://big:2376" },
        needed: true,
        refused: ["nowhere", /certPath: "nowhere"; allowed/],
    },
    base: {
        value: BASE,
        reaches: [
            (all) => [
                container("image")(all),
                names("image:Image")(all),
                label("Container", "alice-web", "pulumi-centos-systemd.base")(all),
            ],
            [BASE.imageId, [], "organization/team/base"],
        ],
        refused: [
            { stack: "organization/team/base", version: "0.0.1" },
            /base\.version: "0\.0\.1"; allowed: a base made/,
        ],
    },
    cluster: {
        value: { registry: "registry.example.org/team" },
        reaches: [
            (all) => [
                names(":Container")(all),
                (inputs(":Pod", "alice-web", "spec")(all) as { containers: { image: string }[] }).containers[0].image,
            ],
            [[], `registry.example.org/team/alice@sha256:${"c".repeat(64)}`],
        ],
        refused: [{}, /cluster\.registry: missing; allowed: a registry from which the cluster's nodes pull/],
    },
    network: {
        value: { subnet: "10.7.0.0/24", ipv6Subnet: "fd00::/64", internal: true, external: ["theirs"] },
        reaches: [
            (all) => [
                JSON.parse(variable("alice-network", "SETTINGS")(all)) as unknown,
                (container("networksAdvanced")(all) as { name: string }[]).map(({ name }) => name),
            ],
            [
                { internal: true, ipv6: true, subnets: ["10.7.0.0/24", "fd00::/64"], options: {} },
                ["network-id", "theirs"],
            ],
        ],
        refused: [{ subnet: "10.7.0.0" }, /network\.subnet: "10\.7\.0\.0"; allowed: IPv4/],
    },
    hosts: {
        value: { big: { host: "ssh://big" } },
        reaches: [names("providers:docker"), ["alice-big"]],
        beside: { machines: { web: { on: "big" } } },
        needed: true,
        refused: [{ Big: { host: "ssh://big" } }, /hosts\.Big: "Big"; allowed: 1 to 40 lower-case/],
    },
    name: {
        value: "carol",
        reaches: [names(":Container"), ["carol-web"]],
        refused: ["Carol", /name: "Carol"; allowed: 1 to 40 lower-case/],
    },
    owner: {
        value: "carol",
        reaches: [variable("alice-claim", "OWNER"), "carol"],
        refused: ["", /owner: ""; allowed/],
    },
    ttl: {
        value: "8h",
        reaches: [variable("alice-expiry", "TTL"), "8h"],
        refused: ["8 hours", /ttl: "8 hours"; allowed: a number of hours, days or weeks/],
    },
    keepImage: {
        value: true,
        reaches: [(all) => names(":Command")(all).includes("alice-leftovers"), false],
        refused: ANY,
    },
    cgroupAccess: {
        value: "v2-parent",
        reaches: [container("cgroupParent"), "/sandbox_alice/web/delegated"],
        refused: ["v3", /cgroupAccess: "v3"; allowed: one of v1-parent/],
    },
};
