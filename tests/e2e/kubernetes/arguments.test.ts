import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { type BaseOutputs, type MachineArgs, type MachineOutputs, SystemdSandbox } from "../../../components";
import { debian } from "../../support/base-image";
import { docker } from "../../support/docker";
import type { Cluster } from "../../support/kubernetes/cluster";
import {
    environmentOf,
    inPod,
    openOn,
    podJournals,
    RUNTIME_CLASS,
    sandboxOn,
    withStackOn,
} from "../../support/kubernetes/sandbox";
import { sharedCluster } from "../../support/kubernetes/shared";
import { things } from "../../support/kubernetes/things";
import { openProject } from "../../support/project";
import { skip } from "../../support/skip";
import type { TestStack } from "../../support/stack";

const run = promisify(execFile);

/** In nothing but the machine itself and its Secret. */
const SECRET = "correct-horse-battery-staple";
/** Every character that a shell, systemd or an environment file could take for something else. */
const AWKWARD = `a "quoted" 'word' back\\slash $HOME %h 100%\nnext line\ttab; #end`;
const PORT = 8000;

const REPORT = "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/usr/local/bin/report\n";

/** What a service finds when it starts. */
const REPORTER = `#!/bin/sh
stat -c %U:%G:%a /srv/key "/srv/100%/a b" > /var/report
env -0 > /var/environment
`;

const everything = (publicKey: string): MachineArgs => ({
    hostname: "box",
    aliases: ["everything"],
    labels: { role: "everything" },
    files: {
        "/usr/local/bin/report": { content: REPORTER, mode: "0755" },
        "/srv/key": { content: pulumi.secret(SECRET), mode: "0640", owner: "nobody:games" },
        "/srv/100%/a b": { contentBase64: "AP/+", owner: "5" },
        "/srv/empty": { content: "" },
        "/var/lib/data/seed": { content: "in the volume" },
    },
    units: {
        "report.service": { content: `${REPORT}[Install]\nWantedBy=multi-user.target\n`, enable: true },
        "server.service": {
            content: `[Service]\nExecStart=/usr/bin/python3 -m http.server ${PORT} --directory /srv/plain\n[Install]\nWantedBy=multi-user.target\n`,
            dropIns: { "10-more.conf": { content: "[Service]\nEnvironment=MORE=1\n" } },
            enable: true,
        },
        "systemd-logind.service": { mask: true },
    },
    environment: { AWKWARD, TOKEN: pulumi.secret(SECRET) },
    volumes: {
        data: { path: "/var/lib/data" },
        kept: { path: "/srv/kept", keep: true },
        shared: { path: "/srv/shared", external: "shared", readOnly: true },
        skel: { path: "/etc/skel" },
    },
    tmpfs: { "/srv/scratch": { size: "8MiB", mode: "0700" }, "/srv/plain": {} },
    shmSize: "16MiB",
    journal: "volatile",
    memory: "512MiB",
    cpus: 0.25,
    sysctls: { "net.ipv4.ip_local_port_range": "20000 30000" },
    dns: ["127.0.0.53"],
    capabilities: { drop: ["CAP_NET_RAW"] },
    ports: [{ port: PORT }],
    ssh: { publicKey },
    waitFor: { ports: [PORT] },
    provision: [
        { inline: "echo first >>/var/log/steps; chmod 666 /var/log/steps; systemctl reboot" },
        {
            name: "second",
            inline: 'printf "%s|" "$@" "$WHAT" "$(id -un)" "$PWD" "$(cat /srv/step)" >>/var/log/steps',
            args: ["one word", "another"],
            environment: { WHAT: pulumi.secret(SECRET) },
            files: { "/srv/step": { content: "of the step" } },
            user: "daemon",
            directory: "/srv",
        },
    ],
});

if (process.env.KUBERNETES === "all") {
    describe("a machine of a cluster with everything set", machineWithEverything);
    describe("an image that is there, on a cluster", imageThatIsThere);
}

