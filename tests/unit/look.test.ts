import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { lookAtHost, parseHostLook } from "../../components/docker/look";
import { engineAnswer } from "../support/engine-answer";
import { host } from "../support/host-facts";
import { recordResources } from "../support/mocks";
import { valueOf } from "../support/recorded-sandbox";
import { seenContainer, seenThing } from "../support/seen";

const PRINTED = {
    ...engineAnswer(host({})),
    containers: [seenContainer("alice-web")],
    networks: [seenThing("alice")],
    images: ["sha256:base"],
    imageTags: ["debian-12", "build-7"],
    missingPaths: ["/nosuch"],
};

describe("a look at the host", () => {
    let parent: pulumi.ComponentResource;

    beforeEach(async () => {
        await recordResources(host({}));
        parent = new pulumi.ComponentResource("test:index:Parent", "parent");
    });

    const parse = (printed: object) => parseHostLook(`${JSON.stringify(printed)}\n`, "docker -H ssh://big", parent);

    it("has the facts of the host in place of the engine's words, and all that was seen there", () => {
        const { containers, networks, images, imageTags, missingPaths } = PRINTED;
        const kernel = { bootId: "2f1c", inotifyInstances: 128, slices: "", ipv6: true };
        assert.deepEqual(parse({ ...PRINTED, kernel }), {
            facts: host({}),
            bootId: "2f1c",
            ipv6: true,
            containers,
            networks,
            images,
            imageTags,
            missingPaths,
        });
    });

    it("knows no boot where the kernel isn't that of the machine where Pulumi runs", () => {
        assert.equal(parse(PRINTED).bootId, undefined);
    });

    it("refuses an engine that doesn't answer, in its words, without a stack, and says how to try", () => {
        assert.throws(
            () => parse({ unreachable: "Cannot connect to the Docker daemon." }),
            (error) => {
                assert.ok(pulumi.ResourceError.isInstance(error));
                assert.equal(error.hideStack, true);
                assert.equal(
                    error.message,
                    "The Docker engine can't be reached: Cannot connect to the Docker daemon. " +
                        "`docker -H ssh://big version` shows whether it answers; " +
                        "DOCKER_HOST, or the argument `host`, says where it is.",
                );
                return true;
            },
        );
    });

    it("is for one sandbox, its image's repository and an image that has to be there", async () => {
        const seen = await valueOf(lookAtHost("alice", "alice", { parent }, undefined, "sha256:base"));
        assert.deepEqual(seen.images, ["sha256:base"]);
        assert.deepEqual((await valueOf(lookAtHost("alice", "alice", { parent }))).images, []);
    });
});
