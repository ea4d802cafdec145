import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { CHECKOUT } from "../../support/stack";

interface Manifest {
    readonly version: string;
    readonly dependencies: Record<string, string>;
    readonly peerDependencies: Record<string, string>;
    readonly devDependencies: Record<string, string>;
}

function manifest(...directory: string[]): Manifest {
    return JSON.parse(readFileSync(path.join(CHECKOUT, ...directory, "package.json"), "utf8")) as Manifest;
}

describe("what a person copies from here", () => {
    const { version, peerDependencies, devDependencies } = manifest();

    it("the template has this version of the package, and the SDKs that it asks for", () => {
        assert.deepEqual(manifest("template").dependencies, {
            ...peerDependencies,
            "pulumi-centos-systemd": `^${version}`,
        });
    });

    it("the policy pack has this version, and the SDKs that it is tested with", () => {
        const pack = manifest("policy");
        assert.equal(pack.version, version);
        assert.deepEqual(pack.dependencies, {
            "@pulumi/policy": `^${devDependencies["@pulumi/policy"]}`,
            "@pulumi/pulumi": peerDependencies["@pulumi/pulumi"],
        });
    });
});
