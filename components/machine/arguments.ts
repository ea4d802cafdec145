import { isWithin } from "../rules/path";
import type { Problem } from "../rules/problem";
import { type ArgumentTable, compose, problemsByArgument } from "./argument";
import { APPARMOR, type AppArmorArgs, type AppArmorSpec } from "./confinement/apparmor";
import { CAPABILITIES, type PrivilegeArgs, type PrivilegeSpec } from "./confinement/capabilities";
import { HARDENING, type HardeningArgs, hardeningConflicts, type HardeningSpec } from "./confinement/hardening";
import { SECCOMP, type SeccompArgs, type SeccompSpec } from "./confinement/seccomp";
import { SERVICE_SANDBOXING, type ServiceSandboxingArgs } from "./confinement/service-sandboxing";
import { ENVIRONMENT, type EnvironmentArgs, type EnvironmentSpec } from "./files/environment";
import { FILES, type FilesArgs, type FilesSpec } from "./files/files";
import { setupUploads } from "./files/setup-unit";
import { UNITS, type UnitsArgs, type UnitsSpec } from "./files/units";
import { HARDWARE, type HardwareArgs, type HardwareSpec } from "./limits/devices";
import { type LimitArgs, LIMITS, type LimitSpec } from "./limits/limits";
import { type SysctlArgs, SYSCTLS, type SysctlSpec } from "./limits/sysctls";
import { ULIMITS, type UlimitsArgs, type UlimitSpec } from "./limits/ulimits";
import type { MachineName } from "./machine-name";
import { DNS, type DnsArgs, type DnsSpec } from "./network/dns";
import { type NameArgs, NAMES, type NameSpec } from "./network/names";
import { eachPortOnce, PORTS, type PublishingArgs, type PublishingSpec } from "./network/ports";
import { SSH, type SshAccessArgs, sshConflicts, type SshSpec } from "./network/ssh";
import { type LabelArgs, LABELS, type LabelSpec } from "./placement/labels";
import type { PlacementArgs } from "./placement/replicas";
import { READINESS, type ReadinessArgs, type ReadinessSpec } from "./provisioning/readiness";
import { RESTART, type RestartArgs, type RestartSpec } from "./provisioning/restart";
import { PROVISIONING, type ProvisioningArgs, type ProvisioningSpec } from "./provisioning/steps";
import { CONSOLE_LOG, type ConsoleLogArgs, type ConsoleLogSpec } from "./storage/console-log";
import { FOLDERS, type FolderSpec, type SyncedFoldersArgs } from "./storage/folders";
import { JOURNAL, type JournalArgs } from "./storage/journal";
import { mountProblems } from "./storage/mounts";
import { SHARED_MEMORY, type SharedMemoryArgs, type SharedMemorySpec } from "./storage/shared-memory";
import { TMPFS, type TmpfsDirectoriesArgs, type TmpfsSpec } from "./storage/tmpfs";
import { volumeNameProblems, VOLUMES, type VolumesArgs, type VolumeSpec } from "./storage/volumes";

/** What a person says of one machine. */
export interface MachineArgs
    extends
        NameArgs,
        PublishingArgs,
        SshAccessArgs,
        DnsArgs,
        FilesArgs,
        UnitsArgs,
        EnvironmentArgs,
        VolumesArgs,
        SyncedFoldersArgs,
        TmpfsDirectoriesArgs,
        SharedMemoryArgs,
        JournalArgs,
        ConsoleLogArgs,
        LimitArgs,
        UlimitsArgs,
        SysctlArgs,
        HardwareArgs,
        HardeningArgs,
        SeccompArgs,
        PrivilegeArgs,
        AppArmorArgs,
        ServiceSandboxingArgs,
        ProvisioningArgs,
        ReadinessArgs,
        RestartArgs,
        LabelArgs {}

/** A machine of a sandbox, or several that are alike. */
export interface ReplicatedMachineArgs extends MachineArgs, PlacementArgs {}

/** The same as plain data, with every default filled in: what an engine makes a machine of. */
export interface MachineSpec
    extends
        NameSpec,
        PublishingSpec,
        SshSpec,
        DnsSpec,
        FilesSpec,
        UnitsSpec,
        EnvironmentSpec,
        VolumeSpec,
        FolderSpec,
        TmpfsSpec,
        SharedMemorySpec,
        ConsoleLogSpec,
        LimitSpec,
        UlimitSpec,
        SysctlSpec,
        HardwareSpec,
        HardeningSpec,
        SeccompSpec,
        PrivilegeSpec,
        AppArmorSpec,
        ProvisioningSpec,
        ReadinessSpec,
        RestartSpec,
        LabelSpec {}

/** Every argument of a machine, in the groups of the README: one without a row doesn't compile. */
export const MACHINE: ArgumentTable<MachineArgs, MachineSpec> = {
    // Network
    ...NAMES,
    ...PORTS,
    ...SSH,
    ...DNS,
    // Files and units
    ...FILES,
    ...UNITS,
    ...ENVIRONMENT,
    // Storage
    ...VOLUMES,
    ...FOLDERS,
    ...TMPFS,
    ...SHARED_MEMORY,
    ...JOURNAL,
    ...CONSOLE_LOG,
    // Limits
    ...LIMITS,
    ...ULIMITS,
    ...SYSCTLS,
    ...HARDWARE,
    // Confinement
    ...HARDENING,
    ...SECCOMP,
    ...CAPABILITIES,
    ...APPARMOR,
    ...SERVICE_SANDBOXING,
    // Provisioning and readiness
    ...PROVISIONING,
    ...READINESS,
    ...RESTART,
    // Placement
    ...LABELS,
};

/** The machine that these arguments describe. */
export function machineSpec(name: MachineName, args: MachineArgs): MachineSpec {
    const spec = compose(MACHINE, args, name);
    return { ...spec, ports: eachPortOnce(spec.ports), uploads: [...setupUploads(spec), ...spec.uploads] };
}

/** Everything wrong with one machine of that name: each argument by itself, and what can't be combined. */
export function machineArgsProblems(
    { sandbox, machine }: Omit<MachineName, "group">,
    args: MachineArgs,
    prefix: string,
): Problem[] {
    const byArgument = problemsByArgument(MACHINE, args, prefix);
    const isSound = ([name]: [string, unknown]) => byArgument[name]?.length === 0;
    const sound = Object.fromEntries(Object.entries(args).filter(isSound)) as MachineArgs;
    return [
        ...Object.values(byArgument).flat(),
        ...mountProblems(args, prefix),
        ...volumeNameProblems(args, `${sandbox}-${machine}`, `${prefix}volumes`),
        ...uploadClashes(sound, prefix),
        ...hardeningConflicts(args, prefix),
        ...sshConflicts(args, prefix),
    ];
}

/**
 * Files that another argument makes too: the provider keeps uploads in no order, so nobody could say which one wins. Nor can a
 * file be where another one's directory is.
 */
function uploadClashes({ files = {}, ...others }: MachineArgs, prefix: string): Problem[] {
    const { uploads } = machineSpec({ sandbox: "", machine: "", group: "" }, others);
    const makers = "no other argument (units, environment, journal, ulimits, ssh, serviceSandboxing) makes a file at";
    return Object.keys(files).flatMap((file) => {
        const taken = uploads.find((each) => isWithin(each.file, file) || isWithin(file, each.file));
        const allowed = taken?.file === file ? `a path that ${makers}` : `a path that ${makers}; ${taken?.file} is one`;
        return taken === undefined ? [] : [{ argument: `${prefix}files`, value: file, allowed }];
    });
}
