import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type MachineOutputs, type ReplicatedMachineArgs, SystemdSandbox } from "../../components";
import { debian } from "../support/base-image";
import { docker } from "../support/docker";
import { DefaultEngine } from "../support/engines/default-engine";
import { type Engine, startEngine, stopEngine } from "../support/engines";
import { skip } from "../support/skip";
import { snapshot } from "../support/snapshot";
import { needsSshd, type Sshd, startSshd } from "../support/sshd";
import { openStack, type TestStack } from "../support/stack";

const HERE = new DefaultEngine("here", "docker", 1, process.env.DOCKER_HOST ?? "unix:///var/run/docker.sock");

describe("a sandbox on two hosts: this one, and one over ssh", function () {
    let there: Engine;
    let sshd: Sshd;
    let stack: TestStack;
    let environment: Record<string, string>;
    let machines: Record<string, MachineOutputs>;

    /** Names of the stack's containers on an engine. */
    const containersOn = async (engine: Engine) =>
        (
            await docker(
                [
                    "ps",
                    "--all",
                    "--filter",
                    `label=pulumi-centos-systemd.stack=${stack.name}`,
                    "--format",
                    "{{.Names}}",
                ],
                { DOCKER_HOST: engine.dockerHost },
            )
        )
            .split("\n")
            .filter(Boolean)
            .sort();

    const sandbox = (all: Record<string, ReplicatedMachineArgs>, address?: string) => async () => {
        const hosts = { there: { host: address ?? sshd.address } };
        const { machines } = new SystemdSandbox(pulumi.getStack(), {
            ...(await debian("bookworm")),
            hosts,
            machines: all,
        });
        return { machines };
    };
    const PROVISIONED: ReplicatedMachineArgs = {
        units: {
            "hello.service": {
                content: "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\n",
                enable: true,
            },
        },
    };

    /** What of the stack the other host still has. */
    const leftThere = async () => {
        const { containers, networks, volumes, images } = await snapshot(there);
        return [...containers, ...networks, ...volumes, ...images].filter((name) => name.includes(stack.name));
    };

    before("up", async function () {
        this.timeout("15m"); // the second engine's chroot may have to be built first
        await needsSshd(this);
        const engine = await startEngine("20.10-v2", { own: true });
        if ("reason" in engine) {
            skip(this, engine.reason);
        }
        there = engine;
        sshd = await startSshd({ DOCKER_HOST: there.dockerHost });
        environment = { PATH: `${sshd.path}:${process.env.PATH}` };
        await debian("bookworm", there.dockerHost);
        stack = await openStack(sandbox({ near: {}, far: { ...PROVISIONED, on: "there" } }), environment);
        machines = (await stack.up()).outputs.machines.value as typeof machines;
    });

    after("down", async () => {
        await stack?.close();
        await sshd?.stop();
        if (there !== undefined) {
            await stopEngine(there);
        }
    });

    it("puts each machine onto its own host, and both are running", async () => {
        assert.deepEqual(await containersOn(HERE), [`${stack.name}-near`]);
        assert.deepEqual(await containersOn(there), [`${stack.name}-far`]);
        assert.deepEqual([machines.near.state, machines.far.state], ["running", "running"]);
    });

    it("gives a shell command that a person here can type", async () => {
        assert.equal(machines.far.shell, `docker -H ${sshd.address} exec -it ${stack.name}-far bash -l`);
        const words = machines.far.shell.replace(" -it ", " -i ").replace(/ -l$/, " -lc 'cat /proc/1/comm'");
        const { stdout } = await promisify(execFile)("sh", ["-c", words], { env: { ...process.env, ...environment } });
        assert.equal(stdout, "systemd\n");
    });

    it("sets each host up over the Docker API: nothing but its own cgroup parent is writable there", async () => {
        const inspected = await docker(["inspect", "-f", "{{json .HostConfig.Binds}}", machines.far.id], {
            DOCKER_HOST: there.dockerHost,
        });
        assert.match(inspected, new RegExp(`/sys/fs/cgroup/sandbox_${stack.name}/far`));
    });

    it("shows no change in a second up", async () => {
        assert.deepEqual(Object.keys((await stack.up()).summary.resourceChanges ?? {}), ["same"]);
    });

    it("follows the host to another address, and leaves machines on other hosts alone", async () => {
        stack.program(sandbox({ near: {}, far: { ...PROVISIONED, on: "there" } }, there.dockerHost));
        const moved = (await stack.up()).outputs.machines.value as typeof machines;
        assert.equal(moved.near.id, machines.near.id);
        assert.equal(moved.far.state, "running");
        assert.equal(moved.far.shell, `docker -H ${there.dockerHost} exec -it ${stack.name}-far bash -l`);
        assert.deepEqual(await containersOn(there), [`${stack.name}-far`]);
    });

    it("moves a machine to another host, and leaves nothing of it on the old one", async () => {
        stack.program(sandbox({ near: {}, far: PROVISIONED }));
        const moved = (await stack.up()).outputs.machines.value as typeof machines;
        assert.equal(moved.near.id, machines.near.id);
        assert.deepEqual(await containersOn(HERE), [`${stack.name}-far`, `${stack.name}-near`]);
        assert.deepEqual(await leftThere(), []);
    });

    it("ends without a trace on either host", async () => {
        await stack.destroy();
        assert.deepEqual(await containersOn(HERE), []);
        assert.deepEqual(await leftThere(), []);
        // One kernel, so both hosts show the cgroups of both.
        assert.deepEqual(
            (await snapshot(there)).cgroups.filter((path) => path.includes(stack.name)),
            [],
        );
    });
});
