import type { Input } from "@pulumi/pulumi";
import type { BadValue } from "../../rules/problem";
import { variableProblems } from "../../rules/process";
import type { ArgumentTable } from "../argument";
import type { UploadSpec } from "./upload";

/** What a machine's services know by their environment. */
export interface EnvironmentArgs {
    /**
     * Environment of all services that PID 1 starts from sysinit.target on: name → value, which may be a Pulumi secret. It
     * is not in `docker inspect`, nor in the shells of `docker exec`. A change replaces the machine.
     * @default what systemd and each unit set
     */
    environment?: Record<string, Input<string>>;
}

export interface EnvironmentSpec extends UploadSpec {
    /** Names of the variables; their values are in a file. */
    readonly variables: readonly string[];
}

/** Readable for root alone, since it may hold secrets. */
export const ENVIRONMENT_FILE = "/etc/systemd/machine-setup.environment";

/** Variables of PID 1's services, as a file for EnvironmentFile= (systemd.exec(5)). */
function environmentSpec(environment: Readonly<Record<string, Input<string>>> = {}): EnvironmentSpec {
    const variables = Object.keys(environment);
    const rendered = { values: environment, render: environmentFile };
    return {
        variables,
        uploads: variables.length === 0 ? [] : [{ file: ENVIRONMENT_FILE, rendered, permissions: "0600" }],
    };
}

/** In double quotes, only `"` and `\` mean something else; line breaks are kept, and no specifier is expanded. */
export function environmentFile(environment: Readonly<Record<string, string>>): string {
    return Object.entries(environment)
        .map(([name, value]) => `${name}="${value.replace(/["\\]/g, "\\$&")}"\n`)
        .join("");
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
// Systemd drops an assignment with any of these, but for tab and line break.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/;

/** Everything wrong with the variables. Values may be secrets: they are never part of the message. */
function environmentProblems(environment: Readonly<Record<string, Input<string>>>, argument: string): BadValue[] {
    const wrong = Object.entries(environment).flatMap(([name, value]) => [
        ...(NAME.test(name)
            ? []
            : [{ argument, value: name, allowed: "names of letters, digits and underscores, no digit first" }]),
        ...(typeof value === "string" && CONTROL.test(value)
            ? [
                  {
                      argument: `${argument}.${name}`,
                      value: "(not shown)",
                      allowed: "text without control characters other than tab and line break",
                  },
              ]
            : []),
    ]);
    return wrong.length > 0 ? wrong : variableProblems(environment, argument);
}

export const ENVIRONMENT = {
    environment: { problems: environmentProblems, spec: environmentSpec },
} satisfies ArgumentTable<EnvironmentArgs, EnvironmentSpec>;
