import * as fc from "fast-check";
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ClusterAccess } from "../../../components/kubernetes/access";
import { memoryModes } from "../../../components/kubernetes/pod";
import type { MachineArgs } from "../../../components/machine/arguments";
import { specOf } from "../../support/machine";
import { podOf } from "../../support/pod";
import { runShell } from "../../support/shell";

/** Path → the volume that is mounted there. */
function mountedAt(pod: ReturnType<typeof podOf>, path: string) {
    const mount = pod.machine.volumeMounts.find(({ mountPath }) => mountPath === path);
    const volume = pod.volumes.find(({ name }) => name === mount?.name);
    return { mount, volume };
}

const sizeOf = (args: MachineArgs, path: string) =>
    mountedAt(podOf(args), path).volume?.emptyDir as { medium: string; sizeLimit?: string } | undefined;

describe("the Pod of a machine", () => {
    it("is all of this when nobody says anything", () => {
        assert.deepEqual(podOf({}), {
            nodeSelector: {},
            // Others of the sandbox are on other nodes, where there are any.
            affinity: {
                podAntiAffinity: {
                    preferredDuringSchedulingIgnoredDuringExecution: [
                        {
                            weight: 100,
                            podAffinityTerm: {
                                topologyKey: "kubernetes.io/hostname",
                                labelSelector: { matchLabels: { "pulumi-centos-systemd.sandbox": "alice" } },
                            },
                        },
                    ],
                },
            },
            restartPolicy: "Never",
            terminationGracePeriodSeconds: 30,
            hostname: "web",
            subdomain: "web",
            enableServiceLinks: false,
            automountServiceAccountToken: false,
            securityContext: { seccompProfile: { type: "RuntimeDefault" }, sysctls: [] },
            containers: [
                {
                    name: "machine",
                    image: "team/machine:1",
                    imagePullPolicy: "IfNotPresent",
                    command: ["/usr/local/sbin/init-machine/start"],
                    args: ["/sbin/init"],
                    env: [
                        { name: "container", value: "docker" },
                        { name: "container_uuid", value: "12345678-1234-1234-1234-123456789012" },
                    ],
                    tty: true,
                    ports: [],
                    securityContext: { capabilities: { drop: ["MKNOD"] } },
                    volumeMounts: [
                        { name: "memory-0", mountPath: "/run" },
                        { name: "memory-1", mountPath: "/run/lock" },
                        { name: "entry", mountPath: "/usr/local/sbin/init-machine", readOnly: true },
                    ],
                },
            ],
            volumes: [
                { name: "memory-0", emptyDir: { medium: "Memory" } },
                { name: "memory-1", emptyDir: { medium: "Memory", sizeLimit: "5242880" } },
                { name: "entry", secret: { secretName: "web", defaultMode: 0o500 } },
            ],
        });
    });

    it("is on the nodes that it may be on", () =>
        assert.deepEqual(podOf({}, { nodeSelector: { disk: "ssd" } }).nodeSelector, { disk: "ssd" }));

    it("has the host name that was asked for, in the Service of its own name", () => {
        const { hostname, subdomain } = podOf({ hostname: "www" });
        assert.deepEqual([hostname, subdomain], ["www", "web"]);
    });

    it("asks the name servers that it was given", () =>
        assert.deepEqual(podOf({ dns: ["9.9.9.9"] }).dnsConfig, { nameservers: ["9.9.9.9"] }));

    it("says its ports", () =>
        assert.deepEqual(podOf({ ports: [{ port: 80, hostPort: 8080 }] }).machine.ports, [
            { containerPort: 80, protocol: "TCP" },
        ]));

    it("is promised what it may have", () => {
        const { limits, requests } = podOf({ memory: "1GiB", cpus: 0.25 }).machine.resources;
        assert.deepEqual(limits, { memory: "1024Mi", cpu: "250m" });
        assert.deepEqual(requests, limits);
        assert.deepEqual(podOf({ cpus: 2 }).machine.resources.limits, { cpu: "2000m" });
        // Else the Pod as a whole would not be Guaranteed: it is one of its containers.
        const [seed] = podOf({ memory: "1GiB", cpus: 0.25, volumes: { data: { path: "/data" } } }).initContainers;
        assert.deepEqual(seed.resources, { limits, requests });
    });

    it("has its own kernel parameters", () =>
        assert.deepEqual(podOf({ sysctls: { "net.core.somaxconn": "777" } }).securityContext.sysctls, [
            { name: "net.core.somaxconn", value: "777" },
        ]));
});

