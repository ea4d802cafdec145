import assert from "node:assert/strict";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { engineProblems } from "../../components/docker/address";
import { openEngine, USUAL_ENGINE } from "../../components/docker/engine";
import { host } from "../support/host-facts";
import { recordResources } from "../support/mocks";

describe("the address of an engine", () => {
    const good = [
        { host: "ssh://alice@big" },
        { host: "ssh://big" },
        { host: "ssh://alice@10.0.0.7:2222" },
        { host: "ssh://alice@[fe80::1]:22" },
        { host: "unix:///run/user/1000/docker.sock" },
        { host: "tcp://big:2376", certPath: "certs" },
        { host: "tcp://127.0.0.1:2375" },
        { host: "tcp://[::1]:2375" },
        { host: pulumi.output("anything that is known later") },
        {},
    ];
    for (const args of good) {
        it(`may be ${JSON.stringify(args)}`, () => assert.deepEqual(engineProblems(args), []));
    }

    const bad: [Parameters<typeof engineProblems>[0], RegExp][] = [
        [{ host: "alice@big" }, /^ssh:\/\/user@machine\[:port\], tcp:\/\//],
        [{ host: "ssh://alice@big/path" }, /^ssh:\/\//],
        [{ host: "https://big" }, /^ssh:\/\//],
        [{ host: "tcp://big" }, /^ssh:\/\//],
        [{ host: "tcp://big:2375" }, /only with `certPath`: without TLS everybody is root there/],
        [{ host: "ssh://big", certPath: "certs" }, /only beside a `host` of tcp:/],
        [{ certPath: "certs" }, /only beside a `host` of tcp:/],
    ];
    for (const [args, allowed] of bad) {
        it(`may not be ${JSON.stringify(args)}`, () => {
            const problems = engineProblems(args, "hosts.big.");
            assert.equal(problems.length, 1);
            assert.match(problems[0].argument, /^hosts\.big\.(host|certPath)$/);
            assert.match(problems[0].allowed, allowed);
        });
    }

    it("is refused with a password, which the message doesn't repeat", () => {
        const [problem] = engineProblems({ host: "ssh://alice:sesame@big" });
        assert.doesNotMatch(JSON.stringify(problem), /sesame/);
        assert.match(problem.allowed, /without a password/);
    });
});

describe("an engine", () => {
    const valueOf = <T>(value: pulumi.Input<T>) => new Promise((done) => pulumi.output(value).apply(done));
    let parent: pulumi.ComponentResource;
    let resources: Awaited<ReturnType<typeof recordResources>>;

    beforeEach(async () => {
        resources = await recordResources(host({}));
        parent = new pulumi.ComponentResource("test:index:Parent", "parent");
    });

    it("without an address is the one that Pulumi's environment names: no provider, no variable", () => {
        assert.equal(openEngine("alice", {}, parent), USUAL_ENGINE);
    });

    describe("that only docker resources would go to", () => {
        const provider = () => new docker.Provider("other", { host: "ssh://alice@big" });

        afterEach(() => pulumi.runtime.setAllConfig({}));

        it("by a provider in the options is refused", () => {
            const given = new pulumi.ComponentResource("test:index:Parent", "given", {}, { providers: [provider()] });
            assert.throws(
                () => openEngine("alice", {}, given),
                /a docker provider in the options can't be combined with a sandbox or base without `host`: only a part/,
            );
        });

        it("by a provider of what it is part of is refused, unless the sandbox says where its own is", () => {
            const given = new pulumi.ComponentResource("test:index:Parent", "given", {}, { providers: [provider()] });
            const child = new pulumi.ComponentResource("test:index:Child", "child", {}, { parent: given });
            assert.throws(() => openEngine("alice", {}, child), /a docker provider in the options can't be combined/);
            assert.ok(openEngine("alice", { host: "ssh://alice@big" }, child).provider);
        });

        it("by the configuration of Pulumi's provider is refused, unless it is the usual one", () => {
            pulumi.runtime.setAllConfig({ "docker:host": "ssh://alice@big" });
            assert.throws(
                () => openEngine("alice", {}, parent),
                /docker:host can't be combined with a sandbox or base/,
            );
            assert.ok(openEngine("alice", { host: "ssh://alice@big" }, parent).provider);
            pulumi.runtime.setAllConfig({ "docker:host": process.env.DOCKER_HOST ?? "" });
            assert.equal(openEngine("alice", {}, parent), USUAL_ENGINE);
        });
    });

    it("over ssh has one address for the provider, for Commands and for people", async () => {
        const engine = openEngine("alice", { host: "ssh://alice@big" }, parent);
        assert.deepEqual(await valueOf(engine.environment), {
            DOCKER_HOST: "ssh://alice@big",
            DOCKER_CONTEXT: "default",
            DOCKER_TLS_VERIFY: "",
            DOCKER_CERT_PATH: "",
        });
        assert.equal(await valueOf(engine.cli), "docker -H ssh://alice@big");
        await valueOf(engine.provider!.urn);
        const provider = resources.find(({ type }) => type === "pulumi:providers:docker");
        assert.deepEqual(provider?.inputs, { host: "ssh://alice@big", certPath: "", context: "" });
    });

    it("over TLS has its certificates too", async () => {
        const engine = openEngine("alice", { host: "tcp://big:2376", certPath: "certs" }, parent);
        const { DOCKER_TLS_VERIFY, DOCKER_CERT_PATH } = engine.environment;
        assert.deepEqual(await valueOf([DOCKER_TLS_VERIFY, DOCKER_CERT_PATH]), ["1", "certs"]);
        assert.equal(
            await valueOf(engine.cli),
            "docker -H tcp://big:2376 --tlsverify --tlscacert certs/ca.pem --tlscert certs/cert.pem --tlskey certs/key.pem",
        );
    });

    it("whose address is a secret keeps it one", async () => {
        const engine = openEngine("alice", { host: pulumi.secret("ssh://alice@big") }, parent);
        assert.equal(await pulumi.isSecret(pulumi.output(engine.environment.DOCKER_HOST)), true);
        assert.equal(await pulumi.isSecret(engine.cli), true);
    });
});
