import * as pulumi from "@pulumi/pulumi";
import { load } from "js-yaml";
import assert from "node:assert/strict";
import { SystemdSandbox } from "../../../components";
import { NRI_ANNOTATION } from "../../../components/kubernetes/access";
import type { ClusterArgs } from "../../../components/kubernetes/cluster-args";
import { describeProblems } from "../../../components/rules/problem";
import { cluster, type ClusterSight, namespace, node, setUp, pod } from "../../support/cluster-facts";
import { BASE } from "../../support/base-outputs";
import { host } from "../../support/host-facts";
import { recordResources, type Registered } from "../../support/mocks";
import { problems } from "../../support/problems";
import { refusedRun } from "../../support/refused-run";
import { inputsOf, sandboxInCluster, valueOf } from "../../support/recorded-sandbox";

interface KubernetesObject {
    readonly metadata: {
        readonly name: string;
        readonly namespace: string;
        readonly labels: Record<string, string>;
        readonly annotations?: Record<string, string>;
    };
    readonly spec: Record<string, unknown>;
}

/** The one object of this kind that was registered under this name. */
const object = (resources: Registered[], kind: string, name: string) =>
    inputsOf(resources, `:${kind}`, name) as unknown as KubernetesObject;

/** All of a kind by their names in the cluster. */
const objects = (resources: Registered[], kind: string) =>
    Object.fromEntries(
        resources
            .filter(({ type }) => type.endsWith(`:${kind}`))
            .map(({ inputs }) => inputs as unknown as KubernetesObject)
            .map((each) => [each.metadata.name, each]),
    );

const OWN = { "pulumi-centos-systemd.sandbox": "alice" };
const nameOf = (name: string) => ({ [`name.pulumi-centos-systemd/${name}`]: "yes" });
const KEY = { publicKey: "ssh-ed25519 AAAA me" };

const registered = (resources: Registered[]) => resources.map(({ type, name }) => `${type.split(":").at(-1)} ${name}`);

