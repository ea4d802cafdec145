import * as pulumi from "@pulumi/pulumi";
import type { SystemdSandboxArgs } from "../components";
import type { EngineArgs } from "../components/docker/address";
import { withoutStack } from "../components/refusal";
import { fitFields, type Fitting } from "../components/rules/fitting";
import { type BadValue, describeProblems, type Problem } from "../components/rules/problem";
import { argumentsOf, type Fields } from "../components/rules/shape";
import { wholeNumberProblems } from "../components/rules/whole-number";
import settings from "./settings.json";

/** What `pulumi config` may say, each under the name that the components have for it. A base is named by its stack. */
export interface StackConfig extends Partial<Omit<SystemdSandboxArgs, "base" | "hosts">> {
    base?: string;
    hosts?: Record<string, EngineArgs & { base?: string }>;
    /** Port of 127.0.0.1 on which the default machine `web` answers. */
    webPort?: number;
}

const { properties } = argumentsOf("SystemdSandbox");
const HOST: Fields = { properties: { host: properties.host, certPath: properties.certPath, base: settings.base } };

/** Every key of the configuration: what a sandbox takes, but for bases. Pulumi.yaml is made from them (npm run schema). */
export const CONFIG: Fields["properties"] = { ...properties, ...settings };

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
    const config = Object.entries(values).map(([key, text]) => {
        const value = CONFIG[key]?.type === "string" ? text : parseJson(text);
        const secret = isSecret(key);
        const keep = secret ? pulumi.secret : undefined;
        const fitting: Fitting = { problems: [], secret, keep, fractionsAsText: true };
        const fitted = isEmpty(value) ? {} : fitKey(key, value, fitting);
        problems.push(...fitting.problems.map(withCommand));
        return fitted;
    });
    const parsed = Object.assign({}, ...config) as StackConfig;
    problems.push(...wholeNumberProblems("webPort", parsed.webPort, 1, 65535));
    return { config: parsed, problems };
}

function fitKey(key: string, value: unknown, fitting: Fitting): unknown {
    if (key !== "hosts" || typeof value !== "object" || value === null) {
        return fitFields({ [key]: value }, { properties: CONFIG }, "", fitting);
    }
    const hosts = Object.entries(value).map(([name, args]) => [name, fitFields(args, HOST, `hosts.${name}`, fitting)]);
    return { hosts: Object.fromEntries(hosts) as unknown };
}

/** How to mend it where a person has typed it. */
function withCommand(found: BadValue): Problem {
    return found.value === "an unknown name"
        ? { ...found, mend: `pulumi config rm --path ${found.argument}` }
        : found.allowed.startsWith("names")
          ? { ...found, mend: "Set them with pulumi config set --path" }
          : found;
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
        throw withoutStack(new pulumi.RunError(describeProblems(problems, "nothing was created")));
    }
}
