import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { get } from "node:https";
import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import { openEngine, lookAtHost } from "../../components";
import { through } from "../../components/docker/engine";
import { skip } from "../support/skip";
import { withStack } from "../support/stack";
import { startTlsRelay, type TlsRelay } from "../support/tls-relay";

describe("an engine on tcp:// with certificates", () => {
    let relay: TlsRelay;

    before("start a relay to this machine's engine", async function () {
        const socket = /^unix:\/\/(.*)/.exec(process.env.DOCKER_HOST ?? "unix:///var/run/docker.sock")?.[1];
        if (socket === undefined) {
            skip(this, "the engine isn't on this machine");
        }
        if (spawnSync("openssl", ["version"]).status !== 0) {
            skip(this, "there is no openssl on this machine, which makes the certificates");
        }
        relay = await startTlsRelay(socket);
    });

    after(() => relay?.stop());

    // Not the synchronous form: the relay is in this very process.
    const sh = (script: string) => promisify(execFile)("sh", ["-c", script], { timeout: 30_000 });

    const program = () => {
        const parent = new pulumi.ComponentResource("test:index:Parent", "parent");
        const engine = openEngine("far", { host: relay.address, certPath: relay.certPath }, parent);
        const name = `tls-${pulumi.getStack()}`;
        const volume = new docker.Volume("volume", { name }, through(engine, parent));
        const create = pulumi.interpolate`docker volume inspect --format '{{.Name}}' ${volume.name}`;
        const seen = new command.local.Command("seen", { create, environment: engine.environment }, { parent });
        return Promise.resolve({
            engine: lookAtHost("nobody", "nobody", { parent }, engine).facts.engine,
            seen: seen.stdout,
            cli: engine.cli,
        });
    };

    it("is the one that provider, Commands, facts and people talk to, whatever the environment says", async () => {
        const elsewhere = {
            DOCKER_HOST: "unix:///nowhere",
            DOCKER_CONTEXT: "nowhere",
            // Not DOCKER_CERT_PATH: where no certificates are, the official provider fails before it looks at its own settings.
            DOCKER_TLS_VERIFY: "",
        };
        await withStack(
            program,
            async (stack) => {
                const { engine, seen, cli } = (await stack.up()).outputs;
                assert.equal(seen.value, `tls-${stack.name}`);
                assert.equal(engine.value, "docker");
                const version = `${cli.value} version --format '{{.Server.Os}}'`;
                assert.equal((await sh(version)).stdout, "linux\n");
                assert.deepEqual(Object.keys(await stack.preview()), ["same"]);
                await stack.destroy();
            },
            elsewhere,
        );
    });

    it("lets nobody in without", async () => {
        const request = get(relay.address.replace("tcp:", "https:"), { ca: readFileSync(`${relay.certPath}/ca.pem`) });
        const [error] = (await once(request, "error")) as [Error];
        assert.match(error.message, /certificate required/);
    });
});
