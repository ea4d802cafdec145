import { appendFileSync } from "node:fs";
import * as path from "node:path";
import type { ClusterArgs } from "../../components";
import type { DebianImage } from "../support/base-image";
import { type PulumiProgram } from "./pulumi-project";

export const OURS = "pulumi-centos-systemd";
export const EMPTY = "empty Pulumi program";

/** A sandbox of so many machines. The first one has a script, which `change` edits. */
export function sandboxProgram(machines: number, base: DebianImage, cluster?: ClusterArgs): PulumiProgram {
    return {
        name: OURS,
        program: `import * as pulumi from "@pulumi/pulumi";
import { SystemdSandbox } from "pulumi-centos-systemd";

const config = new pulumi.Config();
const names = Array.from({ length: config.requireNumber("machines") }, (_, index) => \`node-\${index}\`);

new SystemdSandbox(pulumi.getStack(), {
    distribution: config.require("distribution"),
    baseImage: config.require("baseImage"),
    keepImage: true,
    cluster: config.getObject("cluster"),
    machines: Object.fromEntries(
        names.map((name, index) => [name, index === 0 ? { provision: [{ script: "./provision/first.sh" }] } : {}]),
    ),
});
`,
        config: {
            ...base,
            machines: String(machines),
            ...(cluster !== undefined && { cluster: JSON.stringify(cluster) }),
        },
        change: (project) => appendFileSync(path.join(project, "provision/first.sh"), "true\n"),
    };
}

/** What no component can beat: a program that loads the SDKs, and makes nothing. */
export const emptyProgram: PulumiProgram = {
    name: EMPTY,
    program: `import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

export const loaded = [command, docker, pulumi].map((sdk) => typeof sdk);
`,
};