describe("a sandbox in a cluster", () => {
    it("registers its claim, image, names, policy and machines, and nothing of a Docker host", async () => {
        const { resources } = await sandboxInCluster({
            cluster: { registry: "registry.example.org/team" },
            ttl: "1d",
            machines: { web: { volumes: { data: { path: "/data" } } }, db: {} },
        });
        assert.deepEqual(registered(resources).sort(), [
            "Command alice-claim",
            "Command alice-db-ready",
            "Command alice-leftovers",
            "Command alice-web-ready",
            "ConfigMap alice-expiry",
            "Image alice",
            "NetworkPolicy alice-network",
            "PersistentVolumeClaim alice-web-volume-data",
            "Pod alice-db",
            "Pod alice-web",
            "Secret alice-db-files",
            "Secret alice-web-files",
            "Service alice-db",
            "Service alice-web",
            "SystemdImage alice",
            "SystemdMachine alice-db",
            "SystemdMachine alice-web",
            "SystemdSandbox alice",
            "kubernetes alice-cluster",
        ]);
    });

    it("makes nothing in the cluster, nor an image, before its namespace is taken", async () => {
        const { resources } = await sandboxInCluster({
            cluster: { registry: "registry.example.org/team", serviceType: "NodePort" },
            ttl: "1d",
            machines: { web: { ports: [{ port: 80 }], volumes: { data: { path: "/data" } } } },
        });
        const names = registered(resources);
        const taken = names.indexOf("Command alice-claim");
        const after = names.filter((name) => /^(Image|ConfigMap|NetworkPolicy|Persist|Pod|Secret|Service) /.test(name));
        assert.equal(after.length, 8);
        for (const made of after) {
            assert.ok(names.indexOf(made) > taken, made);
        }
    });

    it("has everything in its namespace, marked as its own, by a provider of its own", async () => {
        const { resources } = await sandboxInCluster(
            {
                cluster: {
                    image: "a",
                    kubeconfig: "k.yaml",
                    context: "kind",
                    namespace: "team",
                    serviceType: "NodePort",
                },
                ttl: "1d",
                machines: { web: { ports: [{ port: 80 }], volumes: { data: { path: "/data" } } } },
            },
            cluster({ hasNri: true, namespace: namespace() }),
        );
        const all = resources.filter(({ type }) => type.startsWith("kubernetes:"));
        assert.equal(all.length, 8);
        for (const { inputs, name } of all) {
            const { metadata } = inputs as unknown as KubernetesObject;
            assert.equal(metadata.namespace, "team", name);
            assert.equal(metadata.labels["pulumi-centos-systemd.sandbox"], "alice", name);
        }
        const { kubeconfig, context, namespace: usual } = inputsOf(resources, "providers:kubernetes", "alice-cluster");
        assert.deepEqual([kubeconfig, context, usual], ["k.yaml", "kind", "team"]);
        const { environment } = inputsOf(resources, "Command", "alice-web-ready");
        const { KUBECONFIG, KUBE_CONTEXT, NAMESPACE } = environment as Record<string, string>;
        assert.deepEqual([KUBECONFIG, KUBE_CONTEXT, NAMESPACE], ["k.yaml", "kind", "team"]);
    });

    it("takes its name by a namespace of its own, which goes at the end, or looks at one that stays", async () => {
        const claim = async (args: object, facts = setUp) => {
            const { resources } = await sandboxInCluster({ owner: "carol", cluster: { image: "a", ...args } }, facts);
            return inputsOf(resources, "Command", "alice-claim");
        };
        const own = await claim({});
        assert.deepEqual(
            [own.create, own.update, own.triggers],
            [
                "node .centos-systemd/programs/namespace.mjs take",
                "node .centos-systemd/programs/namespace.mjs keep",
                ["kubectl --namespace alice"],
            ],
        );
        assert.match(own.delete as string, /delete namespace "\$NAMESPACE"/);
        const { SANDBOX, PROJECT, STACK, OWNER, OWN: isOwn, LABEL } = own.environment as Record<string, string>;
        assert.deepEqual(
            [SANDBOX, PROJECT, STACK, OWNER, isOwn, LABEL],
            ["alice", "test", "stack", "carol", "yes", "pulumi-centos-systemd.instance"],
        );
        const theirs = await claim({ namespace: "team" }, cluster({ hasNri: true, namespace: namespace() }));
        assert.equal((theirs.environment as Record<string, string>).OWN, "no");
    });

    it("boots the image that is there, a base's, or the one that is built and pushed for the nodes' processors", async () => {
        const image = async (args: object, facts = setUp) => {
            const { resources } = await sandboxInCluster(args, facts);
            const { containers } = object(resources, "Pod", "alice-web").spec as { containers: { image: string }[] };
            const built = resources.find(({ type }) => type === "docker:index/image:Image")?.inputs;
            return { image: containers[0].image, built };
        };
        assert.deepEqual(await image({}), { image: "team/machine:1", built: undefined });
        const imageId = `team/base@sha256:${"b".repeat(64)}`;
        assert.deepEqual(await image({ cluster: {}, base: { ...BASE, imageId } }), {
            image: imageId,
            built: undefined,
        });
        const arm = cluster({
            hasNri: true,
            nodes: [node(), node({ architecture: "arm64", labels: { pool: "arm" } })],
        });
        const found = await image(
            { cluster: { registry: "r.example.org:5000/t", nodeSelector: { pool: "arm" } } },
            arm,
        );
        assert.equal(found.image, `r.example.org:5000/t/alice@sha256:${"c".repeat(64)}`);
        const { imageName, skipPush, build } = found.built as { imageName: string; skipPush: boolean; build: object };
        assert.deepEqual(
            [imageName, skipPush, (build as { platform: string }).platform],
            ["r.example.org:5000/t/alice:centos-stream9", false, "linux/arm64"],
        );
    });

    it("marks its time to live by a ConfigMap whose age counts: another time makes another one, and nothing else", async () => {
        const { resources, options } = await sandboxInCluster({ ttl: "8h", owner: "carol" });
        const { metadata, ...others } = object(resources, "ConfigMap", "alice-expiry");
        assert.equal(metadata.name, "alice.expiry");
        assert.deepEqual(metadata.annotations, { "pulumi-centos-systemd.owner": "alice" });
        const { data, immutable } = others as unknown as { data: object; immutable: boolean };
        assert.deepEqual([data, immutable], [{ ttl: "8h" }, true]);
        const { replaceOnChanges, deleteBeforeReplace } = options(":ConfigMap", "alice-expiry");
        assert.deepEqual([replaceOnChanges, deleteBeforeReplace], [["data"], true]);
        assert.deepEqual(objects((await sandboxInCluster({})).resources, "ConfigMap"), {});
    });
});

