import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as Module from "node:module";
import { promisify } from "node:util";
import { kubernetesSdk } from "../../../components/kubernetes/sdk";
import { host } from "../../support/host-facts";
import { recordResources } from "../../support/mocks";

/** What Node does for each `require`. */
type Load = (this: unknown, request: string, ...others: unknown[]) => unknown;
const node = Module.Module as unknown as { _load: Load };

/** Prints which modules of Pulumi's SDK for Kubernetes are loaded after a sandbox of these arguments was made. */
const program = (args: object) => `
    const { sandboxOn } = require("./tests/support/recorded-sandbox.ts");
    const { host } = require("./tests/support/host-facts.ts");
    void sandboxOn(host({}), ${JSON.stringify(args)}).then(() => {
        console.log(Object.keys(require.cache).filter((file) => file.includes("/@pulumi/kubernetes/")).length);
    });
`;

describe("Pulumi's SDK for Kubernetes", () => {
    let parent: pulumi.Resource;

    before(async () => {
        await recordResources(host({}));
        parent = new pulumi.ComponentResource("test:index:Parent", "parent");
    });

    /** With a Node that doesn't find it, or finds something else wrong. */
    function without(error: NodeJS.ErrnoException): void {
        const original = node._load;
        node._load = function (request, ...others) {
            if (request.startsWith("@pulumi/kubernetes")) {
                throw error;
            }
            return original.call(this, request, ...others);
        };
        try {
            kubernetesSdk(parent);
        } finally {
            node._load = original;
        }
    }

    it("has what is used here, where it is installed", () => {
        for (const [name, found] of Object.entries(kubernetesSdk(parent))) {
            assert.equal(typeof found, "function", name);
        }
    });

    it("that isn't installed is one line with the command that does it, without a stack", () => {
        const missing = Object.assign(new Error("Cannot find module"), { code: "MODULE_NOT_FOUND" });
        assert.throws(
            () => without(missing),
            (error) => {
                assert.ok(pulumi.ResourceError.isInstance(error));
                assert.equal(error.hideStack, true);
                assert.equal(
                    error.message,
                    "`cluster` needs Pulumi's SDK for Kubernetes beside ours: npm install @pulumi/kubernetes",
                );
                return true;
            },
        );
    });

    it("that is broken says so itself", () => assert.throws(() => without(new Error("broken")), /^Error: broken$/));

    it("is loaded by nobody but who has a cluster", async () => {
        const loaded = async (args: object) => {
            const words = ["--import", "tsx", "--eval", program(args)];
            const { stdout } = await promisify(execFile)(process.execPath, words, { timeout: 18_000 });
            return Number(stdout.trim().split("\n").at(-1));
        };
        assert.equal(await loaded({ machines: { web: {} } }), 0);
        assert.ok((await loaded({ machines: { web: {} }, cluster: { image: "a" } })) > 0);
    });
});