describe("what of a Pod is in memory", () => {
    it("is what systemd needs there, and /tmp for newer ones, in their modes", () => {
        assert.equal(mountedAt(podOf({}), "/tmp").mount, undefined);
        assert.ok(mountedAt(podOf({}, { systemdVersion: 257 }), "/tmp").volume?.emptyDir);
        assert.deepEqual(memoryModes(specOf({ tmpfs: { "/scratch": { mode: "0700" } } }), 257), {
            "/run": "755",
            "/run/lock": "1777",
            "/tmp": "1777",
            "/scratch": "0700",
        });
    });

    it("is as large as was said, or has its share of the memory", () => {
        const scratch = { tmpfs: { "/scratch": { size: "1MiB" } } };
        assert.deepEqual(sizeOf(scratch, "/scratch"), { medium: "Memory", sizeLimit: "1048576" });
        assert.deepEqual(sizeOf({ memory: "100MiB" }, "/run"), { medium: "Memory", sizeLimit: "20971520" });
        assert.deepEqual(sizeOf({ memory: "100MiB", tmpfs: { "/scratch": {} } }, "/scratch"), {
            medium: "Memory",
            sizeLimit: "52428800",
        });
        assert.deepEqual(sizeOf({ tmpfs: { "/scratch": {} } }, "/scratch"), { medium: "Memory" });
    });

    it("is shared memory too, where its size was said; its mode is the runtime's", () => {
        assert.deepEqual(sizeOf({ shmSize: "1GiB" }, "/dev/shm"), { medium: "Memory", sizeLimit: "1073741824" });
        assert.equal(sizeOf({}, "/dev/shm"), undefined);
        assert.equal("/dev/shm" in memoryModes(specOf({ shmSize: "1GiB" }), 252), false);
    });

    it("is nothing that somebody mounts a volume at", () => {
        const pod = podOf({ volumes: { run: { path: "/run/lock" } } });
        assert.deepEqual(
            pod.machine.volumeMounts.filter(({ mountPath }) => mountPath === "/run/lock").map(({ name }) => name),
            ["claim-0"],
        );
    });
});

