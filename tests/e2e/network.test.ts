import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { type MachineArgs, type MachineOutputs, SystemdSandbox, type SystemdSandboxArgs } from "../../components";
import { debian } from "../support/base-image";
import { docker, inMachine } from "../support/docker";
import { startEngine } from "../support/engines";
import { openProject } from "../support/project";
import { skip } from "../support/skip";
import { openStack, type TestStack, withStack } from "../support/stack";

/** Answers on the tcp ports 80 and 443, and on udp port 7. */
const ANSWERS: MachineArgs = {
    files: {
        "/srv/echo.py": {
            content: `import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("0.0.0.0", 7))
while True: s.sendto(*s.recvfrom(99))
`,
        },
    },
    units: {
        "http@.service": { content: "[Service]\nExecStart=/usr/bin/python3 -m http.server --bind :: %i\n" },
        "http@80.service": { start: true },
        "http@443.service": { start: true },
        "echo.service": { content: "[Service]\nExecStart=/usr/bin/python3 /srv/echo.py\n", start: true },
    },
};

const request = (host: string) =>
    `curl --silent --show-error --max-time 2 --globoff --output /dev/null http://${host}/`;

describe("networks of sandboxes", () => {
    // Tests beside each other must not want the same addresses.
    const subnet = `10.${200 + Math.floor(Math.random() * 50)}.${Math.floor(Math.random() * 256)}`;
    let stack: TestStack;
    let external: string;
    let machines: Record<string, Record<string, MachineOutputs>>;

    /** Three sandboxes: `a` and `b` have a network in common, `c` is alone. */
    const sandboxes = (count: number) => async () => {
        const base = await debian("bookworm");
        const name = pulumi.getStack();
        const sandbox = (letter: string, args: SystemdSandboxArgs) =>
            new SystemdSandbox(`${name}-${letter}`, { ...base, ...args }).machines;
        return {
            a: sandbox("a", {
                network: { subnet: `${subnet}.0/24`, external: [external] },
                machines: {
                    web: {
                        hostname: "www.example.org",
                        aliases: ["shop"],
                        // Not in the engine's order; with one that it chooses.
                        ports: [{ port: 80 }, { port: 7, protocol: "udp" }, { port: 443, hostAddress: "127.0.0.2" }],
                        ...ANSWERS,
                    },
                    node: { count },
                },
            }),
            b: sandbox("b", { network: { internal: true, external: [external] }, machines: { client: {} } }),
            c: sandbox("c", { machines: { client: {} } }),
        };
    };

    before("up", async () => {
        stack = await openStack(() => sandboxes(2)());
        external = `${stack.name}-external`;
        await docker(["network", "create", external]);
        const { outputs } = await stack.up();
        machines = Object.fromEntries(Object.entries(outputs).map(([letter, { value }]) => [letter, value]));
    });

    after("down", async () => {
        await stack.close();
        await docker(["network", "rm", external]);
    });

    const get = (from: MachineOutputs, host: string, options = "") =>
        inMachine(
            from.container,
            `curl --silent --show-error --max-time 2 ${options} --output /dev/null http://${host}/`,
        );

    it("use the subnet that they are given", () => {
        const { web } = machines.a;
        assert.ok(web.address.startsWith(`${subnet}.`), web.address);
    });

    for (const name of ["web", "web.SANDBOX", "www", "www.example.org", "shop"]) {
        it(`let a machine find another one of its sandbox as ${name}`, () =>
            get(machines.a["node-1"], name.replace("SANDBOX", `${stack.name}-a`)));
    }

    it("tell a machine its own name", async () => {
        assert.equal(await inMachine(machines.a.web.container, "hostname; hostname --fqdn"), "www\nwww.example.org");
        assert.equal(
            await inMachine(machines.a["node-0"].container, "hostname; hostname --fqdn"),
            `node-0\nnode-0.${stack.name}-a`,
        );
    });

    it("let all replicas answer to the name that they have in common", async () => {
        const answer = await inMachine(machines.a.web.container, "getent ahostsv4 node | cut -d' ' -f1 | sort -u");
        assert.deepEqual(answer.split("\n"), [machines.a["node-0"].address, machines.a["node-1"].address].sort());
    });

    it("have no way out where that is asked for: only the external network gives one", async () => {
        const routes = await inMachine(machines.b.client.container, "ip -4 route show default | wc -l");
        const { container, address } = machines.b.client;
        const [device] = (await inMachine(container, `ip -o addr | grep ' ${address}/' | cut -d' ' -f2`)).split("\n");
        assert.equal(routes, "1");
        assert.doesNotMatch(await inMachine(container, "ip -4 route show default"), new RegExp(`dev ${device}\\b`));
    });

    it("keep other sandboxes out, by name and by address", async () => {
        const { client } = machines.c;
        for (const host of ["web", `web.${stack.name}-a`]) {
            await assert.rejects(get(client, host), /Could not resolve host/);
        }
        await get(machines.a["node-0"], machines.a.web.address);
        await assert.rejects(get(client, machines.a.web.address), /timed out/);
    });

    it("let sandboxes reach each other on an external network, by full names alone", async () => {
        await get(machines.b.client, `web.${stack.name}-a`);
        await get(machines.b.client, "shop");
        await assert.rejects(get(machines.b.client, "web"), /Could not resolve host/);
    });

    it("publish tcp and udp ports, and say which the engine chose", async () => {
        const { ports } = machines.a.web;
        assert.equal(ports.length, 3, ports.join());
        const published = (pattern: RegExp) => ports.map((port) => pattern.exec(port)?.[1]).find(Boolean);
        const web = published(/^(127\.0\.0\.1:\d+)->80\/tcp$/);
        assert.equal((await fetch(`http://${web}/`)).status, 200);
        const other = published(/^(127\.0\.0\.2:\d+)->443\/tcp$/);
        assert.equal((await fetch(`http://${other}/`)).status, 200);
        const socket = createSocket("udp4");
        try {
            socket.send("hello", Number(published(/^127\.0\.0\.1:(\d+)->7\/udp$/)), "127.0.0.1");
            const [answer] = (await once(socket, "message", { signal: AbortSignal.timeout(5000) })) as [Buffer];
            assert.equal(answer.toString(), "hello");
        } finally {
            socket.close();
        }
    });

    it("shows no change in a preview, nor after a refresh", async () => {
        assert.deepEqual(Object.keys(await stack.preview()), ["same"]);
        await stack.refresh();
        assert.deepEqual(Object.keys(await stack.preview()), ["same"]);
    });

    it("touches only the difference when the count changes", async () => {
        stack.program(sandboxes(3));
        const more = await stack.preview();
        // The machine, its container and its readiness; and the sandbox's arguments, which stand in the state.
        assert.deepEqual({ ...more, same: 0 }, { same: 0, create: 3, update: 1 });
        const a = (await stack.up()).outputs.a.value as Record<string, MachineOutputs>;
        assert.deepEqual(Object.keys(a).sort(), ["node-0", "node-1", "node-2", "web"]);
        assert.equal(a["node-1"].id, machines.a["node-1"].id);
        stack.program(sandboxes(1));
        assert.deepEqual({ ...(await stack.preview()), same: 0 }, { same: 0, delete: 6, update: 1 });
    });
});

