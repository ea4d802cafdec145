import * as pulumi from "@pulumi/pulumi";
import type { CgroupAccess } from "../../components/cgroups/access";
import { accessNamed } from "../../components/cgroups/choice";
import type { CgroupSettings } from "../../components/cgroups/settings";
import { machineCgroups } from "../../components/cgroups/parents";
import { containerArgs } from "../../components/docker/container";
import type { HostFacts } from "../../components/host/facts";
import { type MachineArgs, type MachineSpec, machineSpec } from "../../components/machine/arguments";
import { host } from "./host-facts";
import { valueOf } from "./recorded-sandbox";

const WEB = { sandbox: "alice", machine: "web", group: "web" };

/** The machine `web` of the sandbox `alice`, as these arguments describe it. */
export function specOf(args: MachineArgs, name: Partial<typeof WEB> = {}): MachineSpec {
    return machineSpec({ ...WEB, ...name }, args);
}

/** Where the settings of a container depend on more than the machine's arguments. */
interface Place {
    readonly systemdVersion?: number;
    readonly access?: CgroupAccess;
    readonly facts?: Partial<HostFacts>;
    readonly ipv6?: boolean;
}

/** What of its container's settings decides how its systemd gets its cgroups. */
export function cgroupSettings(
    access: CgroupAccess,
    facts: HostFacts = host({}),
    systemdVersion = 252,
): CgroupSettings {
    return accessNamed(access).settings(machineCgroups(WEB.sandbox, WEB.machine, facts), systemdVersion);
}

/** Its container's settings, with the values of all outputs. */
export async function containerOf(
    args: MachineArgs,
    { systemdVersion = 252, access = "v2-writable", facts = {}, ipv6 }: Place = {},
): Promise<Record<string, unknown>> {
    const parts = {
        imageId: "sha256:image",
        systemdVersion,
        network: "alice",
        externalNetworks: [],
        volumes: [],
        uuid: "12345678-1234-1234-1234-123456789012",
        ownership: {},
    };
    const settings = containerArgs(
        specOf(args),
        parts,
        pulumi.output({ facts: host(facts), access: accessNamed(access), ipv6 }),
    );
    const entries = Object.entries(settings).map(async ([name, value]): Promise<[string, unknown]> => [
        name,
        await valueOf(pulumi.output(value as unknown)),
    ]);
    return Object.fromEntries(await Promise.all(entries));
}
