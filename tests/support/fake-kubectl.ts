import { type Answers, type Given, program, type Ran, withFakeCli } from "./fake-cli";

export type { Answer, Answers, Call, Ran } from "./fake-cli";

/** Runs a command with a kubectl that only knows these answers. */
export function withFakeKubectl(
    command: readonly [string, ...string[]],
    answers: Answers,
    environment: Record<string, string> = {},
    stdin = "",
): Promise<Ran> {
    return withFakeCli("kubectl", command, answers, environment, stdin);
}

/** One of the components' programs. */
export function runForCluster(
    name: string,
    answers: Answers,
    environment: Record<string, string>,
    given: Given = {},
): Promise<Ran> {
    return withFakeKubectl(program(name, given), answers, environment, given.stdin);
}

/** What a call comes to that the API server refuses. */
export const refusedBy = (reason: string, message: string) => ({
    stderr: `Error from server (${reason}): ${message}\n`,
    status: 1,
});
