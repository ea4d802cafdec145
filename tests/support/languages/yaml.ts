import { dump, load } from "js-yaml";

/** A Pulumi program in YAML, as far as tests change it. */
export interface YamlProgram {
    packages: Record<string, string>;
    resources: { sandbox: YamlSandbox; [name: string]: YamlResource };
    outputs: Record<string, unknown>;
}

export interface YamlResource {
    type: string;
    name?: string;
    properties: Record<string, unknown>;
    options?: Record<string, unknown>;
}

export interface YamlSandbox extends YamlResource {
    properties: { machines: Record<string, Record<string, unknown> | null>; [argument: string]: unknown };
}

/** The program with something changed; what is then undefined is left out. */
export function changedYaml(text: string, change: (program: YamlProgram) => void): string {
    const program = load(text) as YamlProgram;
    change(program);
    return dump(JSON.parse(JSON.stringify(program)));
}
