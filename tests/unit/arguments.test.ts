import assert from "node:assert/strict";
import { SystemdMachine } from "../../components";
import { describeProblems, type Problem } from "../../components/rules/problem";
import type { SystemdSandboxArgs } from "../../components/sandbox/arguments";
import { ANY, MACHINE, type Row, SANDBOX } from "../support/argument-rows";
import { host } from "../support/host-facts";
import { recordResources } from "../support/mocks";
import { problems } from "../support/problems";
import { sandboxOn } from "../support/recorded-sandbox";

function describeTable(table: Record<string, Row<unknown>>, args: (given: object) => Partial<SystemdSandboxArgs>) {
    const refusedAs = (given: object): Problem[] => problems(args(given));
    for (const [name, { value, reaches, facts = {}, beside = {}, needed = false, refused }] of Object.entries(table)) {
        it(`${name} reaches what it is for`, async () => {
            const given = { [name]: value };
            assert.deepEqual(problems({ ...beside, ...args(given) }), []);
            const sandbox = await sandboxOn(host(facts), { machines: { web: {} }, ...beside, ...args(given) });
            assert.deepEqual(await reaches[0](sandbox), reaches[1]);
            if (!needed) {
                const without = await sandboxOn(host(facts), { machines: { web: {} }, ...beside });
                assert.notDeepEqual(
                    await safely(() => reaches[0](without)),
                    reaches[1],
                    "it is so without the argument too",
                );
            }
        });
        if (refused !== ANY) {
            it(`a bad ${name} is one clear error`, () => {
                const found = refusedAs({ [name]: refused[0] });
                assert.equal(found.length, 1, describeProblems(found));
                assert.match(describeProblems(found), refused[1]);
            });
        }
    }
}

/** Without the argument, the resource may not even be there. */
async function safely(look: () => unknown): Promise<unknown> {
    try {
        return await look();
    } catch {
        return undefined;
    }
}

describe("each argument of a machine", () => {
    describeTable(MACHINE, (given) => ({ machines: { web: given } }));
});

describe("each argument of a sandbox", () => {
    describeTable(SANDBOX, (given) => given);
});

describe("a machine that is made without a sandbox", () => {
    it("is looked at as one of a sandbox is", async () => {
        await recordResources(host({}));
        const args = { sandbox: "alice", machine: "web", network: "alice", image: {} as never, host: {} as never };
        assert.throws(
            () => new SystemdMachine("web", { ...args, readyTimeout: 0 }),
            /readyTimeout: 0; allowed: seconds/,
        );
    });
});
