import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

describe("where the state is kept", () => {
    let home: string;

    beforeEach(() => (home = mkdtempSync(join(tmpdir(), "home-"))));
    afterEach(() => rmSync(home, { recursive: true }));

    const choose = async (env: NodeJS.ProcessEnv = {}, checkout = "/somewhere/a checkout/") => {
        const { chooseBackend } = await import("../../../toolchain/backend.mjs");
        return chooseBackend({ HOME: home, ...env }, checkout);
    };

    function login(current: string | undefined, directory = join(home, ".pulumi")): void {
        mkdirSync(directory, { recursive: true });
        writeFileSync(join(directory, "credentials.json"), JSON.stringify({ current }));
    }

    it("is in files of the checkout, with a passphrase of its own, where nobody is logged in", async () => {
        const passphrase = "/somewhere/a checkout/.pulumi/passphrase";
        const expected = {
            PULUMI_BACKEND_URL: "file:///somewhere/a%20checkout",
            PULUMI_CONFIG_PASSPHRASE_FILE: passphrase,
        };
        const backend = await choose();
        assert.deepEqual(backend.variables, expected);
        assert.equal(backend.passphraseFile, passphrase);
        login(undefined);
        assert.deepEqual((await choose()).variables, expected);
    });

    it("keeps a passphrase that the user has set", async () => {
        for (const env of [{ PULUMI_CONFIG_PASSPHRASE: "" }, { PULUMI_CONFIG_PASSPHRASE_FILE: "/mine" }]) {
            const { variables, passphraseFile } = await choose(env);
            assert.deepEqual(Object.keys(variables), ["PULUMI_BACKEND_URL"]);
            assert.equal(passphraseFile, undefined);
        }
    });

    it("is where the user is logged in, and Pulumi is told where the login is", async () => {
        login("https://api.pulumi.com");
        const { description, variables, passphraseFile } = await choose();
        assert.deepEqual(variables, { PULUMI_CREDENTIALS_PATH: join(home, ".pulumi") });
        assert.match(description, /^https:\/\/api\.pulumi\.com/);
        assert.equal(passphraseFile, undefined);
    });

    it("finds the login in a PULUMI_HOME or PULUMI_CREDENTIALS_PATH of the user's", async () => {
        const elsewhere = join(home, "elsewhere");
        login("s3://bucket", elsewhere);
        assert.deepEqual((await choose({ PULUMI_HOME: elsewhere })).variables, { PULUMI_CREDENTIALS_PATH: elsewhere });
        const env = { PULUMI_HOME: "/none", PULUMI_CREDENTIALS_PATH: elsewhere };
        assert.deepEqual((await choose(env)).variables, { PULUMI_CREDENTIALS_PATH: elsewhere });
    });

    it("is what the environment says, before everything else", async () => {
        assert.deepEqual((await choose({ PULUMI_BACKEND_URL: "s3://mine" })).variables, {});
        assert.deepEqual((await choose({ PULUMI_ACCESS_TOKEN: "pul-1" })).variables, {});
        login("s3://other");
        assert.match((await choose({ PULUMI_BACKEND_URL: "s3://mine" })).description, /^s3:\/\/mine/);
    });
});
