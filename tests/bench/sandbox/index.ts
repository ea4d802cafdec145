import * as pulumi from "@pulumi/pulumi";
import { SystemdSandbox } from "../../../components";

const config = new pulumi.Config();
const names = Array.from({ length: config.requireNumber("machines") }, (_, index) => `node-${index}`);

new SystemdSandbox(pulumi.getStack(), {
    distribution: config.require("distribution"),
    baseImage: config.require("baseImage"),
    keepImage: true,
    machines: Object.fromEntries(names.map((name) => [name, {}])),
});