describe("the names of machines in a cluster", () => {
    it("are a headless Service each, which those that share it answer to, while they boot too", async () => {
        const { resources } = await sandboxInCluster({
            machines: { node: { count: 2, aliases: ["pool"] }, web: { hostname: "www", aliases: ["pool"] } },
        });
        const services = objects(resources, "Service");
        assert.deepEqual(Object.keys(services).sort(), ["node", "node-0", "node-1", "pool", "web", "www"]);
        for (const [name, { spec, metadata }] of Object.entries(services)) {
            assert.deepEqual(spec, {
                clusterIP: "None",
                publishNotReadyAddresses: true,
                selector: { ...OWN, ...nameOf(name) },
            });
            // Without endpoints yet, Pulumi would wait for ever.
            assert.equal(metadata.annotations?.["pulumi.com/waitFor"], "jsonpath={.metadata.uid}");
        }
        const { labels } = object(resources, "Pod", "alice-node-1").metadata;
        for (const name of ["node", "node-1", "pool"]) {
            assert.ok(labels[`name.pulumi-centos-systemd/${name}`], name);
        }
        assert.ok(!("name.pulumi-centos-systemd/node-0" in labels));
    });
});

describe("who reaches a machine in a cluster", () => {
    const policy = async (network?: object) => {
        const { resources } = await sandboxInCluster({ network });
        const { metadata, spec } = object(resources, "NetworkPolicy", "alice-network");
        assert.equal(metadata.name, "alice");
        return spec;
    };
    const peers = [{ podSelector: { matchLabels: OWN } }];

    it("is who is in the same sandbox, and it goes where it likes", async () =>
        assert.deepEqual(await policy(), {
            podSelector: { matchLabels: OWN },
            policyTypes: ["Ingress"],
            ingress: [{ from: peers }],
        }));

    it("is who is in a namespace that was named, too", async () => {
        const theirs = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "team" } } };
        assert.deepEqual((await policy({ external: ["team"] })).ingress, [{ from: [...peers, theirs] }]);
    });

    it("is the same where it may go nowhere else, but to ask for names", async () => {
        const { policyTypes, ingress, egress } = await policy({ internal: true });
        assert.deepEqual(policyTypes, ["Ingress", "Egress"]);
        assert.deepEqual(ingress, [{ from: peers }]);
        assert.deepEqual(egress, [
            { to: peers },
            {
                ports: [
                    { port: 53, protocol: "UDP" },
                    { port: 53, protocol: "TCP" },
                ],
            },
        ]);
    });
});

describe("the ports of a machine in a cluster", () => {
    const ports = [{ port: 80, hostPort: 30080 }, { port: 443 }];
    const exposed = async (serviceType?: "ClusterIP" | "NodePort" | "LoadBalancer", web: object = { ports }) => {
        const { resources, machines } = await sandboxInCluster({
            cluster: { image: "a", serviceType },
            machines: { web },
        });
        return {
            service: objects(resources, "Service")["web-ports"]?.spec,
            policy: objects(resources, "NetworkPolicy")["web-ports"]?.spec,
            forward: machines.web.forward,
        };
    };

    it("are brought to this computer by a command, and published nowhere", async () =>
        assert.deepEqual(await exposed(), {
            service: undefined,
            policy: undefined,
            forward: "kubectl --namespace alice port-forward pod/web 30080:80 :443",
        }));

    it("are published by a Service of the type that was named, which everybody may go through", async () => {
        const { service, policy } = await exposed("NodePort");
        const selector = { ...OWN, ...nameOf("web") };
        assert.deepEqual(service, {
            type: "NodePort",
            selector,
            ports: [
                { name: "tcp-80", protocol: "TCP", port: 80, targetPort: 80, nodePort: 30080 },
                { name: "tcp-443", protocol: "TCP", port: 443, targetPort: 443 },
            ],
        });
        assert.deepEqual(policy, {
            podSelector: { matchLabels: selector },
            policyTypes: ["Ingress"],
            ingress: [
                {
                    ports: [
                        { port: 80, protocol: "TCP" },
                        { port: 443, protocol: "TCP" },
                    ],
                },
            ],
        });
    });

    it("have `hostPort` as the Service's own where it isn't the nodes'", async () => {
        for (const type of ["ClusterIP", "LoadBalancer"] as const) {
            const { service } = await exposed(type);
            assert.deepEqual(service?.ports, [
                { name: "tcp-80", protocol: "TCP", port: 30080, targetPort: 80 },
                { name: "tcp-443", protocol: "TCP", port: 443, targetPort: 443 },
            ]);
        }
    });

    it("are none where none were given", async () =>
        assert.deepEqual(await exposed("LoadBalancer", {}), {
            service: undefined,
            policy: undefined,
            forward: undefined,
        }));

    it("have none for ssh, which goes through the API server: no Service opens it to everybody", async () => {
        assert.deepEqual(await exposed("LoadBalancer", { ssh: KEY }), {
            service: undefined,
            policy: undefined,
            forward: undefined,
        });
        const { service, forward } = await exposed("LoadBalancer", { ssh: KEY, ports: [{ port: 80 }] });
        assert.deepEqual(
            (service?.ports as { port: number }[]).map(({ port }) => port),
            [80],
        );
        assert.equal(forward, "kubectl --namespace alice port-forward pod/web :80");
    });
});