function machineWithEverything(this: Mocha.Suite): void {
    this.timeout("5m");

    const namespace = `own-${randomBytes(3).toString("hex")}`;
    let cluster: Cluster;
    let directory: string;
    let stack: TestStack;
    let log = "";
    let machine: MachineOutputs;
    let sshConfig: string;

    const program = (publicKey: string, change: MachineArgs) => async () => {
        const { machines, sshConfig: config } = new SystemdSandbox(pulumi.getStack(), {
            ...(await debian("bookworm")),
            packages: ["openssh-server"],
            owner: "carol",
            ttl: "2d",
            cluster: {
                registry: cluster.registry,
                runtimeClass: RUNTIME_CLASS,
                namespace,
                volumeSize: "64MiB",
                serviceType: "NodePort",
            },
            machines: { web: { ...everything(publicKey), ...change }, client: {} },
        });
        return { machines, sshConfig: config };
    };
    const publicKey = () => readFile(join(directory, "id.pub"), "utf8");
    const kubectl = (...words: string[]) => cluster.kubectl("--namespace", namespace, ...words);
    const get = async (kind: string, name: string) =>
        JSON.parse(await kubectl("get", kind, name, "--output=json")) as Thing;
    const inside = (script: string, pod = "web") => inPod(cluster, namespace, pod, script);

    before("up, in a namespace with a claim of somebody's", async function () {
        cluster = await sharedCluster(this);
        const { baseImage } = await debian("bookworm");
        await docker(["run", "--rm", baseImage, "apt-get", "update", "--error-on=any"]).catch((error: Error) =>
            skip(this, `containers reach no Debian packages: ${error.message}`),
        );
        directory = await mkdtemp(join(tmpdir(), "cluster-arguments-"));
        await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(directory, "id")]);
        await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(directory, "other")]);
        const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "64Mi" } } };
        await cluster.apply(
            { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
            { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "shared", namespace }, spec },
        );
        stack = await openOn(cluster, program(await publicKey(), {}));
        const { outputs, stdout, stderr } = await stack.up();
        machine = (outputs.machines.value as Record<string, MachineOutputs>).web;
        sshConfig = outputs.sshConfig.value as string;
        log = stdout + stderr;
    });

    after("down, with the namespace", async () => {
        await stack?.close();
        await cluster?.kubectl("delete", "namespace", namespace, "--ignore-not-found");
        if (directory !== undefined) {
            await rm(directory, { recursive: true });
        }
    });

    afterEach(async function () {
        if (this.currentTest?.state === "failed") {
            console.error(await podJournals(cluster, namespace));
        }
    });

    it("has its files, with owners that are right before the first service starts", async () => {
        assert.equal(await inside("cat /var/report"), "nobody:games:640\ngames:root:644");
        assert.equal(await inside("cat /srv/key"), SECRET);
        assert.equal(await inside("base64 '/srv/100%/a b'; stat -c %s /srv/empty"), "AP/+\n0");
    });

    it("gives services its environment, to the letter", async () => {
        const variables = (await inside("cat /var/environment")).split("\0");
        assert.ok(variables.includes(`AWKWARD=${AWKWARD}`), variables.join("\n"));
        assert.ok(variables.includes(`TOKEN=${SECRET}`));
    });

    it("has its units enabled, started and masked as declared, and drop-ins in force", async () => {
        const units = "report.service server.service systemd-logind.service";
        assert.equal(await inside(`systemctl is-enabled ${units} || true`), "enabled\nenabled\nmasked");
        assert.equal(await inside(`systemctl is-active ${units} || true`), "active\nactive\ninactive");
        assert.equal(await inside("systemctl show --property=Environment server.service"), "Environment=MORE=1");
        assert.equal(await inside("systemctl list-units --failed --no-legend"), "");
    });

    it("keeps its journal in memory, and has directories in memory with size and rights", async () => {
        const id = await inside("cat /etc/machine-id");
        const journals = "find /run/log/journal /var/log/journal -mindepth 1 -type d";
        assert.equal(await inside(journals), `/run/log/journal/${id}`);
        const mounts = await inside("grep -E ' (/srv/|/dev/shm)' /proc/mounts");
        assert.match(mounts, /^tmpfs \/srv\/scratch tmpfs rw\S*,size=8192k/m);
        assert.match(mounts, /^tmpfs \/dev\/shm tmpfs rw\S*,size=16384k/m);
        assert.match(mounts, /^tmpfs \/srv\/plain tmpfs rw/m);
        assert.equal(await inside("stat -c %a /srv/scratch"), "700");
    });

    it("has its kernel parameter, its name server, and not the capability that was taken away", async () => {
        assert.equal(await inside("cat /proc/sys/net/ipv4/ip_local_port_range"), "20000\t30000");
        assert.match(await inside("cat /etc/resolv.conf"), /^nameserver 127\.0\.0\.53$/m);
        const [, bound] = /^CapBnd:\s*([0-9a-f]+)$/m.exec(await inside("cat /proc/1/status")) ?? [];
        const has = (bit: bigint) => ((BigInt(`0x${bound}`) >> bit) & 1n) === 1n;
        // NET_RAW was taken away, CHOWN is the runtime's default (linux/capability.h).
        assert.deepEqual([13n, 0n].map(has), [false, true]);
    });

    it("is found by its name, its hostname and its alias, and calls itself by its hostname", async () => {
        assert.equal(await inside("hostname"), "box");
        for (const name of ["web", "box", "everything"]) {
            assert.match(await inside(`getent hosts ${name}`, "client"), new RegExp(`^${machine.address} `));
        }
    });

    it("says in the cluster whose it is and what it is for, and asks for what it was promised", async () => {
        const { metadata, spec } = await get("pod", "web");
        assert.equal(metadata.labels?.role, "everything");
        assert.equal(metadata.annotations?.["pulumi-centos-systemd.owner"], "carol");
        const amounts = { memory: "512Mi", cpu: "250m" };
        assert.deepEqual(spec?.containers?.[0].resources, { limits: amounts, requests: amounts });
        assert.deepEqual((await get("configmap", `${stack.name}.expiry`)).data, { ttl: "2d" });
    });

    it("has done its steps: a reboot within them, and one with user, directory, arguments, files and environment", async () => {
        assert.equal(await inside("cat /var/log/steps"), `first\none word|another|${SECRET}|daemon|/srv|of the step|`);
    });

    it("keeps secrets out of state, logs and what the cluster tells but in Secrets", async () => {
        const places = {
            "the state, its history and backups": await stack.stored(),
            "Pulumi's log": log,
            "the cluster": await kubectl("get", "pods,services,configmaps,events", "--output=json"),
            "the console": await kubectl("logs", "web"),
        };
        for (const [place, text] of Object.entries(places)) {
            assert.ok(text.length > 0 && !text.includes(SECRET), `the secret is in ${place}`);
        }
        // With the passphrase it comes out again: it was there to be found.
        assert.ok((await stack.state()).includes(SECRET));
    });

    it("brings its port to this computer by the output forward", async () => {
        const { process: forwarding, port } = await forward(machine.forward!);
        try {
            const answer = await fetch(`http://127.0.0.1:${port}/`);
            assert.match(await answer.text(), /Directory listing/);
        } finally {
            forwarding.kill();
            await once(forwarding, "close");
        }
    });

    /** Runs the command as a person does, until it says which port of this computer it is. */
    async function forward(command: string): Promise<{ process: ChildProcess; port: string }> {
        const env = { ...process.env, ...environmentOf(cluster) };
        const child = spawn("/bin/sh", ["-c", `exec ${command}`], { env, stdio: ["ignore", "pipe", "inherit"] });
        for await (const line of createInterface({ input: child.stdout })) {
            const [, port] = /^Forwarding from 127\.0\.0\.1:(\d+) -> 8000$/.exec(line) ?? [];
            if (port !== undefined) {
                return { process: child, port };
            }
        }
        return assert.fail(`${command} ended without a port`);
    }

    it("answers at the same port of every node, and its Service has no other one", async () => {
        const { spec } = await get("service", "web-ports");
        assert.equal(spec?.type, "NodePort");
        assert.equal(spec?.ports?.length, 1);
        const [{ port, nodePort }] = spec.ports;
        assert.equal(port, PORT);
        const addresses = '{.items[*].status.addresses[?(@.type=="InternalIP")].address}';
        const nodes = (await cluster.kubectl("get", "nodes", `--output=jsonpath=${addresses}`)).split(" ");
        assert.equal(nodes.length, cluster.nodes.length);
        for (const node of nodes) {
            assert.match(await inside(`curl --silent --max-time 5 http://${node}:${nodePort}/`, "client"), /Directory/);
        }
    });

    it("lets ssh in who has the key, by the output sshConfig alone, and knows the machine by its own key", async () => {
        const config = join(directory, "config");
        await writeFile(config, sshConfig);
        const ssh = (key: string) => {
            const words = ["-F", config, "-i", join(directory, key), "-o", "BatchMode=yes", `${stack.name}-web`];
            return run("ssh", [...words, "hostname; id -un"], { env: { ...process.env, ...environmentOf(cluster) } });
        };
        assert.equal((await ssh("id")).stdout, "box\nroot\n");
        await assert.rejects(ssh("other"), /Permission denied \(publickey\)/);
        const another = (await readFile(join(directory, "other.pub"), "utf8")).split(" ")[1];
        await writeFile(config, sshConfig.replace(/ssh-ed25519 \S+/, `ssh-ed25519 ${another}`));
        await assert.rejects(ssh("id"), /Host key verification failed/);
        assert.doesNotMatch(sshConfig, /client/);
    });

    it("shows no change in a preview, in a second up, nor with a refresh", async () => {
        assert.deepEqual(Object.keys(await stack.preview()), ["same"]);
        assert.deepEqual(Object.keys((await stack.up()).summary.resourceChanges ?? {}), ["same"]);
        await stack.refresh();
        assert.deepEqual(Object.keys(await stack.preview()), ["same"]);
    });

    it("has in a new volume what the image has there, and keeps what is in its volumes when it is made anew", async () => {
        assert.match(await inside("ls -A /etc/skel"), /\.bashrc/);
        await inside("echo kept >/srv/kept/file; echo data >/var/lib/data/file; rm /etc/skel/.bashrc");
        await assert.rejects(inside("touch /srv/shared/file"), /Read-only file system/);
        stack.program(program(await publicKey(), { tmpfs: { "/srv/scratch": { size: "16MiB" }, "/srv/plain": {} } }));
        const { web } = (await stack.up()).outputs.machines.value as Record<string, MachineOutputs>;
        assert.notEqual(web.id, machine.id);
        assert.match(await inside("grep /srv/scratch /proc/mounts"), /size=16384k/);
        assert.equal(
            await inside("cat /srv/kept/file /var/lib/data/file /var/lib/data/seed"),
            "kept\ndata\nin the volume",
        );
        assert.doesNotMatch(await inside("ls -A /etc/skel"), /\.bashrc/);
        assert.match(await inside("cat /var/log/steps"), /^first\none word\|/);
    });

    it("leaves in a namespace of the user's own the claims that are to be kept, and those of others, and nothing else", async () => {
        await stack.destroy();
        const left = (await things(cluster, stack.name)).filter((thing) => thing.includes(` ${namespace}/`));
        assert.deepEqual(
            left.filter((thing) => !/^(ServiceAccount|ConfigMap) \S+\/(default|kube-root-ca\.crt)$/.test(thing)),
            [`PersistentVolumeClaim ${namespace}/shared`, `PersistentVolumeClaim ${namespace}/web.kept`],
        );
    });
}

