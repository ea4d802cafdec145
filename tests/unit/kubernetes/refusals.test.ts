import assert from "node:assert/strict";
import { describeProblems } from "../../../components/rules/problem";
import type { ReplicatedMachineArgs } from "../../../components/machine/arguments";
import { BASE } from "../../support/base-outputs";
import { accepts, problems, refuses } from "../../support/problems";

const CLUSTER = { image: "team/machine:1" };
const PUSHED = { ...BASE, imageId: `team/base@sha256:${"b".repeat(64)}`, facts: undefined };

const inCluster = (args: object, name?: string) => problems({ cluster: CLUSTER, ...args }, name);
const pod = (web: object) => inCluster({ machines: { web } });

/** What a Pod can't have: an argument's value, and what is said of it. */
interface Row {
    readonly args: ReplicatedMachineArgs;
    readonly argument: string;
    readonly why: RegExp;
    readonly mend: RegExp;
    /** It is as little right without a cluster. */
    readonly everywhere?: boolean;
}

const ROWS: readonly Row[] = [
    {
        args: { folders: { "/src": { hostPath: "/srv" } } },
        argument: 'folders["/src"]',
        why: /of whichever node .* PodSecurity baseline forbids it/,
        mend: /Bring files by `files`/,
    },
    {
        args: { devices: [{ hostPath: "/dev/kvm" }] },
        argument: "devices[0]",
        why: /a device is of whichever node/,
        mend: /Leave it out/,
    },
    { args: { gpus: "all" }, argument: "gpus", why: /device plugin/, mend: /Leave it out/ },
    { args: { privileged: true }, argument: "privileged", why: /its systemd would run the node/, mend: /no access/ },
    { args: { pids: 100 }, argument: "pids", why: /podPidsLimit/, mend: /Leave it out/ },
    {
        args: { ulimits: { nofile: { soft: 1024 } } },
        argument: "ulimits.nofile",
        why: /its runtime's limits/,
        mend: /LimitNOFILE=/,
    },
    { args: { consoleLogSize: "1MiB" }, argument: "consoleLogSize", why: /containerLogMaxSize/, mend: /Leave it out/ },
    {
        args: { restart: "always" },
        argument: "restart",
        why: /a fresh copy of the image/,
        mend: /the next pulumi up makes a machine anew/,
    },
    {
        args: { seccomp: JSON.stringify({ defaultAction: "SCMP_ACT_ALLOW" }) },
        argument: "seccomp",
        why: /must lie on the nodes/,
        mend: /or say "unconfined"/,
    },
    {
        args: { appArmor: "unconfined" },
        argument: "appArmor",
        why: /PodSecurity baseline forbids it/,
        mend: /name a profile of the nodes/,
    },
    {
        args: { capabilities: { add: ["CHOWN", "CAP_NET_ADMIN"] } },
        argument: "capabilities.add[1]",
        why: /baseline allows no more than AUDIT_WRITE, CHOWN/,
        mend: /Leave it out/,
    },
    {
        args: { ports: [{ port: 80 }, { port: 53, protocol: "udp" }] },
        argument: "ports[1].protocol",
        why: /port-forward brings only TCP/,
        mend: /machines of the sandbox reach it without/,
    },
    {
        args: { hostname: "www.example.org" },
        argument: "hostname",
        why: /each name is a Service/,
        mend: /one label/,
    },
    { args: { hostname: "9p" }, argument: "hostname", why: /begins with a letter/, mend: /a letter first/ },
    {
        args: { aliases: ["shop", "shop.example.org"] },
        argument: "aliases[1]",
        why: /has no dots/,
        mend: /one label/,
    },
    {
        args: { volumes: { Data_1: { path: "/data" } } },
        argument: "volumes.Data_1",
        why: /no capitals and no underscores/,
        mend: /lower-case letters/,
    },
    {
        args: { volumes: { data: { path: "/data", external: "Shared" } } },
        argument: "volumes.data",
        why: /a PersistentVolumeClaim/,
        mend: /lower-case letters/,
    },
    {
        args: { volumes: { data: { path: "/data", keep: true } } },
        argument: "volumes.data.keep",
        why: /namespace goes with it/,
        mend: /in cluster\.namespace/,
    },
    {
        args: { labels: { role: "a b" } },
        argument: "labels.role",
        why: /at most 63 letters/,
        mend: /Shorten it/,
    },
    {
        args: { labels: { ["l".repeat(64)]: "" } },
        argument: `labels.${"l".repeat(64)}`,
        why: /at most 63 letters/,
        mend: /Shorten it/,
    },
];

