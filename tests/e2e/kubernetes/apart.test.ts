import * as pulumi from "@pulumi/pulumi";
import type { UpResult } from "@pulumi/pulumi/automation";
import assert from "node:assert/strict";
import { type MachineArgs, type MachineOutputs, type SandboxNetworkArgs, SystemdSandbox } from "../../../components";
import { debian } from "../../support/base-image";
import type { Cluster } from "../../support/kubernetes/cluster";
import { inPod, openOn, podJournals, RUNTIME_CLASS } from "../../support/kubernetes/sandbox";
import { sharedCluster } from "../../support/kubernetes/shared";
import { until } from "../../support/kubernetes/until";
import type { TestStack } from "../../support/stack";

const PORT = 8000;
const BOTH = "name,address";
const NOT_AT_ALL = "not at all";

const SERVER: MachineArgs = {
    units: {
        "server.service": {
            content: `[Service]\nExecStart=/usr/bin/python3 -m http.server ${PORT}\n[Install]\nWantedBy=multi-user.target\n`,
            enable: true,
        },
    },
    waitFor: { ports: [PORT] },
};

type Person = "alice" | "bob";
type Machines = Record<Person, Record<string, MachineOutputs>>;

if (process.env.KUBERNETES === "all") {
    describe("two sandboxes on a cluster", twoSandboxes);
}

function twoSandboxes(this: Mocha.Suite): void {
    this.timeout("5m");

    let cluster: Cluster;
    let stack: TestStack;
    let machines: Machines;

    const namespace = (person: Person) => `${stack.name}-${person}`;

    const program =
        (networks: Partial<Record<Person, SandboxNetworkArgs>> = {}) =>
        async () => {
            const image = await debian("bookworm");
            const sandbox = (person: Person) =>
                new SystemdSandbox(`${pulumi.getStack()}-${person}`, {
                    ...image,
                    cluster: { registry: cluster.registry, runtimeClass: RUNTIME_CLASS },
                    network: networks[person],
                    machines: { server: SERVER, client: {} },
                }).machines;
            return { alice: sandbox("alice"), bob: sandbox("bob") };
        };

    /** Changes who may reach whom, and nothing but that. */
    async function become(networks: Partial<Record<Person, SandboxNetworkArgs>>): Promise<void> {
        stack.program(program(networks));
        assert.deepEqual(machinesOf(await stack.up()), machines);
    }

    const machinesOf = ({ outputs: { alice, bob } }: UpResult): Machines => ({
        alice: alice.value as Machines["alice"],
        bob: bob.value as Machines["bob"],
    });
    const inside = (person: Person, script: string) => inPod(cluster, namespace(person), "client", script);
    const succeeds = (person: Person, script: string) =>
        inside(person, script).then(
            () => true,
            () => false,
        );
    const request = (url: string) => `curl --silent --insecure --output /dev/null --max-time 3 ${url}`;

    /** In which ways somebody's client reaches somebody's server: by its name, by its address, both, or not at all. */
    async function reaches(from: Person, to: Person): Promise<string> {
        const hosts = { name: `server.${namespace(to)}`, address: machines[to].server.address };
        const ways = Object.entries(hosts).map(async ([way, host]) =>
            (await succeeds(from, request(`http://${host}:${PORT}/`))) ? [way] : [],
        );
        return (await Promise.all(ways)).flat().join() || NOT_AT_ALL;
    }

    /** What is outside of any sandbox, and every Pod may talk to: the API server. */
    const getsOut = () => succeeds("alice", request("https://kubernetes.default/"));

    before("up", async function () {
        cluster = await sharedCluster(this);
        stack = await openOn(cluster, program());
        machines = machinesOf(await stack.up());
    });

    after("down", () => stack?.close());

    afterEach(async function () {
        if (this.currentTest?.state === "failed") {
            console.error(await podJournals(cluster, namespace("alice")));
        }
    });

    it("reach their own machines, and not each other's, though they know the others' names", async () => {
        for (const [own, other] of [["alice", "bob"] as const, ["bob", "alice"] as const]) {
            assert.equal(await reaches(own, own), BOTH);
            assert.equal(await reaches(own, other), NOT_AT_ALL);
            const address = await inside(own, `getent hosts server.${namespace(other)}`);
            assert.ok(address.startsWith(`${machines[other].server.address} `), address);
        }
    });

    it("let in whom network.external names, one way and without another machine", async () => {
        await become({ alice: { external: [namespace("bob")] } });
        await until("bob reaches alice", async () => (await reaches("bob", "alice")) === BOTH);
        assert.equal(await reaches("alice", "bob"), NOT_AT_ALL);

        await become({});
        await until("bob reaches alice no more", async () => (await reaches("bob", "alice")) === NOT_AT_ALL);
    });

    it("get nowhere with network.internal, but to their own machines, and still know names", async () => {
        assert.equal(await getsOut(), true);
        await become({ alice: { internal: true } });
        await until("alice gets out no more", async () => !(await getsOut()));
        assert.equal(await reaches("alice", "alice"), BOTH);
        assert.match(await inside("alice", "getent hosts kubernetes.default"), /kubernetes/);
        assert.match(await inside("alice", "getent hosts server"), /server/);

        await become({});
        await until("alice gets out again", getsOut);
    });
}
