import assert from "node:assert/strict";
import { type Answers, runProgram } from "../../support/fake-docker";

const BUILD = { IMAGE_ID: "sha256:1f2e", TAG: "localhost/pulumi-centos-systemd/alice:build-7" };
const pin = (answers: Answers) => runProgram("pin", answers, BUILD);

describe("a build's own tag", () => {
    it("is given to the image by its id", async () => {
        const { status, stdout, calls } = await pin([[/^image tag/, {}]]);
        assert.deepEqual([status, stdout], [0, ""]);
        assert.deepEqual(
            calls.map(({ words }) => words),
            [["image", "tag", BUILD.IMAGE_ID, BUILD.TAG]],
        );
    });

    it("fails in the engine's words where the image has gone", async () => {
        const stderr = "Error response from daemon: No such image: sha256:1f2e\n";
        const ran = await pin([[/^image tag/, { stderr, status: 1 }]]);
        assert.deepEqual([ran.status, ran.stderr], [1, "docker image failed: No such image: sha256:1f2e\n"]);
    });
});
