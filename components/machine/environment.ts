import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../problems";
import type { Upload } from "./upload";

/** Readable for root alone, since it may hold secrets. */
export const ENVIRONMENT_FILE = "/etc/systemd/machine-setup.environment";

/** Variables of PID 1's services, as a file for EnvironmentFile= (systemd.exec(5)). */
export function environmentUploads(environment: Record<string, pulumi.Input<string>> = {}): Upload[] {
    return Object.keys(environment).length === 0
        ? []
        : [{ file: ENVIRONMENT_FILE, content: pulumi.output(environment).apply(environmentFile), permissions: "0600" }];
}

/** In double quotes, only `"` and `\` mean something else; line breaks are kept, and no specifier is expanded. */
export function environmentFile(environment: Record<string, string>): string {
    return Object.entries(environment)
        .map(([name, value]) => `${name}="${value.replace(/["\\]/g, "\\$&")}"\n`)
        .join("");
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
// Systemd drops an assignment with any of these, but for tab and line break.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/;

/** Everything wrong with the variables. Values may be secrets: they are never part of the message. */
export function environmentProblems(
    environment: Record<string, pulumi.Input<string>> = {},
    argument: string,
): Problem[] {
    return Object.entries(environment).flatMap(([name, value]) => [
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
}