describe("what of a Pod is in volumes", () => {
    const VOLUMES = {
        data: { path: "/data" },
        config: { path: "/config", readOnly: true },
        theirs: { path: "/theirs", external: "shared" },
    };

    it("is a claim each, the machine's own or somebody's", () => {
        const pod = podOf({ volumes: VOLUMES });
        const claims = Object.values(VOLUMES).map(({ path }) => {
            const { mount, volume } = mountedAt(pod, path);
            return [volume?.persistentVolumeClaim.claimName, mount?.readOnly ?? false];
        });
        assert.deepEqual(claims, [
            ["web.data", false],
            ["web.config", true],
            ["shared", false],
        ]);
    });

    it("gets what the image has there first, where it is new and the machine's own to write", () => {
        const [seed, ...others] = podOf({ volumes: VOLUMES }).initContainers;
        assert.deepEqual(others, []);
        assert.deepEqual(
            [seed.name, seed.image, seed.command.slice(3), seed.volumeMounts],
            ["seed", "team/machine:1", ["seed", "/data"], [{ name: "claim-0", mountPath: "/seed/data" }]],
        );
        const { config, theirs } = VOLUMES;
        assert.equal(podOf({ volumes: { config, theirs } }).initContainers, undefined);
        assert.equal(podOf({}).initContainers, undefined);
    });

    describe("copies", () => {
        let root: string;

        beforeEach(() => {
            root = mkdtempSync(join(tmpdir(), "seed-"));
            mkdirSync(join(root, "data", "sub dir"), { recursive: true });
            writeFileSync(join(root, "data", "sub dir", ".hidden"), "");
            mkdirSync(join(root, "seed", root, "data"), { recursive: true });
        });
        afterEach(() => rmSync(root, { recursive: true }));

        const copied = () => readdirSync(join(root, "seed", root, "data"), { recursive: true }).sort();
        const seed = async (...paths: string[]) => {
            const [{ command }] = podOf({ volumes: { data: { path: "/data" } } }).initContainers;
            const ran = await runShell(command[2], {
                places: { "/seed$path": `${root}/seed$path` },
                words: ["seed", ...paths.map((path) => join(root, path))],
            });
            assert.deepEqual([ran.status, ran.stderr], [0, ""]);
        };

        it("all of a directory to a new volume, though its file system has a lost+found", async () => {
            mkdirSync(join(root, "seed", root, "data", "lost+found"));
            await seed("data");
            assert.deepEqual(copied(), ["lost+found", "sub dir", "sub dir/.hidden"]);
        });

        it("nothing to one that has something already, even if hidden", async () => {
            writeFileSync(join(root, "seed", root, "data", ".theirs"), "");
            await seed("data");
            assert.deepEqual(copied(), [".theirs"]);
        });

        it("nothing where the image has none, and goes on with the next", async () => {
            await seed("missing", "data");
            assert.deepEqual(copied(), ["sub dir", "sub dir/.hidden"]);
        });
    });
});

