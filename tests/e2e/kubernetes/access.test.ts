import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type ClusterArgs, type MachineOutputs, SystemdCluster, SystemdSandbox } from "../../../components";
import type { ClusterAccess } from "../../../components/kubernetes/access";
import { debian, type Release } from "../../support/base-image";
import { docker } from "../../support/docker";
import type { Cluster } from "../../support/kubernetes/cluster";
import { goImage } from "../../support/kubernetes/go-image";
import { escape, expectedOutcomes, mark, type PodPlace } from "../../support/kubernetes/isolation";
import { feedPod, inPod, openOn, podJournals } from "../../support/kubernetes/sandbox";
import { sharedCluster } from "../../support/kubernetes/shared";
import { things } from "../../support/kubernetes/things";
import { until } from "../../support/kubernetes/until";
import { skip } from "../../support/skip";
import { mustFail, type TestStack } from "../../support/stack";

const MANAGE_UNITS = readFileSync(join(__dirname, "../../support/in-machine/manage-units.sh"), "utf8");

/** What is asked for, to get each access; the one-time set-up is there, so that nothing has to be said for `nri`. */
const ACCESSES = {
    "runtime-class-users": { runtimeClass: "crun-machine" },
    "runtime-class": { runtimeClass: "systemd-machine", cgroupAccess: "runtime-class" },
    nri: {},
    "own-namespaces": { cgroupAccess: "own-namespaces" },
} satisfies Partial<Record<ClusterAccess, ClusterArgs>>;
type Access = keyof typeof ACCESSES;

const RELEASES: Partial<Record<Release, number>> = { bookworm: 252, trixie: 257 };

interface Row {
    readonly access: Access;
    readonly release: Release;
    readonly systemd: number;
}

const ROWS: readonly Row[] = (Object.keys(ACCESSES) as Access[]).flatMap((access) =>
    (Object.keys(RELEASES) as Release[]).map((release) => ({ access, release, systemd: RELEASES[release]! })),
);

/** What the table at the end says of each row. */
const results: Record<string, string | number>[] = [];

if (process.env.KUBERNETES === "all") {
    describe("machines on a cluster", machinesOnACluster);
}