function imageThatIsThere(this: Mocha.Suite): void {
    this.timeout("5m");

    it("is a base's, for a sandbox of another stack, or one that is named; neither builds anything", async function () {
        const cluster = await sharedCluster(this);
        const image = await debian("bookworm");
        const id = randomBytes(3).toString("hex");
        const project = await openProject(environmentOf(cluster));
        try {
            const base = await project.stack(`base-${id}`, { ...image, cluster: { registry: cluster.registry } });
            await base.up();
            const { imageId } = (await base.outputs()).base.value as BaseOutputs;
            assert.match(imageId, /@sha256:[0-9a-f]{64}$/);

            const imageOf = (namespace: string) =>
                cluster.kubectl(
                    ...["--namespace", namespace, "get", "pod", "web"],
                    "--output=jsonpath={.spec.containers[0].image}",
                );
            const builds = (changes: string) => /docker:index:Image/.test(changes);
            const sandbox = await project.stack(`t${id}`, {
                base: `base-${id}`,
                cluster: { runtimeClass: RUNTIME_CLASS },
                machines: { web: { labels: { role: "web" } } },
            });
            const { outputs, stdout } = await sandbox.up();
            assert.equal((outputs.machines.value as Record<string, MachineOutputs>).web.state, "running");
            assert.equal(await imageOf(sandbox.name), imageId);
            assert.equal(builds(stdout), false);

            await withStackOn(
                cluster,
                sandboxOn(cluster, { web: {} }, { cluster: { image: imageId } }),
                async (stack) => {
                    const named = await stack.up();
                    assert.equal((named.outputs.machines.value as Record<string, MachineOutputs>).web.state, "running");
                    assert.equal(await imageOf(stack.name), imageId);
                    assert.equal(builds(named.stdout), false);
                },
            );
        } finally {
            await project.close();
        }
    });
}

/** What `kubectl get -o json` has, as far as it is asked for here. */
interface Thing {
    readonly metadata: {
        readonly labels?: Readonly<Record<string, string>>;
        readonly annotations?: Readonly<Record<string, string>>;
    };
    readonly data?: Readonly<Record<string, string>>;
    readonly spec?: {
        readonly type?: string;
        readonly ports?: readonly { readonly port: number; readonly nodePort: number }[];
        readonly containers?: readonly { readonly resources: unknown }[];
    };
}
