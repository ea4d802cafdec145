import type { PodSpec as AnyPodSpec } from "kubernetes-types/core/v1";
import { type AccessSettings, ClusterAccess } from "../../components/kubernetes/access";
import { claimName } from "../../components/kubernetes/claims";
import { podSpec } from "../../components/kubernetes/pod";
import type { MachineArgs } from "../../components/machine/arguments";
import { specOf } from "./machine";

/** Everything that may be there: a test that looks at what isn't fails by itself. */
type All<T> = T extends object ? { [Name in keyof T]-?: All<Exclude<T[Name], undefined>> } : T;

type PodSpec = All<AnyPodSpec>;

/** Where a Pod depends on more than the machine's arguments. */
interface Place {
    readonly access?: Partial<AccessSettings>;
    readonly systemdVersion?: number;
    readonly nodeSelector?: Record<string, string>;
}

/** The Pod of the machine `web` of the sandbox `alice`, as these arguments describe it, and as the API server gets it. */
export function podOf(
    args: MachineArgs,
    { access = {}, systemdVersion = 252, nodeSelector = {} }: Place = {},
): PodSpec & { readonly machine: PodSpec["containers"][number] } {
    const spec = specOf(args);
    const made = podSpec(spec, {
        image: "team/machine:1",
        systemdVersion,
        claimed: spec.volumes.map((volume) => ({
            volume,
            claimName: volume.external ?? claimName(spec.machine, volume.name),
        })),
        secret: "web",
        access: { name: ClusterAccess.crio, seccomp: true, ownNamespaces: false, ...access },
        uuid: "12345678-1234-1234-1234-123456789012",
        nodeSelector,
    });
    const pod = JSON.parse(JSON.stringify(made)) as PodSpec;
    // Not one of its fields: the snapshot of a Pod has each container once.
    return Object.defineProperty(pod, "machine", { value: pod.containers[0] }) as ReturnType<typeof podOf>;
}
