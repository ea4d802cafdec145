// The plugin `pulumi-resource-centos-systemd`, by which programs in every language have the components.
import * as pulumi from "@pulumi/pulumi";
import { SystemdBase } from "../base/base";
import { SystemdCluster, type SystemdClusterArgs } from "../cluster/cluster";
import { argumentsOf } from "../rules/shape";
import { SystemdSandbox } from "../sandbox/sandbox";
import type { SystemdSandboxArgs } from "../sandbox/arguments";
import schema from "../schema.json";
import { token } from "../token";
import { VERSION } from "../version";
import { settledFields } from "./settled";

const COMPONENTS = { SystemdSandbox, SystemdBase, SystemdCluster };
const NAMES = Object.keys(COMPONENTS) as (keyof typeof COMPONENTS)[];

/** One component of a program in another language; all that it consists of is registered from here. */
async function construct(
    name: string,
    type: string,
    inputs: pulumi.Inputs,
    options: pulumi.ComponentResourceOptions,
): Promise<pulumi.provider.ConstructResult> {
    const component = NAMES.find((each) => token(each) === type);
    if (component === undefined) {
        throw new Error(`This package has no ${type}; it has ${NAMES.map(token).join(" and ")}.`);
    }
    const args = (await settledFields(inputs, argumentsOf(component))) as SystemdSandboxArgs & SystemdClusterArgs;
    const made = new COMPONENTS[component](name, args, options);
    const { properties } = schema.resources[`centos-systemd:index:${component}`];
    return { urn: made.urn, state: Object.fromEntries(Object.entries(made).filter(([key]) => key in properties)) };
}

void pulumi.provider.main(
    { version: VERSION, schema: JSON.stringify({ ...schema, version: VERSION }), construct },
    process.argv.slice(2),
);
