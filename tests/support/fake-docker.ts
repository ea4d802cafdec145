import { type Answers, type Given, program, type Ran, withFakeCli } from "./fake-cli";

export type { Answer, Answers, Call, Ran } from "./fake-cli";

/** Runs a command with a Docker CLI that only knows these answers. */
export function withFakeDocker(
    command: readonly [string, ...string[]],
    answers: Answers,
    environment: Record<string, string> = {},
    stdin = "",
): Promise<Ran> {
    return withFakeCli("docker", command, answers, environment, stdin);
}

/** One of the components' programs. */
export function runProgram(
    name: string,
    answers: Answers,
    environment: Record<string, string>,
    given: Given = {},
): Promise<Ran> {
    return withFakeDocker(program(name, given), answers, environment, given.stdin);
}
