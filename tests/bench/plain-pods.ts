import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Cluster } from "../support/kubernetes/cluster";
import type { Contender } from "./contender";

const run = promisify(execFile);
const NAMESPACE = "bench-plain";

interface Volume {
    readonly name: string;
    readonly emptyDir?: object;
}

/** What of a Pod of ours a plain one has too. */
interface Model {
    readonly spec: {
        readonly runtimeClassName?: string;
        readonly hostUsers?: boolean;
        readonly securityContext: object;
        readonly affinity: object;
        readonly volumes: readonly Volume[];
        readonly containers: readonly {
            readonly image: string;
            readonly env: readonly object[];
            readonly securityContext: object;
            readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
        }[];
    };
}

/** What people do without us: `kubectl apply`, a readiness probe, `kubectl wait`. Read off a machine of ours, so that nobody measures other settings. */
export async function plainPods(cluster: Cluster, namespace: string, count: number): Promise<Contender> {
    const model = JSON.parse(
        await cluster.kubectl("--namespace", namespace, "get", "pod", "node-0", "--output=json"),
    ) as Model;
    await cluster.kubectl("create", "namespace", NAMESPACE);
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: pods(model, count) });
    const kubectl = async (...words: string[]) => {
        const child = run("kubectl", ["--namespace", NAMESPACE, ...words]);
        child.child.stdin?.end(list);
        await child;
    };
    return {
        name: "kubectl apply, kubectl wait",
        phases: {
            up: async () => {
                await kubectl("apply", "--filename=-");
                await kubectl("wait", "--for=condition=Ready", "pod", "--all", "--timeout=180s");
            },
            again: () => kubectl("apply", "--filename=-"),
            down: () => kubectl("delete", "--filename=-", "--wait"),
        },
        close: async () => void (await cluster.kubectl("delete", "namespace", NAMESPACE)),
    };
}

function pods({ spec }: Model, count: number): object[] {
    const [{ image, env, securityContext, volumeMounts }] = spec.containers;
    const volumes = spec.volumes.filter(({ emptyDir }) => emptyDir !== undefined);
    const isKept = ({ name }: { name: string }) => volumes.some((volume) => volume.name === name);
    return Array.from({ length: count }, (_, index) => ({
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: `plain-${index}` },
        spec: {
            ...{ runtimeClassName: spec.runtimeClassName, hostUsers: spec.hostUsers, volumes },
            ...{ securityContext: spec.securityContext, affinity: spec.affinity, restartPolicy: "Never" },
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            containers: [
                {
                    ...{ name: "machine", image, env, securityContext, tty: true },
                    command: ["/bin/sh", "-c", "chmod 755 /run; chmod 1777 /run/lock; exec /sbin/init"],
                    volumeMounts: volumeMounts.filter(isKept),
                    // The shortest period that there is.
                    readinessProbe: {
                        exec: { command: ["/bin/sh", "-c", '[ "$(systemctl is-system-running)" = running ]'] },
                        periodSeconds: 1,
                        failureThreshold: 120,
                    },
                },
            ],
        },
    }));
}