function machinesOnACluster(this: Mocha.Suite): void {
    this.timeout("10m");

    let cluster: Cluster;
    let setUp: TestStack;
    let pluginImage: string;
    let stack: TestStack;
    let untouched: string[];
    let announced = "";
    let machines: Record<string, Record<string, MachineOutputs>>;

    const key = ({ access, systemd }: Row) => `${access}-${systemd}`;
    const place = (row: Row, pod = "machine"): PodPlace => ({ namespace: `${stack.name}-${key(row)}`, pod });
    const inside = (row: Row, script: string, pod = "machine") =>
        inPod(cluster, place(row, pod).namespace, pod, script);

    const program = async () => {
        const up: Record<string, unknown> = {};
        for (const row of ROWS) {
            const sandbox = new SystemdSandbox(`${pulumi.getStack()}-${key(row)}`, {
                ...(await debian(row.release)),
                cluster: { registry: cluster.registry, ...ACCESSES[row.access] },
                machines: { machine: {}, minimal: { hardening: "minimal" } },
            });
            up[key(row)] = sandbox.machines;
        }
        return up;
    };

    before("the cluster, its one-time set-up, and a sandbox for each row", async function () {
        cluster = await sharedCluster(this);
        const go = await goImage().catch((error: Error) => skip(this, `no Go for the plugin: ${error.message}`));
        for (const { release } of ROWS) {
            await debian(release);
        }
        untouched = await things(cluster, "");
        setUp = await openOn(cluster, () => {
            const { image } = new SystemdCluster("cluster", { registry: cluster.registry, goImage: go });
            return Promise.resolve({ image });
        });
        pluginImage = (await setUp.up()).outputs.image.value as string;
        const plugin = ["--namespace=pulumi-centos-systemd", "rollout", "status", "daemonset/nri", "--timeout=60s"];
        await cluster.kubectl(...plugin);
        stack = await openOn(cluster, program);
        await stack.preview((text) => (announced += text));
        const { outputs } = await stack.up();
        machines = Object.fromEntries(
            Object.entries(outputs).map(([row, { value }]) => [row, value as Record<string, MachineOutputs>]),
        );
    });

    after("the sandboxes, and the set-up", async () => {
        await stack?.close();
        await setUp?.close();
        if (pluginImage !== undefined) {
            const repository = pluginImage.replace(/@.*/, "");
            const label = `label=pulumi-centos-systemd.image=${repository}`;
            assert.equal(await docker(["image", "ls", "--quiet", repository]), "", "the plugin's image is left");
            assert.equal(
                await docker(["image", "ls", "--quiet", "--filter", label]),
                "",
                "a step of its build is left",
            );
        }
        console.table(results);
    });

    for (const row of ROWS) {
        const { access, systemd } = row;
        describe(`systemd ${systemd}, ${access}`, () => {
            const result = { systemd, access, state: "absent", "boot s": 0, isolation: "not proven" };

            before("its line in the table", () => void results.push(result));

            afterEach(async function () {
                if (this.currentTest?.state === "failed") {
                    console.error(await podJournals(cluster, place(row).namespace));
                }
            });

            it("runs, with no failed unit, hardened to the minimum too", async () => {
                const { machine, minimal } = machines[key(row)];
                Object.assign(result, { state: machine.state, "boot s": machine.bootSeconds });
                for (const [pod, { state, systemdVersion }] of Object.entries({ machine, minimal })) {
                    assert.deepEqual({ state, systemdVersion }, { state: "running", systemdVersion: systemd });
                    assert.equal(await inside(row, "systemctl --failed --no-legend", pod), "");
                }
                // SETUID, SETGID and SETPCAP are 6, 7 and 8 (capabilities(7)).
                assert.match(await inside(row, "cat /proc/1/status", "minimal"), /^CapBnd:\t00000000000001c0$/m);
                await assert.rejects(inside(row, "touch /etc/x", "minimal"), /Read-only file system/);
            });

            it("asks for no privilege: PodSecurity baseline lets its Pod in, and nothing of the node is mounted", async () => {
                const level = "{.metadata.labels.pod-security\\.kubernetes\\.io/enforce}";
                const { namespace } = place(row);
                const enforced = await cluster.kubectl("get", "namespace", namespace, `--output=jsonpath=${level}`);
                assert.equal(enforced, "baseline");
                const pod = await cluster.kubectl("--namespace", namespace, "get", "pod", "machine", "--output=json");
                const { metadata, spec } = JSON.parse(pod) as Pod;
                assert.equal(metadata.labels["pulumi-centos-systemd.cgroup-access"], access);
                assert.deepEqual(
                    spec.volumes
                        .map(({ name: _, ...kind }) => Object.keys(kind).join())
                        .filter((kind) => !OWN_VOLUMES.includes(kind)),
                    [],
                );
                const [{ securityContext }] = spec.containers;
                assert.equal(securityContext.privileged, undefined);
                assert.equal(securityContext.capabilities.add, undefined);
                assert.equal(spec.hostUsers, access === "runtime-class-users" ? false : undefined);
            });

            it("has a seccomp profile, and users of its own, where its access says so", async () => {
                const seccomp = access === "own-namespaces" ? "0" : "2";
                assert.match(await inside(row, "cat /proc/1/status"), new RegExp(`^Seccomp:\\t${seccomp}$`, "m"));
                const map = (await inside(row, "cat /proc/1/uid_map")).split(/\s+/);
                assert.equal(map[0], "0");
                assert.equal(map[1] === "0", access !== "runtime-class-users", map.join(" "));
            });

            it("can't get out", async () => {
                const neighbour = ROWS[(ROWS.indexOf(row) + 1) % ROWS.length];
                const process = await mark(cluster, place(neighbour));
                const { address } = machines[key(neighbour)].machine;
                const outcomes = await escape(cluster, place(row), { process, address });
                console.log(`      ${JSON.stringify(outcomes)}`);
                const nsdelegate = (await inside(row, "grep ' /sys/fs/cgroup ' /proc/self/mountinfo")).includes(
                    "nsdelegate",
                );
                assert.deepEqual(outcomes, expectedOutcomes(access, { nsdelegate }));
                const done = Object.values(outcomes).filter((outcome) => outcome === "done").length;
                result.isolation = `${Object.keys(outcomes).length - done} attempts failed, ${done} within its own`;
            });

            it("manages units: processes, sessions, its own restart and its journal's", async () => {
                await feedPod(cluster, place(row), MANAGE_UNITS, "sh", "-s");
            });

            it("reboots in the same container: systemd begins anew, with nothing in /run", async () => {
                const restarts = () =>
                    cluster.kubectl(
                        ...["--namespace", place(row).namespace, "get", "pod", "machine"],
                        "--output=jsonpath={.metadata.uid} {.status.containerStatuses[0].containerID}",
                    );
                const begun = () => inside(row, "systemctl show --property=UserspaceTimestampMonotonic");
                const before = { container: await restarts(), begun: await begun() };
                await inside(row, "touch /run/stale; systemctl reboot").catch(() => undefined);
                const isAnother = () =>
                    begun()
                        .then((now) => now !== before.begun)
                        .catch(() => false);
                await until("another systemd has begun", isAnother);
                const state = await inside(row, "systemctl is-system-running --wait || true");
                assert.equal(state, "running");
                assert.equal(await inside(row, "ls /run/stale 2>/dev/null || true"), "");
                assert.equal(await restarts(), before.container);
            });
        });
    }

    // A suite of its own, since mocha runs a suite's own tests before those of the suites in it.
    describe("all of them", () => {
        it("were announced: a preview says which access it is, and warns of what that opens", () => {
            for (const { access } of ROWS) {
                assert.match(announced, new RegExp(`cgroup access "${access}": `));
            }
            assert.match(announced, /warning: cgroupAccess "own-namespaces": machines run without a seccomp profile/);
        });

        it("keep the cluster's set-up from being removed, which names those that need it, and removes nothing", async () => {
            const message = await mustFail(setUp.destroy());
            assert.match(message, /The set-up of the cluster is in use; nothing of it was removed/);
            for (const row of ROWS) {
                const line = `machine in the namespace ${place(row).namespace}`;
                assert.equal(message.includes(line), row.access === "nri", line);
            }
            const plugin = ["--namespace=pulumi-centos-systemd", "get", "daemonset", "nri"];
            await cluster.kubectl(...plugin, "--output=name");
            assert.deepEqual(Object.keys(await stack.preview()), ["same"]);
        });

        it("leave nothing in the cluster, and then the set-up goes, and leaves nothing either", async () => {
            assert.notDeepEqual(await things(cluster, ""), untouched);
            await stack.destroy();
            await setUp.destroy();
            assert.deepEqual(await things(cluster, ""), untouched);
        });
    });
}

/** Kinds of volumes that aren't the node's, nor anybody else's. */
const OWN_VOLUMES = ["emptyDir", "secret"];

interface Pod {
    readonly metadata: { readonly labels: Readonly<Record<string, string>> };
    readonly spec: {
        readonly hostUsers?: boolean;
        readonly volumes: readonly (Record<string, unknown> & { readonly name: string })[];
        readonly containers: readonly {
            readonly securityContext: {
                readonly privileged?: boolean;
                readonly capabilities: { readonly add?: readonly string[] };
            };
        }[];
    };
}