describe("a network with IPv6", function () {
    this.timeout("15m"); // the engine's chroot may have to be built first, or another run may have it

    const sandboxes = (base: Awaited<ReturnType<typeof debian>>) => () => {
        const sandbox = (
            letter: string,
            network: SystemdSandboxArgs["network"],
            machines: SystemdSandboxArgs["machines"],
        ) => new SystemdSandbox(`${pulumi.getStack()}-${letter}`, { ...base, network, machines }).machines;
        return Promise.resolve({
            a: sandbox("a", { ipv6: true }, { web: ANSWERS, near: {} }),
            b: sandbox("b", { ipv6Subnet: "fd12:3456:789a::/64" }, { far: {} }),
        });
    };

    it("joins the machines of a sandbox, and keeps others out", async function () {
        const engine = await startEngine("28-v2");
        if ("reason" in engine) {
            skip(this, engine.reason);
        }
        const environment = { DOCKER_HOST: engine.dockerHost };
        await withStack(
            sandboxes(await debian("bookworm", engine.dockerHost)),
            async (stack) => {
                await stack.up();
                const inside = (machine: string, script: string) =>
                    inMachine(`${stack.name}-${machine}`, script, environment);
                const [address] = (await inside("a-near", "getent ahostsv6 web")).split(" ");
                assert.match(address, /^fd/);
                await inside("a-near", request(`[${address}]`));
                assert.match(await inside("b-far", "getent ahostsv6 far"), /^fd12:3456:789a::/);
                await assert.rejects(inside("b-far", request(`[${address}]`)), /timed out|No route|refused/);
                assert.deepEqual(Object.keys(await stack.preview()), ["same"]);
            },
            environment,
        );
    });

    it("is refused on preview where the engine wouldn't keep others out", async function () {
        const version = await docker(["version", "--format", "{{.Server.Version}}"]);
        if (parseInt(version, 10) >= 27) {
            skip(this, `Docker ${version} keeps sandboxes apart on IPv6 too`);
        }
        // A program of its own process: Pulumi ends it at once, as it ends a user's.
        const project = await openProject();
        try {
            const stack = await project.stack(`six${randomBytes(3).toString("hex")}`, {
                ...(await debian("bookworm")),
                network: { ipv6: true },
            });
            await assert.rejects(
                stack.preview(),
                /network\.ipv6 can't be combined with Docker \S+: other sandboxes would reach/,
            );
        } finally {
            await project.close();
        }
    });
});

describe("a port of the host that another program has", () => {
    it("is an error that names it; once it is free, the next up goes on", async () => {
        const base = await debian("bookworm");
        const server = createServer().listen(0, "127.0.0.1");
        await once(server, "listening");
        const { port } = server.address() as AddressInfo;
        const sandbox = () => {
            const machine = { ports: [{ port: 80, hostPort: port }] };
            return Promise.resolve({
                machines: new SystemdSandbox(pulumi.getStack(), { ...base, machines: { web: machine } }).machines,
            });
        };
        await withStack(sandbox, async (stack) => {
            assert.match(
                await stack.upFails(),
                new RegExp(`127\\.0\\.0\\.1:${port}(/tcp)?: (bind: )?address already in use`),
            );
            server.close();
            await once(server, "close");
            const { web } = (await stack.up()).outputs.machines.value as Record<string, MachineOutputs>;
            assert.deepEqual(web.ports, [`127.0.0.1:${port}->80/tcp`]);
        });
    });
});