describe("the volumes of a machine in a cluster", () => {
    it("are a claim each, of the size and the class that were named", async () => {
        const { resources } = await sandboxInCluster({
            cluster: { image: "a", storageClass: "standard", volumeSize: "5GiB" },
            machines: {
                db: { volumes: { data: { path: "/data" }, theirs: { path: "/t", external: "shared" } }, count: 1 },
            },
        });
        const claims = objects(resources, "PersistentVolumeClaim");
        assert.deepEqual(Object.keys(claims), ["db-0.data"]);
        assert.deepEqual(claims["db-0.data"].spec, {
            accessModes: ["ReadWriteOnce"],
            storageClassName: "standard",
            resources: { requests: { storage: "5Gi" } },
        });
        // Most classes bind a claim when its first Pod is there.
        assert.equal(claims["db-0.data"].metadata.annotations?.["pulumi.com/waitFor"], "jsonpath={.metadata.uid}");
    });

    it("are of the usual class and of 1 GiB, and go with the machine unless they are kept", async () => {
        const facts = cluster({ hasNri: true, namespace: namespace() });
        const { resources, options } = await sandboxInCluster(
            {
                cluster: { image: "a", namespace: "team" },
                machines: { web: { volumes: { a: { path: "/a" }, b: { path: "/b", keep: true } } } },
            },
            facts,
        );
        const { spec } = object(resources, "PersistentVolumeClaim", "alice-web-volume-a");
        assert.deepEqual(spec.resources, { requests: { storage: "1Gi" } });
        assert.ok(!("storageClassName" in spec));
        const kept = (name: string) => options(":PersistentVolumeClaim", `alice-web-volume-${name}`).retainOnDelete;
        assert.deepEqual([kept("a"), kept("b")], [false, true]);
    });
});

