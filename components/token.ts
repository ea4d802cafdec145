import * as pulumi from "@pulumi/pulumi";
import schema from "./schema.json";

/** A component's type in Pulumi's form, `package:module:Name`; programs in YAML are written with it. */
export function token(component: string): string {
    return `${schema.name}:index:${component}`;
}

/** What stacks of before 0.2 call the component: by that they find it, and all that is in it, and nothing is made anew. */
export function knownBefore(
    component: string,
    opts: pulumi.ComponentResourceOptions = {},
): pulumi.ComponentResourceOptions {
    return pulumi.mergeOptions(opts, { aliases: [{ type: `pulumi-centos-systemd:index:${component}` }] });
}
