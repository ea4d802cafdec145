import assert from "node:assert/strict";
import { SystemdBase } from "../../../components";
import { checkBase } from "../../../components/base/base";
import { VERSION } from "../../../components/version";
import { cluster, node } from "../../support/cluster-facts";
import { host } from "../../support/host-facts";
import { recordResources } from "../../support/mocks";
import { problems, refuses } from "../../support/problems";
import { inputsOf, valueOf } from "../../support/recorded-sandbox";
import { refusedRun } from "../../support/refused-run";

const REGISTRY = { registry: "registry.example.org/team" };

describe("a base of a cluster", () => {
    it("is an image in a registry, and nothing else: sandboxes of that cluster take it as it is", async () => {
        const resources = await recordResources(host({}));
        const base = await valueOf(new SystemdBase("base", { cluster: REGISTRY, distribution: "debian-12" }).outputs);
        assert.deepEqual(base, {
            stack: "organization/test/stack",
            version: VERSION,
            distribution: "debian-12",
            systemdVersion: 252,
            imageId: `registry.example.org/team/base@sha256:${"c".repeat(64)}`,
            imageName: "registry.example.org/team/base:debian-12",
            host: "",
        });
        assert.deepEqual(
            resources.map(({ type, name }) => `${type.split(":").at(-1)} ${name}`),
            ["SystemdBase base", "SystemdImage base", "Command base-leftovers", "Image base"],
        );
        assert.deepEqual(problems({ cluster: {}, base }), []);
    });

    it("is built for the nodes that machines can be on", async () => {
        const arm = cluster({ nodes: [node(), node({ architecture: "arm64", labels: { pool: "arm" } })] });
        const resources = await recordResources(host({}), arm);
        const { outputs } = new SystemdBase("base", { cluster: { ...REGISTRY, nodeSelector: { pool: "arm" } } });
        await valueOf(outputs);
        const { build } = inputsOf(resources, "image:Image", "base");
        assert.equal((build as { platform: string }).platform, "linux/arm64");
    });

    it("is not built where the cluster can't be reached", async () => {
        const resources = await recordResources(host({}), { unreachable: "no route." });
        const [error] = await refusedRun(() => new SystemdBase("base", { cluster: REGISTRY }));
        assert.match(error.message, /^The cluster can't be reached: no route\./);
        assert.ok(!resources.some(({ type }) => type === "docker:index/image:Image"));
    });

    const refused = (args: object) => [...checkBase("base", args).problems];
    refuses({
        "no registry": [
            refused({ cluster: {} }),
            /cluster\.registry: missing; allowed: the registry to which the base's image is pushed/,
        ],
        "an image that is there, which needs no base": [
            refused({ cluster: { ...REGISTRY, image: "team/machine:1" } }),
            /cluster\.registry: .*without cluster\.image, which needs no base/,
        ],
        "a registry that is none": [refused({ cluster: { registry: "https://r" } }), /cluster\.registry: "https:/],
        "a host beside it": [refused({ cluster: REGISTRY, host: "ssh://big" }), /host can't be combined with cluster/],
        "an access of Docker's": [
            refused({ cluster: REGISTRY, cgroupAccess: "v2-parent" }),
            /cgroupAccess can't be combined with cluster/,
        ],
    });
});
