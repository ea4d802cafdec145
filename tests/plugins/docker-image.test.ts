import * as docker from "@pulumi/docker";
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import {
    chmodSync,
    mkdirSync,
    mkdtempSync,
    readFileSync,
    renameSync,
    rmSync,
    symlinkSync,
    utimesSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { debian } from "../support/base-image";
import { complaint } from "../support/complaint";
import { docker as dockerCli } from "../support/docker";
import { startRegistry } from "../support/registry";
import { openStack, program, type TestStack } from "../support/stack";
import { onlyOfStandIn } from "../support/stand-in";

/** What the state says of the image. */
interface ImageState {
    type: string;
    inputs: Record<string, unknown>;
    outputs: Record<string, unknown> & { __inputs: { plaintext: string } };
}

/** Whatever plugin answers to @pulumi/docker here, ours or the official one, has to behave like this. */
describe("docker plugin: Image", () => {
    let stack: TestStack;
    /** Of the image, and of what else the test makes on the engine. */
    let name: string;
    /** The build's context. */
    let directory: string;
    let baseImage: string;

    before(async () => ({ baseImage } = await debian("bookworm")));

    beforeEach(async () => {
        name = `docker-image-${randomBytes(3).toString("hex")}`;
        stack = await openStack(program(() => ({})));
        directory = mkdtempSync(join(tmpdir(), "docker-image-"));
        write({ Dockerfile: "FROM scratch\nCOPY . /", "a/b": "one" });
    });

    afterEach(async () => {
        await stack.close();
        rmSync(directory, { recursive: true });
        const steps = await leftBehind();
        if (steps.length > 0) {
            await dockerCli(["rm", "--force", ...steps]);
        }
        // Older builds have lost their name to the newest.
        const ids = (await dockerCli(["images", "-q", "--no-trunc", "--filter", `label=test=${name}`])).split("\n");
        if (ids[0] !== "") {
            await dockerCli(["rmi", "--force", ...new Set(ids)]);
        }
    });

    /** The containers of a build's steps that are still on the engine. */
    const leftBehind = async () =>
        (await dockerCli(["ps", "-aq", "--filter", `label=test=${name}`])).split("\n").filter((id) => id !== "");

    /** Writes files of the context. Every stage of a Dockerfile labels its image, to be found again. */
    function write(files: Record<string, string>): void {
        for (const [file, content] of Object.entries(files)) {
            mkdirSync(dirname(join(directory, file)), { recursive: true });
            const text = file.endsWith("Dockerfile")
                ? content.replace(/^FROM .*$/gm, `$&\nLABEL test=${name}`)
                : content;
            writeFileSync(join(directory, file), text);
        }
    }

    /** A program with one image. */
    const image = (build: docker.types.input.DockerBuild = {}, args: Partial<docker.ImageArgs> = {}) =>
        program(() => {
            const { repoDigest, imageName, dockerfile } = new docker.Image("image", {
                imageName: name,
                skipPush: true,
                build: { context: directory, ...build },
                ...args,
            });
            return { repoDigest, imageName, dockerfile };
        });

    /** Builds, and gives the log. */
    async function built(...args: Parameters<typeof image>): Promise<string> {
        stack.program(image(...args));
        return (await stack.up()).stdout;
    }

    /** Whether `up` built it again. */
    const isBuiltAgain = async () => (await stack.up()).summary.resourceChanges?.update === 1;

    /** The text of a file in the image, which needn't be able to run. */
    async function inImage(file: string): Promise<string> {
        const container = await dockerCli(["create", name, "none"]);
        const copy = `${directory}.copy`;
        try {
            await dockerCli(["cp", `${container}:${file}`, copy]);
            return readFileSync(copy, "utf8");
        } finally {
            rmSync(copy, { force: true });
            await dockerCli(["rm", container]);
        }
    }

    it("is built, is known by its id, and stays when the stack goes", async () => {
        stack.program(image());
        const { outputs } = await stack.up();
        assert.equal(outputs.imageName.value, name);
        assert.equal(outputs.dockerfile.value, "Dockerfile");
        assert.equal(outputs.repoDigest.value, await dockerCli(["image", "inspect", "-f", "{{.Id}}", name]));
        assert.equal(await inImage("/a/b"), "one");
        await stack.destroy();
        assert.notEqual(await dockerCli(["images", "-q", name]), "");
    });

    it("is in the state with what it is, and with what it was made from", async () => {
        stack.program(image({ platform: "linux/amd64" }));
        const { repoDigest } = (await stack.up()).outputs;
        const { deployment } = JSON.parse(await stack.state()) as { deployment: { resources: ImageState[] } };
        const found = deployment.resources.find(({ type }) => type === "docker:index/image:Image");
        assert.ok(found);
        const { contextDigest } = found.inputs.build as { contextDigest: string };
        assert.match(contextDigest, /^[0-9a-f]{64}$/);
        const inputs = {
            imageName: name,
            skipPush: true,
            buildOnPreview: false,
            build: {
                context: directory,
                dockerfile: join(directory, "Dockerfile"),
                platform: "linux/amd64",
                contextDigest,
            },
        };
        assert.deepEqual(found.inputs, inputs);
        const { __inputs, ...outputs } = found.outputs;
        assert.deepEqual(JSON.parse(__inputs.plaintext), inputs);
        assert.deepEqual(outputs, {
            imageName: name,
            baseImageName: name,
            registryServer: "",
            context: directory,
            dockerfile: "Dockerfile",
            platform: "linux/amd64",
            repoDigest: repoDigest.value as string,
        });
    });

    it("is built again when a file of the context changes", async () => {
        await built();
        const changes: Record<string, () => void> = {
            "its content": () => write({ "a/b": "two" }),
            "its content, with the same size and time": () => {
                utimesSync(join(directory, "a/b"), 1, 1);
                write({ "a/b": "TWO" });
                utimesSync(join(directory, "a/b"), 1, 1);
            },
            "its mode": () => chmodSync(join(directory, "a/b"), 0o700),
            "its name": () => renameSync(join(directory, "a/b"), join(directory, "a/c")),
            "a link": () => symlinkSync("a", join(directory, "link")),
            "the Dockerfile": () => write({ Dockerfile: "FROM scratch\nCOPY a /" }),
        };
        for (const [what, change] of Object.entries(changes)) {
            change();
            assert.equal(await isBuiltAgain(), true, what);
        }
        assert.equal(await inImage("/c"), "TWO");
    });

    it("is not built again for other times, nor for ignored files", async () => {
        write({ ".dockerignore": "ignored\n**/*.log\n!kept.log\n", "a/x.log": "1", "kept.log": "1", ignored: "1" });
        await built();
        utimesSync(join(directory, "a/b"), 1, 1);
        write({ "a/x.log": "2", "a/y.log": "2", ignored: "2" });
        assert.deepEqual(await stack.preview(), { same: 2 });
        write({ "kept.log": "2" });
        assert.deepEqual(await stack.preview(), { same: 1, update: 1 });
    });

    it("ends with its target, from a Dockerfile beside the context", async () => {
        write({ "other.Dockerfile": "FROM scratch AS first\nCOPY b /first\nFROM first AS last\nCOPY b /last" });
        const build = {
            context: join(directory, "a"),
            dockerfile: join(directory, "other.Dockerfile"),
            target: "first",
        };
        await built(build);
        assert.equal(await inImage("/first"), "one");
        assert.equal(await isBuiltAgain(), false);
        write({ "other.Dockerfile": "FROM scratch AS first\nCOPY b /again" });
        assert.equal(await isBuiltAgain(), true);
        for (const builderVersion of ["BuilderBuildKit", "BuilderV1"] as const) {
            await built({ ...build, builderVersion });
            assert.equal(await inImage("/again"), "one");
        }
    });

    // An engine's own words; engines from 22 on have others for BuildKit.
    for (const [builder, builderVersion, found, shown, failure] of [
        [
            "BuildKit, the default",
            undefined,
            // It gets what it reads itself with all the rest, and leaves it there.
            ["/here", "/here/.dockerignore", "/here/Dockerfile", "/here/a", "/here/a/b"],
            // Of a step's name and what it says at once, `up` shows the first line.
            /digest: sha256:[0-9a-f]{64}\n/,
            /^error reading build output: (executor failed running \[.*\]|process ".*" did not complete successfully): exit code: 3$/,
        ],
        [
            "the classic builder",
            "BuilderV1",
            ["/here", "/here/a", "/here/a/b"],
            /Step 3\/3 : RUN echo working/,
            /^error reading build output: The command '.*' returned a non-zero code: 3$/,
        ],
    ] as const) {
        describe(`by ${builder}`, () => {
            it("has its args, and no ignored file but those of the build itself", async () => {
                write({
                    Dockerfile: `FROM ${baseImage}\nARG WHO\nCOPY . /here\nRUN find /here | sort >/list; echo "hello $WHO" >>/list`,
                    ".dockerignore": "secret*\nDockerfile\n.dockerignore",
                    secret: "",
                });
                await built({ builderVersion, args: { WHO: "world" } });
                assert.equal(await inImage("/list"), [...found, "hello world\n"].join("\n"));
                await built({ builderVersion, args: { WHO: "you" } });
                assert.match(await inImage("/list"), /hello you/);
            });

            it("shows its log while it is built", async () => {
                write({ Dockerfile: `FROM ${baseImage}\nRUN echo working on $((6 * 7)) ${name}` });
                const log = await built({ builderVersion });
                assert.match(log, shown);
                assert.match(log, /working on 42/);
            });

            it("has the network and the hosts that it is told to have", async () => {
                write({ Dockerfile: `FROM ${baseImage}\nRUN (ls /sys/class/net; getent hosts elsewhere) >/found` });
                await built({ builderVersion, network: "none", addHosts: ["elsewhere:10.1.2.3"] });
                const found = await inImage("/found");
                assert.match(found, /^10\.1\.2\.3 +elsewhere$/m);
                assert.doesNotMatch(found, /eth0/);
            });

            it("fails with the engine's last word; what its step said is status only", async () => {
                write({ Dockerfile: `FROM ${baseImage}\nRUN seq -f 'complaint %g' 30; exit 3` });
                stack.program(image({ builderVersion }));
                const message = await stack.upFails();
                assert.match(message, /creating \(\d+s\) complaint 1\n/);
                assert.match(complaint("docker:index:Image", message), failure);
            });
        });
    }

    it("is only announced on preview, unless it is asked for", async () => {
        stack.program(image());
        assert.deepEqual(await stack.preview(), { create: 2 });
        assert.equal(await dockerCli(["images", "-q", name]), "");
        stack.program(image({}, { buildOnPreview: true }));
        await stack.preview();
        assert.notEqual(await dockerCli(["images", "-q", name]), "");
    });

    it("is pushed to its registry, and known by what it is there", async () => {
        const registry = await startRegistry({ username: "me", password: "secret" });
        const imageName = `${registry.host}/some/image:${name}`;
        const login = { server: registry.host, username: "me", password: "secret" };
        try {
            stack.program(image({}, { imageName, skipPush: false, registry: { ...login, password: "wrong" } }));
            assert.match(await stack.upFails(), /401|authorized|authentication/);
            stack.program(image({}, { imageName, skipPush: false, registry: login }));
            const digest = (await stack.up()).outputs.repoDigest.value as string;
            assert.equal(digest, `${registry.host}/some/image@${registry.manifests.get(`some/image:${name}`)}`);
            stack.program(image({}, { imageName, skipPush: false, registry: { ...login, password: "another" } }));
            assert.deepEqual(await stack.preview(), { same: 2 });
        } finally {
            registry.stop();
        }
    });

    it("is replaced in a container when it is built again, and only then", async () => {
        write({ Dockerfile: `FROM ${baseImage}\nCOPY a/b /b\nCMD ["sleep", "infinity"]` });
        stack.program(
            program(() => {
                const build = { context: directory };
                const { repoDigest } = new docker.Image("image", { imageName: name, skipPush: true, build });
                return { id: new docker.Container("container", { name, image: repoDigest }).id };
            }),
        );
        await stack.up();
        assert.deepEqual(await stack.preview(), { same: 3 });
        write({ "a/b": "two" });
        assert.deepEqual(await stack.preview(), { same: 1, update: 1, replace: 1 });
        await stack.up();
        assert.equal(await dockerCli(["exec", name, "cat", "/b"]), "two");
    });

    describe("refuses", () => {
        const refused: Record<string, [{ build?: object; [argument: string]: unknown }, RegExp]> = {
            "an unknown builder": [{ build: { builderVersion: "V3" } }, /error: invalid Docker Builder version\n/],
            "a Dockerfile that isn't there": [
                { build: { dockerfile: "nowhere" } },
                /error: could not open dockerfile at relative path "nowhere": stat nowhere: no such file or directory\n/,
            ],
            "a Dockerfile that is named from the context": [
                { build: { dockerfile: "Dockerfile" } },
                /relative path "Dockerfile"\. Try setting `dockerfile` to "\/.*\/Dockerfile"\n/,
            ],
            "a context that isn't there": [
                { build: { context: "/nowhere" } },
                /error: expected a relative Dockerfile path; got "\/nowhere\/Dockerfile" instead: stat .*\n/,
            ],
            "a push to nowhere": [
                { skipPush: false },
                /error: "docker-image-.*": repository name must be canonical\.\n.*all image names to be fully qualified/,
            ],
        };
        for (const [what, [{ build, ...args }, complaint]] of Object.entries(refused)) {
            it(what, async () => {
                stack.program(image(build, args));
                assert.match(await stack.previewFails(), complaint);
            });
        }

        it("images to take layers from, as a stand-in", async function () {
            await onlyOfStandIn(this, "docker");
            stack.program(image({ cacheFrom: { images: ["x"] } }));
            assert.match(
                await stack.previewFails(),
                /doesn't know build\.cacheFrom: remove it, or install the official/,
            );
        });
    });
});
