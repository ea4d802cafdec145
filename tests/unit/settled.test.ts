import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { settledFields } from "../../components/provider/settled";
import { argumentsOf } from "../../components/rules/shape";
import { host } from "../support/host-facts";
import { recordResources } from "../support/mocks";

const SANDBOX = argumentsOf("SystemdSandbox");

/** An output as other languages send one on preview, whose value nobody knows. */
function unknown(): pulumi.Output<unknown> {
    const Output = pulumi.Output as unknown as new (...parts: unknown[]) => pulumi.Output<unknown>;
    const [no, yes] = [Promise.resolve(false), Promise.resolve(true)];
    return new Output([], Promise.resolve(undefined), no, no, Promise.resolve([]), yes);
}

describe("outputs in arguments of a program in another language", () => {
    before(() => recordResources(host({})));

    it("are waited for, however deep, where the components take none", async () => {
        const given = {
            ttl: pulumi.output("8h"),
            machines: pulumi.output({ web: { ports: [pulumi.output({ port: 80 })], hostname: pulumi.output("www") } }),
            packages: ["git", pulumi.output("curl")],
        };
        assert.deepEqual(await settledFields(given, SANDBOX), {
            ttl: "8h",
            machines: { web: { ports: [{ port: 80 }], hostname: "www" } },
            packages: ["git", "curl"],
        });
    });

    it("stay as they are where they may be outputs", async () => {
        const [owner, password] = [pulumi.output("alice"), pulumi.secret("hunter2")];
        const given = { owner, machines: { web: { environment: { password } } } };
        const { owner: kept, machines } = (await settledFields(given, SANDBOX)) as typeof given;
        assert.equal(kept, owner);
        assert.equal(machines.web.environment.password, password);
    });

    it("stay as they are where they are secrets, or not known yet: nobody is shown what they are", async () => {
        const given = { ttl: pulumi.secret("8h"), machines: { web: { hostname: unknown() } } };
        const { ttl, machines } = (await settledFields(given, SANDBOX)) as typeof given;
        assert.equal(ttl, given.ttl);
        assert.equal(machines.web.hostname, given.machines.web.hostname);
    });

    it("are left alone where they have no shape: somebody else says what is wrong", async () => {
        for (const given of [
            null,
            5,
            "args",
            ["machines"],
            { machines: ["web"], packages: {}, memry: { a: 1 }, toString: "" },
        ]) {
            assert.deepEqual(await settledFields(given, SANDBOX), given);
        }
    });
});
