import assert from "node:assert/strict";
import { describeProblems, type Problem } from "../../components/rules/problem";
import { checkSandbox } from "../../components/sandbox/arguments";

/** What is wrong with a sandbox of these arguments, whatever they are: types aren't trusted. */
export const problems = (args: object, name = "alice") => [
    ...checkSandbox(name, { machines: { web: {} }, ...args }).problems,
];

/** What is wrong with a machine of these arguments, in a sandbox of nothing else. */
export const machineProblems = (web: object) => problems({ machines: { web } });

/** Bad values, each with the one message that it must give. */
export function refuses(table: Record<string, readonly [Problem[], RegExp]>): void {
    for (const [what, [found, message]] of Object.entries(table)) {
        it(`refuses ${what}`, () => {
            assert.equal(found.length, 1, describeProblems(found));
            assert.match(describeProblems(found), message);
        });
    }
}

/** Good values that look like bad ones. */
export function accepts(table: Record<string, Problem[]>): void {
    for (const [what, found] of Object.entries(table)) {
        it(`accepts ${what}`, () => assert.deepEqual(found, []));
    }
}
