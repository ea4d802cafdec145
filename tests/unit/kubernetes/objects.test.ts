import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { KubernetesObject } from "../../../components/kubernetes/objects";
import plugin from "../../../components/kubernetes/provider.json";
import { host } from "../../support/host-facts";
import { recordResources } from "../../support/mocks";

describe("an object of a cluster", () => {
    const metadata = { name: "web", namespace: "alice" };

    it("is registered as Pulumi's own SDK registers it, for the plugin that it was tried with", async () => {
        const resources = await recordResources(host({}));
        const options: pulumi.CustomResourceOptions[] = [];
        const record = ({ opts }: pulumi.ResourceTransformationArgs) => void options.push(opts);
        const make = (kind: ConstructorParameters<typeof KubernetesObject>[0]) =>
            new KubernetesObject(kind, kind, { metadata }, { transformations: [record] });
        const made = (["Pod", "DaemonSet", "NetworkPolicy", "Secret"] as const).map(make);
        await Promise.all(made.map(({ urn }) => (urn as unknown as { promise: () => Promise<string> }).promise()));
        assert.deepEqual(
            resources.map(({ type, inputs: { apiVersion, kind } }) => [type, apiVersion, kind]),
            [
                ["kubernetes:core/v1:Pod", "v1", "Pod"],
                ["kubernetes:apps/v1:DaemonSet", "apps/v1", "DaemonSet"],
                ["kubernetes:networking.k8s.io/v1:NetworkPolicy", "networking.k8s.io/v1", "NetworkPolicy"],
                ["kubernetes:core/v1:Secret", "v1", "Secret"],
            ],
        );
        assert.deepEqual([...new Set(options.map(({ version }) => version))], [plugin.version]);
        assert.deepEqual(
            options.map(({ additionalSecretOutputs = [] }) => additionalSecretOutputs),
            [[], [], [], ["data"]],
        );
    });

    it("needs no SDK beside the program, whose plugin Pulumi would load at each start of everybody's", () => {
        assert.ok(!readdirSync("node_modules/@pulumi").includes("kubernetes"));
    });
});
