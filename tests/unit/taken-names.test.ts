import assert from "node:assert/strict";
import { nameTakenProblems } from "../../components/docker/taken-names";
import type { HostLook } from "../../components/docker/look";
import { describeProblems } from "../../components/rules/problem";
import { host } from "../support/host-facts";
import { specOf } from "../support/machine";
import { recordResources } from "../support/mocks";
import { NO_LABELS, OUR_LABELS, seenContainer, seenThing } from "../support/seen";

describe("names that a sandbox needs on its host", () => {
    beforeEach(async () => void (await recordResources(host({}))));

    const problems = ({ containers = [], networks = [] }: Partial<HostLook>) =>
        nameTakenProblems(
            { facts: host({}), images: [], imageTags: [], missingPaths: [], containers, networks },
            "alice",
            [specOf({}), specOf({}, { machine: "db" })],
        );

    it("are free where nothing has them, or only the sandbox itself", () => {
        assert.deepEqual(problems({}), []);
        assert.deepEqual(problems({ containers: [seenContainer("alice-web")], networks: [seenThing("alice")] }), []);
        const before = { ...OUR_LABELS, instance: "", generation: "" };
        assert.deepEqual(problems({ containers: [seenContainer("alice-web", { labels: before })] }), []);
    });

    it("are not needed for a machine that isn't declared", () => {
        assert.deepEqual(problems({ containers: [seenContainer("alice-old", { labels: NO_LABELS })] }), []);
    });

    it("are taken where something that is none of ours has one", () => {
        const containers = [seenContainer("alice-web", { labels: NO_LABELS })];
        assert.equal(
            describeProblems(problems({ containers })),
            "1 argument is not as it should be:\n" +
                "  machines.web can't be combined with the container alice-web of this host: " +
                "the name is taken; it is none of ours. Choose another name, or remove what has it.",
        );
    });

    for (const [what, other] of [
        ["sandbox", { sandbox: "alice-x" }],
        ["project", { project: "other" }],
        ["stack", { stack: "other" }],
    ] as const) {
        it(`are taken where something of another ${what} has one: it says whose`, () => {
            const labels = { ...OUR_LABELS, ...other };
            const found = problems({
                containers: [seenContainer("alice-db", { labels })],
                networks: [seenThing("alice", other)],
            });
            const whose = `it belongs to the sandbox ${labels.sandbox} of the stack ${labels.stack} of project ${labels.project}`;
            assert.deepEqual(
                found.map((problem) => [
                    problem.argument,
                    "with" in problem && problem.with,
                    "why" in problem && problem.why,
                ]),
                [
                    ["machines.db", "the container alice-db of this host", `the name is taken; ${whose}`],
                    ["name", "the network alice of this host", `the name is taken; ${whose}`],
                ],
            );
        });
    }
});
