import assert from "node:assert/strict";

describe("npm run build", () => {
    it("names the repository whose workflow builds, for provenance, and none elsewhere", async () => {
        const { packageManifest } = await import("../../../toolchain/package.mjs");
        assert.deepEqual(packageManifest({ name: "p" }, "somebody/p").repository, {
            type: "git",
            url: "git+https://github.com/somebody/p.git",
        });
        assert.ok(!("repository" in packageManifest({ name: "p" }, undefined)));
    });

    it("names archives as Pulumi looks for them", async () => {
        const { archiveName } = await import("../../../toolchain/release.mjs");
        assert.equal(archiveName("1.2.3", "linux-amd64"), "pulumi-resource-centos-systemd-v1.2.3-linux-amd64.tar.gz");
    });
});