describe("what a Pod can't have", () => {
    for (const { args, argument, why, mend } of ROWS) {
        it(`${argument} is refused in a cluster alone, with the reason and the way out: ${JSON.stringify(args).slice(0, 60)}`, () => {
            const found = pod(args);
            assert.equal(found.length, 1, describeProblems(found));
            const [problem] = found;
            assert.ok("with" in problem);
            assert.deepEqual([problem.argument, problem.with], [`machines.web.${argument}`, "cluster"]);
            assert.match(problem.why, why);
            assert.match(problem.mend, mend);
            assert.deepEqual(problems({ machines: { web: args } }), []);
        });
    }

    it("is said of each machine, and of replicas once", () => {
        const found = inCluster({ machines: { web: { gpus: "all" }, node: { gpus: "all", count: 3 } } });
        assert.deepEqual(
            found.map(({ argument }) => argument),
            ["machines.web.gpus", "machines.node.gpus"],
        );
    });

    it("is a name that no Service can have, said once", () => {
        const [found, ...others] = inCluster({ machines: { "9p": {} } });
        assert.deepEqual(others, []);
        assert.ok("with" in found);
        assert.match(found.why, /begins with a letter/);
        assert.deepEqual(problems({ machines: { "9p": {} } }), []);
    });

    accepts({
        "what it can have of the same arguments": pod({
            capabilities: { add: ["CHOWN", "CAP_MKNOD"], drop: ["NET_RAW"] },
            appArmor: "strict",
            seccomp: "unconfined",
            restart: "no",
            hostname: "www",
            aliases: ["shop"],
            ports: [{ port: 80, hostPort: 80 }],
            labels: { role: "web-server", empty: "" },
            volumes: { data: { path: "/data" }, "a.b-1": { path: "/other", external: "shared-1" } },
        }),
        "a volume that is kept in a namespace that stays": problems({
            cluster: { ...CLUSTER, namespace: "team" },
            machines: { web: { volumes: { data: { path: "/data", keep: true } } } },
        }),
        "a node for `on`, and labels of nodes": pod({
            on: "node-a.example.org",
            nodeSelector: { "example.org/disk": "ssd" },
        }),
        "names that are Docker's networks": inCluster({}, "host"),
    });
});

describe("where in a cluster a machine can be", () => {
    refuses({
        "what is no node's name": [pod({ on: "Node_A" }), /machines\.web\.on: "Node_A"; allowed: the name of a node/],
        "what is no label's name": [
            pod({ nodeSelector: { "a b": "" } }),
            /machines\.web\.nodeSelector: "a b="; allowed: a label of nodes and its value/,
        ],
        "what is no label's value": [pod({ nodeSelector: { a: "b c" } }), /nodeSelector: "a=b c"; allowed/],
        "labels of nodes without a cluster": [
            problems({ machines: { web: { nodeSelector: { a: "b" } } } }),
            /nodeSelector can't be combined with a sandbox without `cluster`: only a cluster has nodes.*Name a host/,
        ],
    });
});

