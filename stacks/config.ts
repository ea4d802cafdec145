import * as pulumi from "@pulumi/pulumi";
import { describeProblems, integerProblems, type Problem, withoutStack } from "../components/problems";
import { CONFIG, type StackConfig } from "./config-shape";
import { fit, unknownName } from "./shape";

export type { StackConfig } from "./config-shape";

/** The configuration of this stack; the only reader of it. What is wrong with it comes as one error. */
export function readConfig(): { config: StackConfig; problems: Problem[] } {
    const project = `${pulumi.getProject()}:`;
    const values = Object.entries(pulumi.runtime.allConfig() ?? {}).flatMap(([key, value]) =>
        key.startsWith(project) ? [[key.slice(project.length), value] as const] : [],
    );
    // The SDK keeps this to itself, except for marking a value as a whole.
    const secrets = JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS ?? "[]") as string[];
    return parseConfig(Object.fromEntries(values), (key) => secrets.includes(`${project}${key}`));
}

/** Pulumi hands over text: of an object, its JSON. An empty value is for what isn't set, and Pulumi.yaml's way to say so. */
export function parseConfig(
    values: Readonly<Record<string, string>>,
    isSecret: (key: string) => boolean,
): { config: StackConfig; problems: Problem[] } {
    const problems: Problem[] = [];
    const config = Object.entries(values).flatMap(([key, text]) => {
        const shape = CONFIG.fields[key];
        if (shape === undefined) {
            problems.push(unknownName(key, Object.keys(CONFIG.fields)));
            return [];
        }
        const value = shape === "text" || shape === "secret" ? text : parseJson(text);
        return isEmpty(value) ? [] : [[key, fit(key, value, shape, isSecret(key), problems)]];
    });
    const parsed = Object.fromEntries(config) as StackConfig;
    problems.push(...integerProblems("webPort", parsed.webPort, 1, 65535));
    return { config: parsed, problems };
}

function parseJson(text: string): unknown {
    try {
        return JSON.parse(text) as unknown;
    } catch {
        return text;
    }
}

function isEmpty(value: unknown): boolean {
    return (
        value === "" ||
        value === 0 ||
        value === false ||
        (typeof value === "object" && value !== null && Object.keys(value).length === 0)
    );
}

/** Ends the program with all the problems, without a stack trace; does nothing where there are none. */
export function refuseConfig(problems: readonly Problem[]): void {
    if (problems.length > 0) {
        throw withoutStack(new pulumi.RunError(describeProblems(problems)));
    }
}