describe("a machine in a cluster", () => {
    it("is a Pod of its name, which says whose it is, how it has its cgroups, and by which names it is found", async () => {
        const { resources } = await sandboxInCluster({ machines: { web: { labels: { role: "web" } } } });
        const { metadata } = object(resources, "Pod", "alice-web");
        assert.equal(metadata.name, "web");
        assert.deepEqual(metadata.labels, {
            role: "web",
            ...OWN,
            "pulumi-centos-systemd.cgroup-access": "nri",
            ...nameOf("web"),
        });
        const { "pulumi-centos-systemd.generation": generation, ...annotations } = metadata.annotations ?? {};
        assert.match(generation, /^[0-9a-f]{8}$/);
        assert.deepEqual(annotations, {
            ...NRI_ANNOTATION,
            "pulumi.com/waitFor": "jsonpath={.metadata.uid}",
            "pulumi-centos-systemd.instance": "0a1b2c3d",
            "pulumi-centos-systemd.owner": "alice",
            "pulumi-centos-systemd.project": "test",
            "pulumi-centos-systemd.stack": "stack",
        });
    });

    it("stays the Pod that it is as long as that lives", async () => {
        const of = async (isAlive: boolean) => {
            const pods = [pod("web", { isAlive, generation: "7", instance: "0a1b2c3d" })];
            const { resources } = await sandboxInCluster({}, cluster({ hasNri: true, pods }));
            return object(resources, "Pod", "alice-web").metadata.annotations?.["pulumi-centos-systemd.generation"];
        };
        assert.equal(await of(true), "7");
        assert.notEqual(await of(false), "7");
    });

    it("is another Pod, when the old one is gone, for what of it can't be changed and for what PID 1 puts in place", async () => {
        const trigger = async (web: object) => {
            const pods = [pod("web", { generation: "7", instance: "0a1b2c3d" })];
            const { options } = await sandboxInCluster({ machines: { web } }, cluster({ hasNri: true, pods }));
            const { deleteBeforeReplace, replaceOnChanges, ...others } = options(":Pod", "alice-web");
            assert.deepEqual([deleteBeforeReplace, replaceOnChanges], [true, ["spec"]]);
            return valueOf(pulumi.output(others.replacementTrigger as pulumi.Input<string[]>));
        };
        const file = (content: pulumi.Input<string>) => ({ files: { "/a": { content } } });
        const step = (inline: string) => ({ provision: [{ inline, replaceOnChange: true }] });
        assert.deepEqual(await trigger({}), await trigger({}));
        assert.deepEqual(await trigger(file("a")), await trigger(file("a")));
        assert.notDeepEqual(await trigger(file("a")), await trigger(file("b")));
        assert.notDeepEqual(await trigger(file(pulumi.secret("a"))), await trigger(file(pulumi.secret("b"))));
        assert.notDeepEqual(await trigger(step("true")), await trigger(step("false")));
    });

    it("shows no trigger that is secret, nor the secret in it", async () => {
        const { options } = await sandboxInCluster({
            machines: { web: { files: { "/a": { content: pulumi.secret("hidden") } } } },
        });
        const trigger = pulumi.output(options(":Pod", "alice-web").replacementTrigger as pulumi.Input<string[]>);
        assert.equal(await pulumi.isSecret(trigger), false);
        assert.doesNotMatch(JSON.stringify(await valueOf(trigger)), /hidden|aGlkZGVu/);
    });

    it("comes after all that it needs: its files, its volumes, the names and the policy", async () => {
        const { options } = await sandboxInCluster({
            machines: { web: { volumes: { data: { path: "/data" } } }, db: {} },
        });
        const { dependsOn } = options(":Pod", "alice-web") as { dependsOn: pulumi.Resource[] };
        const urns = await Promise.all(dependsOn.map(({ urn }) => valueOf(urn)));
        assert.deepEqual(urns.map((urn) => urn.split("::").at(-1)).sort(), [
            "alice-claim",
            "alice-db",
            "alice-network",
            "alice-web",
            "alice-web-files",
            "alice-web-volume-data",
        ]);
    });

    it("is on its node, with the labels that were asked of nodes for all and for it", async () => {
        const { resources } = await sandboxInCluster(
            {
                cluster: { image: "a", nodeSelector: { "kubernetes.io/hostname": "node-a", disk: "slow" } },
                machines: { web: { on: "node-b", nodeSelector: { disk: "ssd" } } },
            },
            cluster({ hasNri: true, nodes: [node({ labels: { "kubernetes.io/hostname": "node-a", disk: "slow" } })] }),
        );
        assert.deepEqual(object(resources, "Pod", "alice-web").spec.nodeSelector, {
            "kubernetes.io/hostname": "node-b",
            disk: "ssd",
        });
    });

    it("is waited for and provisioned by its Pod's own id", async () => {
        const { resources } = await sandboxInCluster({ machines: { web: { provision: [{ inline: "true" }] } } });
        for (const name of ["alice-web-ready", "alice-web-provision-0"]) {
            const { MACHINE, MACHINE_ID } = inputsOf(resources, "Command", name).environment as Record<string, string>;
            assert.deepEqual([MACHINE, MACHINE_ID], ["web", "alice-web-uid"]);
        }
    });

    it("says what is known of it", async () => {
        const { machines } = await sandboxInCluster({
            machines: { web: { ports: [{ port: 80 }], labels: { role: "web" } } },
        });
        assert.deepEqual(machines.web, {
            container: "web",
            id: "alice-web-uid",
            address: "10.0.0.2",
            ports: ["10.0.0.2:80->80/tcp"],
            state: "running",
            bootSeconds: 0.512,
            systemdVersion: 252,
            docker: "",
            kubectl: "kubectl --namespace alice",
            shell: "kubectl --namespace alice exec -it web -- bash -l",
            groups: ["role_web"],
            node: "node-a",
            forward: "kubectl --namespace alice port-forward pod/web :80",
        });
    });

    it("lets ssh in through the API server, where its own sshd answers with the key that is known", async () => {
        const { machines } = await sandboxInCluster({ machines: { web: { ssh: KEY } } });
        const key = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"a".repeat(43)}`;
        assert.equal(
            machines.web.sshConfig,
            [
                "Host alice-web",
                "  HostName web",
                "  Port 22",
                "  User root",
                "  ProxyCommand kubectl --namespace alice exec --stdin --quiet web -- /bin/sh -c '/usr/sbin/sshd -i -f /etc/ssh/machine_sshd_config; exit $?'",
                "  HostKeyAlias alice-web",
                `  KnownHostsCommand /bin/echo alice-web ${key}`,
                "  UserKnownHostsFile /dev/null",
                "  StrictHostKeyChecking yes",
                "",
            ].join("\n"),
        );
    });

    it("is refused for what only shows when it is known, without showing it", async () => {
        const resources = await recordResources(host({}));
        const environment = { KEY: pulumi.secret("hunter2\u0007") };
        const errors = await refusedRun(
            () => new SystemdSandbox("alice", { cluster: { image: "a" }, machines: { web: { environment } } }),
        );
        assert.ok(errors.length > 0);
        for (const { message } of errors) {
            assert.match(message, /environment\.KEY: "\(not shown\)"; allowed: text without control characters/);
            assert.doesNotMatch(message, /hunter2/);
        }
        assert.deepEqual(objects(resources, "Secret"), {});
        assert.deepEqual(objects(resources, "Pod"), {});
    });

    it("is in the Ansible inventory with the connection for Pods", async () => {
        await recordResources(host({}));
        const { inventory, shells } = new SystemdSandbox("alice", {
            cluster: { image: "a", context: "kind" },
            machines: { web: {} },
        });
        const { all } = load(await valueOf(inventory)) as { all: { hosts: { web: object } } };
        assert.deepEqual(all.hosts.web, {
            ansible_connection: "kubernetes.core.kubectl",
            ansible_kubectl_pod: "web",
            ansible_kubectl_container: "machine",
            ansible_kubectl_extra_args: "--context kind --namespace alice",
            ansible_python_interpreter: "auto_silent",
            ansible_user: "root",
            ansible_become_method: "su",
            ansible_su_flags: "-s /bin/sh",
        });
        assert.deepEqual(await valueOf(shells), {
            web: "kubectl --context kind --namespace alice exec -it web -- bash -l",
        });
    });
});

describe("a cluster where a sandbox can't be", () => {
    const refused = async (sight: ClusterSight, args: ClusterArgs = {}) => {
        const resources = await recordResources(host({}), sight);
        const cluster = { registry: "registry.example.org", ...args };
        const errors = await refusedRun(
            () => new SystemdSandbox("alice", { cluster, ttl: "1d", machines: { web: { ports: [{ port: 80 }] } } }),
        );
        assert.deepEqual(
            registered(resources).filter((name) => !/^(Systemd|kubernetes )/.test(name)),
            [],
            "something was made",
        );
        const messages = new Set(
            errors.map((error) => {
                assert.ok(pulumi.ResourceError.isInstance(error), String(error));
                assert.equal(error.hideStack, true);
                return error.message;
            }),
        );
        assert.equal(messages.size, 1, [...messages].join("\n"));
        return [...messages][0];
    };

    it("gets nothing at all, for each reason that only the cluster can tell", async () => {
        assert.match(await refused({ unreachable: "no route." }), /^The cluster can't be reached: no route\./);
        assert.match(await refused(cluster({ nodes: [node({ runtime: "docker://24" })] })), /^Nothing is known/);
        assert.match(
            await refused(cluster({ namespace: namespace() })),
            /name can't be combined with the namespace alice/,
        );
        assert.match(await refused(cluster(), { cgroupAccess: "nri" }), /"nri" is nothing that this cluster offers/);
    });
});

describe("bad arguments of a sandbox in a cluster", () => {
    it("are one error with all of them, before anything is registered", async () => {
        const resources = await recordResources(host({}));
        assert.throws(
            () => new SystemdSandbox("alice", { cluster: { volumeSize: "1" }, machines: { web: { gpus: "all" } } }),
            /3 arguments are not as they should be; nothing was created/,
        );
        await new Promise(setImmediate);
        assert.deepEqual(
            registered(resources).filter((name) => name !== "SystemdSandbox alice"),
            [],
        );
        assert.match(describeProblems(problems({ cluster: {}, machines: {} })), /^2 arguments/);
    });
});