describe("a sandbox in a cluster", () => {
    refuses({
        "a host beside it": [
            inCluster({ host: "ssh://big" }),
            /^ {2}host can't be combined with cluster: it is of a Docker engine's host.* Leave one or the other out\.$/m,
        ],
        "further hosts beside it": [
            inCluster({ hosts: { big: { host: "ssh://big" } } }),
            /hosts can't be combined with cluster: .*`on` names a node/,
        ],
        "an access of Docker's": [
            inCluster({ cgroupAccess: "v2-parent" }),
            /cgroupAccess can't be combined with cluster: .* Say it in cluster\.cgroupAccess/,
        ],
        "a subnet": [
            inCluster({ network: { subnet: "10.7.0.0/24" } }),
            /network\.subnet can't be combined with cluster: addresses are the cluster's to give\. Leave it out/,
        ],
        "IPv6 of its own": [inCluster({ network: { ipv6: true } }), /network\.ipv6 can't be combined with cluster/],
        "a subnet of IPv6": [
            inCluster({ network: { ipv6Subnet: "fd00::/64" } }),
            /network\.ipv6Subnet can't be combined with cluster/,
        ],
    });

    it("refuses certificates beside it, each with its own line", () =>
        assert.match(
            describeProblems(inCluster({ host: "tcp://big:2376", certPath: "tests" })),
            /^2 .*\n {2}host can't be combined with cluster: .*\n {2}certPath can't be combined with cluster: /,
        ));

    accepts({
        "a network that is told nothing but who is who": inCluster({ network: { internal: true, external: ["team"] } }),
        "hosts that are none": inCluster({ hosts: {} }),
    });
});

describe("the image of a sandbox in a cluster", () => {
    const of = (cluster: object, others: object = {}) => problems({ cluster, ...others });
    refuses({
        none: [
            of({}),
            /cluster\.registry: missing; allowed: a registry from which the cluster's nodes pull.* Or name an image/,
        ],
        "one that is there and one that is built": [
            of({ image: "team/machine:1", registry: "registry.example.org" }),
            /cluster\.registry can't be combined with cluster\.image: each says which image the machines boot/,
        ],
        "one that is there and a base's": [
            of({ image: "team/machine:1" }, { base: PUSHED }),
            /cluster\.image can't be combined with base: each says which/,
        ],
        "a base's and one that is built": [
            of({ registry: "registry.example.org" }, { base: PUSHED }),
            /cluster\.registry can't be combined with base/,
        ],
        "a base's that is on a host": [
            of({}, { base: BASE }),
            /base can't be combined with cluster: the base's image is on its host alone.* made with `cluster`/,
        ],
        "a base's that is in a registry, on a host": [
            problems({ base: PUSHED }),
            /base can't be combined with a sandbox without `cluster`: .* Take a base of this host/,
        ],
    });
    accepts({
        "one that is built": of({ registry: "registry.example.org:5000/team" }),
        "one that is there": of({ image: `registry.example.org/team/machine@sha256:${"a".repeat(64)}` }),
        "a base's": of({}, { base: PUSHED }),
    });
});

describe("each argument of a cluster", () => {
    const of = (cluster: object) => problems({ cluster: { ...CLUSTER, ...cluster } });
    const registry = (value: string) => problems({ cluster: { registry: value } });
    refuses({
        "a kubeconfig with blanks": [
            of({ kubeconfig: "a b" }),
            /cluster\.kubeconfig: "a b"; allowed: the path of a file/,
        ],
        "a kubeconfig that a shell would run": [
            of({ kubeconfig: "$(reboot)" }),
            /cluster\.kubeconfig: "\$\(reboot\)"; allowed/,
        ],
        "a kubeconfig of the home directory, which nobody would put in": [
            of({ kubeconfig: "~/.kube/config" }),
            /cluster\.kubeconfig: "~\/\.kube\/config"; allowed: .*without `~`/,
        ],
        "an empty kubeconfig": [of({ kubeconfig: "" }), /cluster\.kubeconfig: ""; allowed/],
        "a context of two words": [
            of({ context: "a; reboot" }),
            /cluster\.context: "a; reboot"; allowed: .*get-contexts/,
        ],
        "a namespace with capitals": [
            of({ namespace: "Team" }),
            /cluster\.namespace: "Team"; allowed: .*get namespaces/,
        ],
        "a namespace that is too long": [of({ namespace: "n".repeat(64) }), /cluster\.namespace: "n+"; allowed/],
        "a registry with its protocol": [
            registry("https://registry.example.org"),
            /cluster\.registry: "https:.*"; allowed: a registry with a path in lower case/,
        ],
        "a registry with capitals": [registry("registry.example.org/Team"), /cluster\.registry: .*Team"; allowed/],
        "an image with blanks": [
            problems({ cluster: { image: "a b" } }),
            /cluster\.image: "a b"; allowed: an image reference/,
        ],
        "a RuntimeClass with capitals": [
            of({ runtimeClass: "X" }),
            /cluster\.runtimeClass: "X"; allowed: .*get runtimeclasses/,
        ],
        "an access that there isn't": [
            of({ cgroupAccess: "v2-parent" }),
            /cluster\.cgroupAccess: "v2-parent"; allowed: one of runtime-class-users, cri-o, runtime-class, nri, own-namespaces/,
        ],
        "a StorageClass with blanks": [
            of({ storageClass: "a b" }),
            /cluster\.storageClass: "a b"; allowed: .*storageclasses/,
        ],
        "a size in another unit": [
            of({ volumeSize: "1GB" }),
            /cluster\.volumeSize: "1GB"; allowed: a whole number of KiB/,
        ],
        "a type that no Service has": [
            of({ serviceType: "ExternalName" }),
            /cluster\.serviceType: "ExternalName"; allowed: one of ClusterIP, NodePort, LoadBalancer/,
        ],
        "labels that no node has": [
            of({ nodeSelector: { "a b": "" } }),
            /cluster\.nodeSelector: "a b="; allowed: a label/,
        ],
        "a word that it doesn't know": [of({ registri: "x" }), /registri/],
        "no object at all": [problems({ cluster: "kind" }), /cluster: "kind"; allowed/],
    });
    accepts({
        "all of them": of({
            kubeconfig: "/home/zoë/.kube/a_b-c.yaml",
            context: "alice@cluster.example.org:6443/team",
            namespace: "team-1",
            runtimeClass: "systemd.machine",
            cgroupAccess: "nri",
            storageClass: "fast.example.org",
            volumeSize: "512MiB",
            serviceType: "NodePort",
            nodeSelector: { "kubernetes.io/arch": "arm64", empty: "" },
        }),
        "a registry on a port": registry("localhost:5000"),
    });
});
