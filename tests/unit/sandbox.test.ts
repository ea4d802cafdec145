import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { SystemdSandbox } from "../../components";
import { host } from "../support/host-facts";
import { recordResources } from "../support/mocks";
import { inputsOf, sandboxOn, valueOf } from "../support/recorded-sandbox";

const CGROUP_V1 = host({ engineVersion: "20.10.24", cgroupVersion: 1 });

describe("a sandbox", () => {
    it("registers image, host, network and machines under names that say who owns them", async () => {
        const { resources } = await sandboxOn(CGROUP_V1, { machines: { web: {}, db: {} } });
        assert.deepEqual(resources.map(({ type, name }) => `${type.split(":").at(-1)} ${name}`).sort(), [
            "Command alice-claim",
            "Command alice-db-ready",
            "Command alice-leftovers",
            "Command alice-network",
            "Command alice-removal",
            "Command alice-setup",
            "Command alice-web-ready",
            "Container alice-db",
            "Container alice-web",
            "Image alice",
            "SystemdHost alice",
            "SystemdImage alice",
            "SystemdMachine alice-db",
            "SystemdMachine alice-web",
            "SystemdSandbox alice",
        ]);
    });

    it("makes nothing on the host before its name is taken there", async () => {
        const { resources } = await sandboxOn(CGROUP_V1, { machines: { web: {} } });
        const names = resources.map(({ type, name }) => `${type.split(":").at(-1)} ${name}`);
        const taken = names.indexOf("Command alice-claim");
        for (const made of ["Image alice", "Command alice-network", "Command alice-setup"]) {
            assert.ok(names.indexOf(made) > taken, made);
        }
    });

    it("marks its time to live by a resource of its own: another time changes nothing that anything else waits for", async () => {
        const { resources } = await sandboxOn(CGROUP_V1, { ttl: "1d", machines: { web: {} } });
        const told = resources.filter(
            ({ type, inputs }) => type.endsWith(":Command") && /"1d"/.test(JSON.stringify(inputs)),
        );
        assert.deepEqual(
            told.map(({ name }) => name),
            ["alice-expiry"],
        );
    });

    it("gives each container the settings for the host that it found", async () => {
        const { resources } = await sandboxOn(CGROUP_V1, { machines: { web: {} } });
        const container = inputsOf(resources, "Container", "alice-web");
        assert.equal(container.cgroupParent, "/sandbox_alice/web");
        assert.equal(container.privileged, undefined);
        assert.deepEqual(container.capabilities, { adds: [], drops: ["CAP_MKNOD"] });
        const onV2 = await sandboxOn(host({ engineVersion: "28.5.2" }), { machines: { web: {} } });
        assert.deepEqual(inputsOf(onV2.resources, "Container", "alice-web").securityOpts, ["writable-cgroups=true"]);
    });

    it("tells Podman its settings in Podman's words, in which it tells them too", async () => {
        const podman = host({ engine: "podman", engineVersion: "4.3.1", cgroupVersion: 1 });
        const { resources } = await sandboxOn(podman, { machines: { web: { tmpfs: { "/srv": {} } } } });
        const { build } = inputsOf(resources, "image:Image", "alice");
        assert.equal((build as { builderVersion: string }).builderVersion, "BuilderV1");
        const { hostname, domainname, stopSignal, tmpfs } = inputsOf(resources, "Container", "alice-web");
        assert.deepEqual(
            { hostname, domainname, stopSignal, tmpfs },
            {
                hostname: "web",
                domainname: undefined,
                stopSignal: "37",
                tmpfs: {
                    "/run": "rw,exec,nosuid,nodev,mode=755,size=20%,rprivate,tmpcopyup",
                    "/run/lock": "rw,noexec,nosuid,nodev,mode=1777,size=5242880,rprivate,tmpcopyup",
                    "/srv": "rw,noexec,nosuid,nodev,mode=1777,size=50%,rprivate,tmpcopyup",
                },
            },
        );
    });

    it("leaves Docker the builder that Pulumi chooses", async () => {
        const { resources } = await sandboxOn(CGROUP_V1, { machines: { web: {} } });
        assert.ok(!("builderVersion" in (inputsOf(resources, "image:Image", "alice").build as object)));
    });

    it("runs the image by its id, so that a new build replaces the machines", async () => {
        const { resources } = await sandboxOn(CGROUP_V1, { machines: { web: {} } });
        assert.equal(inputsOf(resources, "Container", "alice-web").image, "sha256:image");
    });

    it("publishes ports on 127.0.0.1 unless told otherwise", async () => {
        const { resources } = await sandboxOn(CGROUP_V1, {
            machines: {
                web: {
                    ports: [
                        { port: 80, hostPort: 8080 },
                        { port: 53, hostAddress: "0.0.0.0", protocol: "udp" },
                    ],
                },
            },
        });
        assert.deepEqual(inputsOf(resources, "Container", "alice-web").ports, [
            { internal: 53, ip: "0.0.0.0", protocol: "udp" },
            { internal: 80, external: 8080, ip: "127.0.0.1", protocol: "tcp" },
        ]);
    });

    it("puts files and units into the container before systemd starts", async () => {
        const { resources } = await sandboxOn(CGROUP_V1, {
            machines: {
                web: {
                    files: { "/etc/motd": { content: "hello", mode: "0600" } },
                    units: { "a.service": { content: "[Service]" } },
                },
            },
        });
        assert.deepEqual(inputsOf(resources, "Container", "alice-web").uploads, [
            { file: "/etc/motd", content: "hello", permissions: "0600" },
            { file: "/etc/systemd/system/a.service", content: "[Service]", permissions: "0644" },
        ]);
    });

    it("accepts a degraded machine only where that is asked for, and waits as long as it is told", async () => {
        const { resources } = await sandboxOn(CGROUP_V1, {
            machines: { web: { allowDegraded: true, readyTimeout: 5 } },
        });
        const { TIMEOUT, STATES } = inputsOf(resources, "Command", "alice-web-ready").environment as Record<
            string,
            string
        >;
        assert.deepEqual([TIMEOUT, STATES], ["5", "running|degraded"]);
        const usual = await sandboxOn(CGROUP_V1, { machines: { web: {} } });
        const { environment } = inputsOf(usual.resources, "Command", "alice-web-ready");
        assert.deepEqual(
            [(environment as Record<string, string>).TIMEOUT, (environment as Record<string, string>).STATES],
            ["60", "running"],
        );
    });

    it("says what is known of each machine", async () => {
        const { machines } = await sandboxOn(CGROUP_V1, {
            machines: { web: { ports: [{ port: 80, hostPort: 8080 }], labels: { role: "web", frontend: "" } } },
        });
        assert.deepEqual(machines, {
            web: {
                container: "alice-web",
                id: "alice-web-id",
                address: "10.0.0.2",
                ports: ["127.0.0.1:49153->22/tcp"],
                state: "running",
                bootSeconds: 0.512,
                systemdVersion: 252,
                docker: "docker",
                shell: "docker exec -it alice-web bash -l",
                groups: ["frontend", "role_web"],
            },
        });
    });

    it("replaces a machine in place of the old one, stops it as systemd wants, and for what the provider can't change", async () => {
        const { resources, options } = await sandboxOn(CGROUP_V1, { machines: { web: {} } });
        const { deleteBeforeReplace, replaceOnChanges, ignoreChanges } = options("Container", "alice-web");
        assert.deepEqual(
            { deleteBeforeReplace, replaceOnChanges, ignoreChanges },
            { deleteBeforeReplace: true, replaceOnChanges: ["tmpfs", "cpuQuota"], ignoreChanges: ["cpus"] },
        );
        const { command, envs, stopSignal, destroyGraceSeconds, stopTimeout, tty } = inputsOf(
            resources,
            "Container",
            "alice-web",
        );
        assert.deepEqual(
            { command, stopSignal, destroyGraceSeconds, stopTimeout, tty },
            {
                command: ["/bin/sh", "-c", "exec /sbin/init"],
                stopSignal: "SIGRTMIN+3",
                destroyGraceSeconds: 30,
                stopTimeout: 30,
                tty: true,
            },
        );
        const [kind, uuid] = envs as string[];
        assert.equal(kind, "container=docker");
        assert.match(uuid, /^container_uuid=[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    });

    it("has an inventory and a shell for each machine", async () => {
        await recordResources(CGROUP_V1);
        const { shells, inventory } = new SystemdSandbox("alice", { machines: { web: { labels: { role: "web" } } } });
        assert.deepEqual(await valueOf(shells), { web: "docker exec -it alice-web bash -l" });
        assert.match(await valueOf(inventory), /role_web:\n\s+hosts:\n\s+web:/);
    });

    it("leaves the built image alone where it is to be kept", async () => {
        const { resources } = await sandboxOn(CGROUP_V1, { machines: { web: {} }, keepImage: true });
        assert.doesNotMatch(inputsOf(resources, "Command", "alice-removal").delete as string, /image ls/);
        assert.ok(!resources.some(({ name }) => name === "alice-leftovers"));
    });

    it("removes what is left of images at the end, though the build is the last that went well", async () => {
        const { resources, options } = await sandboxOn(CGROUP_V1, { machines: { web: {} } });
        assert.match(inputsOf(resources, "Command", "alice-leftovers").delete as string, /docker image rm/);
        const { dependsOn } = options("image:Image", "alice") as { dependsOn: pulumi.Resource | pulumi.Resource[] };
        const urns = await Promise.all([dependsOn].flat().map(({ urn }) => valueOf(urn)));
        assert.ok(
            urns.some((urn) => urn.endsWith("::alice-leftovers")),
            urns.join(),
        );
    });

    it("refuses bad arguments before anything but itself is registered, without a stack trace", async () => {
        const resources = await recordResources(CGROUP_V1);
        assert.throws(
            () => new SystemdSandbox("alice", { machines: {}, distribution: "centos-8" }),
            (error) =>
                pulumi.ResourceError.isInstance(error) && error.hideStack === true && /2 arguments/.test(error.message),
        );
        await new Promise(setImmediate);
        assert.deepEqual(
            resources.map(({ name }) => name).filter((name) => name !== "alice"),
            [],
        );
    });
});