describe("what a Pod may do", () => {
    const capabilities = (args: MachineArgs, systemdVersion = 252) =>
        podOf(args, { systemdVersion }).machine.securityContext.capabilities;

    it("is the runtime's own without MKNOD, unless somebody speaks of it", () => {
        assert.deepEqual(capabilities({}), { drop: ["MKNOD"] });
        assert.deepEqual(capabilities({ capabilities: { add: ["CAP_MKNOD"] } }), { add: ["MKNOD"], drop: [] });
        assert.deepEqual(capabilities({ capabilities: { drop: ["ALL"] } }), { drop: ["ALL"] });
        assert.deepEqual(capabilities({ capabilities: { add: ["CHOWN"], drop: ["NET_RAW"] } }), {
            add: ["CHOWN"],
            drop: ["NET_RAW", "MKNOD"],
        });
    });

    it("is what systemd needs where it is hardened, with a read-only root and no new privileges", () => {
        const { machine } = podOf({ hardening: "minimal" });
        assert.deepEqual(machine.securityContext, {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { add: ["SETUID", "SETGID", "SETPCAP"], drop: ["ALL"] },
        });
        assert.deepEqual(capabilities({ hardening: "minimal" }, 258).add, ["SETUID", "SETGID", "SETPCAP", "CHOWN"]);
        for (const path of ["/tmp", "/var/log", "/var/lib/systemd"]) {
            assert.ok(mountedAt(podOf({ hardening: "minimal" }), path).volume?.emptyDir, path);
        }
    });

    it("is what a user namespace takes too, where PID 1 makes one before it is systemd", () => {
        const inOwn = (args: MachineArgs) =>
            podOf(args, { access: { ownNamespaces: true } }).machine.securityContext.capabilities;
        assert.deepEqual(inOwn({}), { drop: ["MKNOD"] });
        assert.deepEqual(inOwn({ capabilities: { drop: ["SETFCAP", "CHOWN"] } }), { drop: ["CHOWN", "MKNOD"] });
        assert.deepEqual(inOwn({ hardening: "minimal" }), {
            add: ["SETUID", "SETGID", "SETPCAP", "SETFCAP"],
            drop: ["ALL"],
        });
    });

    it("is kept to a seccomp profile, but where the access or the person takes none; never is one said to be unconfined", () => {
        const profile = (args: MachineArgs, seccomp = true) =>
            podOf(args, { access: { seccomp } }).securityContext.seccompProfile;
        assert.deepEqual(profile({}), { type: "RuntimeDefault" });
        assert.deepEqual(profile({ seccomp: "default" }), { type: "RuntimeDefault" });
        assert.equal(profile({ seccomp: "unconfined" }), undefined);
        assert.equal(profile({}, false), undefined);
    });

    it("is kept to the AppArmor profile that was named", () => {
        const profile = (appArmor?: string) => podOf({ appArmor }).machine.securityContext.appArmorProfile;
        assert.deepEqual(profile("strict"), { type: "Localhost", localhostProfile: "strict" });
        assert.equal(profile(), undefined);
    });

    it("is done by users of its own, and by a RuntimeClass, where the access says so", () => {
        const { hostUsers, runtimeClassName } = podOf(
            {},
            { access: { hostUsers: false, runtimeClassName: "systemd-machine" } },
        );
        assert.deepEqual([hostUsers, runtimeClassName], [false, "systemd-machine"]);
        assert.ok(!("hostUsers" in podOf({})) && !("runtimeClassName" in podOf({})));
    });

    it("is never more than PodSecurity baseline allows, whatever was asked for", () => {
        const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
        const args: fc.Arbitrary<MachineArgs> = fc.record({
            hardening: fc.constantFrom("default", "minimal"),
            seccomp: fc.constantFrom(undefined, "default", "unconfined"),
            appArmor: fc.constantFrom(undefined, "strict"),
            memory: some(fc.integer({ min: 16, max: 4096 }).map((count) => `${count}MiB`)),
            shmSize: some(fc.constant("64MiB")),
            dns: fc.constantFrom([], ["9.9.9.9"]),
            ports: fc.constantFrom([], [{ port: 80, hostPort: 80, hostAddress: "0.0.0.0" }]),
            capabilities: fc.constantFrom({}, { add: ["CHOWN"] }, { drop: ["ALL"] }),
            volumes: fc.constantFrom<NonNullable<MachineArgs["volumes"]>>(
                {},
                { data: { path: "/data" }, theirs: { path: "/theirs", external: "shared" } },
            ),
            tmpfs: fc.constantFrom<NonNullable<MachineArgs["tmpfs"]>>({}, { "/scratch": { exec: true } }),
        });
        const access = fc.record({
            name: fc.constantFrom(...Object.values(ClusterAccess)),
            hostUsers: fc.constantFrom(undefined, false),
            seccomp: fc.boolean(),
            ownNamespaces: fc.boolean(),
        });
        fc.assert(
            fc.property(args, access, fc.constantFrom(233, 252, 262), (given, settings, systemdVersion) => {
                const pod = podOf(given, { access: settings, systemdVersion });
                const text = JSON.stringify(pod);
                assert.doesNotMatch(
                    text,
                    /"(privileged|hostPath|hostNetwork|hostPID|hostIPC|hostPort|procMount|shareProcessNamespace)"/,
                );
                assert.doesNotMatch(text, /Unconfined|SYS_ADMIN|"hostUsers":true/);
                for (const container of [...pod.containers, ...(pod.initContainers ?? [])]) {
                    assert.ok(container.securityContext?.capabilities?.add?.every(isBaseline) ?? true, text);
                }
                // What only one line can say, two would contradict.
                const paths = pod.machine.volumeMounts.map(({ mountPath }) => mountPath);
                assert.equal(new Set(paths).size, paths.length);
                assert.equal(pod.automountServiceAccountToken, false);
            }),
            { numRuns: 300 },
        );
    });
});

const isBaseline = (name: string) => ["CHOWN", "SETUID", "SETGID", "SETPCAP", "SETFCAP"].includes(name);
