// The configuration in Pulumi.yaml: what a stack may say, in the words of the schema.
import { referredType, type Shape } from "../components/rules/shape";
import { CONFIG } from "../stacks/config";

/** A setting, and what Pulumi takes where a stack says nothing; without one, what is empty stands for "not set". */
type Setting = Shape & { readonly description?: string; readonly default?: unknown };

/** Pulumi.yaml, with its `config` made anew. */
export function projectFile(current: string): string {
    const [head] = current.split(/^config:$/m);
    const settings = Object.entries<Setting>(CONFIG).flatMap(([name, setting]) => [
        `  ${name}:`,
        ...lines(setting).map((line) => `    ${line}`),
    ]);
    return [`${head}config:`, ...settings, ""].join("\n");
}

function lines(setting: Setting): string[] {
    const { description = "", items } = setting;
    const type = projectType(setting);
    const [, first] = /^(.*?\.)(\s|$)/s.exec(description) ?? [];
    const [, unset] = /^Default: (.*)$/m.exec(description) ?? [];
    return [
        `type: ${type}`,
        ...(items === undefined ? [] : ["items:", `  type: ${projectType(items)}`]),
        `description: ${JSON.stringify([first, ...(unset === undefined || type === "boolean" ? [] : [`Empty: ${unset}`])].join(" "))}`,
        `default: ${JSON.stringify(setting.default ?? EMPTY[type])}`,
    ];
}

/** Pulumi.yaml knows fewer types than a schema. */
function projectType(setting: Shape): string {
    const { type, items, additionalProperties } = setting;
    const isObject = additionalProperties !== undefined || referredType(setting)?.properties !== undefined;
    return items !== undefined ? "array" : isObject ? "object" : (type ?? "string");
}

const EMPTY: Readonly<Record<string, unknown>> = { string: "", integer: 0, boolean: false, array: [], object: {} };
