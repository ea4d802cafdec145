import * as docker from "@pulumi/docker";
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createConnection, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { debian } from "../support/base-image";
import { docker as dockerCli } from "../support/docker";
import { skip } from "../support/skip";
import { needsSshd, startSshd } from "../support/sshd";
import { openStack, program, type TestStack } from "../support/stack";

/** Whatever plugin answers to @pulumi/docker here, ours or the official one, has to behave like this. */
describe("docker plugin", () => {
    let stack: TestStack;
    /** Of what the test makes on the engine. */
    let name: string;

    beforeEach(async () => {
        name = `docker-plugin-${randomBytes(3).toString("hex")}`;
        stack = await openStack(program(() => ({})));
    });

    afterEach(() => stack.close());

    const output = async (key: string) => (await stack.up()).outputs[key].value as string;

    describe("Container, Network and Volume", () => {
        let image: string;

        before(async () => ({ baseImage: image } = await debian("bookworm")));

        const resources = (changed: Partial<docker.ContainerArgs> = {}) =>
            program(() => {
                const network = new docker.Network("network", { name, ipamConfigs: [{ subnet: "10.213.214.0/24" }] });
                const volume = new docker.Volume("volume", { name, labels: [{ label: "kind", value: "test" }] });
                const container = new docker.Container("container", {
                    name,
                    image,
                    command: ["sleep", "infinity"],
                    envs: ["GREETING=hello"],
                    hostname: "testhost",
                    labels: [{ label: "kind", value: "test" }],
                    capabilities: { adds: ["CAP_NET_ADMIN"], drops: ["CAP_MKNOD"] },
                    ports: [{ internal: 80, ip: "127.0.0.1" }],
                    volumes: [{ volumeName: volume.name, containerPath: "/data" }],
                    mounts: [{ type: "bind", source: "/etc", target: "/host-etc", readOnly: true }],
                    tmpfs: { "/scratch": "rw,mode=700" },
                    uploads: [{ file: "/etc/greeting", content: "hello", permissions: "0640" }],
                    networksAdvanced: [{ name: network.name, aliases: ["other"], ipv4Address: "10.213.214.7" }],
                    hosts: [{ host: "elsewhere", ip: "10.1.2.3" }],
                    healthcheck: { tests: ["CMD", "true"], interval: "1m0s" },
                    ulimits: [{ name: "nofile", soft: 1000, hard: 2000 }],
                    stopSignal: "SIGKILL",
                    ...changed,
                });
                return { id: container.id };
            });

        /** What the engine has to know of it, by where `docker inspect` says it. */
        const inspected = {
            ".Config.Hostname": "testhost",
            ".Config.Env": ["GREETING=hello"],
            '(index .Config.Labels "kind")': "test",
            ".Config.StopSignal": "SIGKILL",
            ".Config.Healthcheck.Test": ["CMD", "true"],
            ".HostConfig.CapAdd": ["CAP_NET_ADMIN"],
            ".HostConfig.CapDrop": ["CAP_MKNOD"],
            ".HostConfig.Tmpfs": { "/scratch": "rw,mode=700" },
            ".HostConfig.ExtraHosts": ["elsewhere:10.1.2.3"],
            ".HostConfig.Ulimits": [{ Name: "nofile", Soft: 1000, Hard: 2000 }],
            ".HostConfig.Mounts": [{ Type: "bind", Source: "/etc", Target: "/host-etc", ReadOnly: true }],
            '(index .HostConfig.PortBindings "80/tcp")': [{ HostIp: "127.0.0.1", HostPort: "0" }],
            "(index .NetworkSettings.Networks NAME).IPAddress": "10.213.214.7",
            ".HostConfig.Binds": ["NAME:/data:rw"],
        };

        it("live: they are what was asked for, stay as they are, and go", async () => {
            stack.program(resources());
            await stack.up();
            for (const [where, expected] of Object.entries(inspected)) {
                const format = `{{json ${where.replace("NAME", `"${name}"`)}}}`;
                const found: unknown = JSON.parse(await dockerCli(["inspect", "-f", format, name]));
                assert.deepEqual(found, JSON.parse(JSON.stringify(expected).replace("NAME", name)), where);
            }
            assert.equal(await dockerCli(["exec", name, "stat", "-c", "%a", "/etc/greeting"]), "640");
            assert.deepEqual(await stack.preview(), { same: 4 });
            await stack.refresh();
            assert.deepEqual(await stack.preview(), { same: 4 });

            await stack.destroy();
            assert.equal(await dockerCli(["ps", "-aq", "--filter", `name=${name}`]), "");
            assert.equal(await dockerCli(["network", "ls", "-q", "--filter", `name=${name}`]), "");
            assert.equal(await dockerCli(["volume", "ls", "-q", "--filter", `name=${name}`]), "");
        });

        it("are replaced one by one: a changed container leaves its network and volume alone", async () => {
            stack.program(resources());
            const before = await output("id");
            stack.program(resources({ envs: ["GREETING=hi"] }));
            assert.deepEqual(await stack.preview(), { same: 3, replace: 1 });
            assert.notEqual(await output("id"), before);
            assert.match(await dockerCli(["exec", name, "env"]), /^GREETING=hi$/m);
        });

        it("get a name of their own where none is given", async () => {
            stack.program(program(() => ({ name: new docker.Volume("volume").name })));
            assert.match(await output("name"), /^volume-[0-9a-f]{7}$/);
        });

        it("have functions beside them", async () => {
            stack.program(async () => ({ driver: (await docker.getNetwork({ name: "bridge" })).driver }));
            assert.equal(await output("driver"), "bridge");
        });

        it("say what the engine says when it refuses", async () => {
            stack.program(resources({ networksAdvanced: [], networkMode: "nowhere" }));
            assert.match(await stack.upFails(), /nowhere/);
        });
    });

    describe("Provider", () => {
        const volumeOn = (host: string, sshOpts: string[] = []) =>
            program(() => {
                const provider = new docker.Provider("engine", { host, sshOpts });
                return { volume: new docker.Volume("volume", { name }, { provider }).name };
            });

        it("reaches the engine over tcp://", async function () {
            const socket = /^unix:\/\/(.*)/.exec(process.env.DOCKER_HOST ?? "unix:///var/run/docker.sock")?.[1];
            if (socket === undefined) {
                skip(this, "the engine isn't on this machine");
            }
            const relay = await startRelay(socket);
            try {
                stack.program(volumeOn(`tcp://127.0.0.1:${(relay.address() as AddressInfo).port}`));
                assert.equal(await output("volume"), name);
                await stack.destroy();
            } finally {
                relay.close();
            }
        });

        it("reaches the engine over ssh://, with the options that it is given", async function () {
            await needsSshd(this);
            const directory = mkdtempSync(join(tmpdir(), "docker-plugin-"));
            const { DOCKER_HOST } = process.env;
            const sshd = await startSshd(DOCKER_HOST ? { DOCKER_HOST } : {});
            try {
                const { host, port, user, privateKey } = sshd.connection;
                const key = join(directory, "key");
                writeFileSync(key, privateKey, { mode: 0o600 });
                const options = ["-i", key, "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"];
                stack.program(volumeOn(`ssh://${user}@${host}:${port}`, options));
                assert.equal(await output("volume"), name);
                await stack.destroy();
            } finally {
                await sshd.stop();
                rmSync(directory, { recursive: true });
            }
        });

        it("says so where no engine answers", async () => {
            stack.program(volumeOn("tcp://127.0.0.1:1"));
            assert.match(await stack.upFails(), /error: .*failed to connect to any docker daemon\n/);
        });
    });
});

/** A TCP port that leads to the engine's socket. */
async function startRelay(socket: string): Promise<Server> {
    const relay = createServer((from) => {
        const to = createConnection(socket);
        from.pipe(to).pipe(from);
        for (const end of [from, to]) {
            end.on("error", () => (from.destroy(), to.destroy()));
        }
    });
    await once(relay.listen(0, "127.0.0.1"), "listening");
    return relay;
}
