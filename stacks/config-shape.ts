import type { SystemdSandboxArgs } from "../components";
import type { EngineArgs } from "../components/engine";
import type { CapabilitiesArgs } from "../components/machine/capabilities";
import type { DeviceArgs } from "../components/machine/devices";
import type { FileArgs } from "../components/machine/files";
import type { FolderArgs } from "../components/machine/folders";
import type { PortArgs } from "../components/machine/ports";
import type { ProvisionArgs } from "../components/machine/provisioning";
import type { SshArgs } from "../components/machine/sshd";
import type { WaitForArgs } from "../components/machine/readiness";
import type { ReplicatedMachineArgs } from "../components/machine/replicas";
import type { TmpfsArgs } from "../components/machine/tmpfs";
import type { UlimitArgs } from "../components/machine/ulimits";
import type { DropInArgs, UnitArgs } from "../components/machine/units";
import type { VolumeArgs } from "../components/machine/volumes";
import type { SandboxNetworkArgs } from "../components/network";
import { fields } from "./shape";

/** What `pulumi config` may say, each under the name that the components have for it. A base is named by its stack. */
export interface StackConfig extends Omit<SystemdSandboxArgs, "base" | "hosts" | "machines"> {
    base?: string;
    hosts?: Record<string, EngineArgs & { base?: string }>;
    machines?: Record<string, ReplicatedMachineArgs>;
    /** Port of 127.0.0.1 on which the default machine `web` answers. */
    webPort?: number;
}

const FILE = fields<FileArgs>({
    content: "secret",
    contentBase64: "secret",
    source: "text",
    mode: "text",
    owner: "text",
});

const UNIT = fields<UnitArgs>({
    content: "secret",
    source: "text",
    dropIns: { map: fields<DropInArgs>({ content: "secret", source: "text" }) },
    enable: "flag",
    start: "flag",
    mask: "flag",
});

const MACHINE = fields<ReplicatedMachineArgs>({
    aliases: { list: "text" },
    allowDegraded: "flag",
    appArmor: "text",
    capabilities: fields<CapabilitiesArgs>({ add: { list: "text" }, drop: { list: "text" } }),
    count: "number",
    cpus: "number",
    devices: { list: fields<DeviceArgs>({ hostPath: "text", path: "text", permissions: "text" }) },
    environment: { map: "secret" },
    files: { map: FILE },
    folders: { map: fields<FolderArgs>({ hostPath: "text", writable: "flag" }) },
    gpus: "text",
    hardening: "text",
    hostname: "text",
    journal: "text",
    labels: { map: "text" },
    memory: "text",
    on: "text",
    pids: "number",
    ports: {
        list: fields<PortArgs>({ port: "number", hostPort: "number", hostAddress: "text", protocol: "text" }),
    },
    privileged: "flag",
    provision: {
        list: fields<ProvisionArgs>({
            name: "text",
            script: "text",
            inline: "text",
            args: { list: "text" },
            environment: { map: "secret" },
            files: { map: FILE },
            user: "text",
            directory: "text",
            replaceOnChange: "flag",
        }),
    },
    readyTimeout: "number",
    restart: "text",
    ssh: fields<SshArgs>({ publicKey: "text" }),
    seccomp: "text",
    sysctls: { map: "text" },
    tmpfs: { map: fields<TmpfsArgs>({ size: "text", exec: "flag", mode: "text" }) },
    ulimits: { map: fields<UlimitArgs>({ soft: "number", hard: "number" }) },
    units: { map: UNIT },
    volumes: { map: fields<VolumeArgs>({ path: "text", readOnly: "flag", keep: "flag", external: "text" }) },
    waitFor: fields<WaitForArgs>({ units: { list: "text" }, ports: { list: "number" }, command: "text" }),
});

/** Every key of the configuration; Pulumi.yaml has them too, with descriptions and defaults. */
export const CONFIG = fields<StackConfig>({
    base: "text",
    baseImage: "text",
    certPath: "text",
    cgroupAccess: "text",
    distribution: "text",
    host: "secret",
    hosts: { map: { fields: { host: "secret", certPath: "text", base: "text" } } },
    keepImage: "flag",
    machines: { map: MACHINE },
    network: fields<SandboxNetworkArgs>({
        subnet: "text",
        ipv6: "flag",
        ipv6Subnet: "text",
        internal: "flag",
        external: { list: "text" },
    }),
    owner: "text",
    packageManager: "text",
    packages: { list: "text" },
    systemdVersion: "number",
    ttl: "text",
    webPort: "number",
});
