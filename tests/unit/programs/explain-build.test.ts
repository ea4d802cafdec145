import assert from "node:assert/strict";
import { type Answer, type Answers, runProgram } from "../../support/fake-docker";

const ENVIRONMENT = {
    BASE_IMAGE: "debian:12",
    PLATFORM: "linux/amd64",
    PACKAGE_MANAGER: "apt",
    SYSTEMD_VERSION: "252",
    PACKAGES: "nginx no-such-package",
};

/** Why a build has failed whose steps come to this in a container. */
function explain(start: Answer, create: Answer = { stdout: "id\n" }) {
    const answers: Answers = [
        [/^create /, create],
        [/^cp /, {}],
        [/^start --attach id$/, start],
        [/^rm /, {}],
    ];
    return runProgram("explain-build", answers, ENVIRONMENT);
}

describe("why an image could not be built", () => {
    it("is what its steps say at last in a container of the base image, which goes", async () => {
        const lastWord = "E: Unable to locate package no-such-package";
        const said = [...Array.from({ length: 30 }, (_, line) => `line ${line}`), lastWord, ""].join("\n");
        const { status, stdout, calls } = await explain({ stdout: said, status: 100 });
        assert.equal(status, 0);
        const [headline, ...lines] = stdout.trimEnd().split("\n");
        assert.equal(headline, "The build's steps, done once more in a container, end with status 100:");
        assert.equal(lines.length, 20);
        assert.deepEqual(lines.slice(-2), ["line 29", lastWord]);
        const [create, , , , start, remove] = calls.map(({ words }) => words);
        assert.equal(create[1], "--platform=linux/amd64");
        assert.equal(create.at(-4), "debian:12");
        assert.deepEqual(start, ["start", "--attach", "id"]);
        assert.deepEqual(remove, ["rm", "--force", "--volumes", "id"]);
    });

    it("is said without what a terminal would obey", async () => {
        const { stdout } = await explain({ stdout: "\u001b]0;owned\u0007bad\n", status: 1 });
        assert.match(stdout, /^\\u\{1b\}\]0;owned\\u\{7\}bad$/m);
    });

    it("is that the base image can't be had", async () => {
        const refused = { stderr: "Error response from daemon: manifest for debian:12 not found\n", status: 1 };
        const { stdout } = await explain({}, refused);
        assert.equal(stdout, "The base image debian:12 can't be had: manifest for debian:12 not found\n");
    });

    it("isn't known where the same steps go well", async () => {
        const { stdout } = await explain({ stdout: "done\n" });
        assert.match(stdout, /went well in a container just now\. `pulumi up` tries again\./);
    });
});
