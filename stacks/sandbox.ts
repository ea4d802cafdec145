import * as pulumi from "@pulumi/pulumi";
import { SystemdSandbox, type SystemdSandboxArgs } from "../components";
import type { Problem } from "../components/rules/problem";
import type { SiteArgs } from "../components/sandbox/site-args";
import { checkSandbox } from "../components/sandbox/arguments";
import { referToBase } from "./base-reference";
import { refuseConfig, type StackConfig } from "./config";
import { defaultMachines } from "./default-machines";

/** Every other stack: one developer's machines, named after the stack. */
export async function sandboxStack(config: StackConfig, problems: readonly Problem[]) {
    const name = pulumi.getStack();
    const [own, ...further] = await Promise.all([
        site(config, ""),
        ...Object.entries(config.hosts ?? {}).map(async ([host, args]) => ({
            host,
            ...(await site(args, `hosts.${host}.`)),
        })),
    ]);
    const { webPort = 8080, base, ...settings } = config;
    const args: SystemdSandboxArgs = {
        ...settings,
        ...own.args,
        hosts: Object.fromEntries(further.map(({ host, args }) => [host, args])),
        machines: machines(config.machines, webPort),
    };
    refuseConfig([
        ...problems,
        ...own.problems,
        ...further.flatMap(({ problems }) => problems),
        ...baseConflicts(base, settings),
        ...checkSandbox(name, args).problems,
    ]);
    const { machines: ready, shells, inventory, sshConfig } = new SystemdSandbox(name, args);
    return { machines: ready, shells, inventory, sshConfig };
}

/** One host of the sandbox, with its base's outputs instead of its base's name. */
async function site(
    { host, certPath, base }: Pick<StackConfig, "host" | "certPath" | "base">,
    prefix: string,
): Promise<{ args: SiteArgs; problems: Problem[] }> {
    const reference = base === undefined ? undefined : await referToBase(base, `${prefix}base`);
    return reference !== undefined && "argument" in reference
        ? { args: { host, certPath }, problems: [reference] }
        : { args: { host, certPath, base: reference }, problems: [] };
}

/** Exactly the machines that are configured; one of a default machine's name is that one, but for what is said of it. */
function machines(configured: StackConfig["machines"], webPort: number): SystemdSandboxArgs["machines"] {
    const defaults = defaultMachines(webPort);
    return configured === undefined
        ? defaults
        : Object.fromEntries(
              Object.entries(configured).map(([machine, args]) => [machine, { ...defaults[machine], ...args }]),
          );
}

/** What a base has decided already. */
function baseConflicts(base: string | undefined, config: StackConfig): Problem[] {
    const decided = ["distribution", "baseImage", "systemdVersion", "packageManager"] as const;
    return decided.flatMap((argument) =>
        base === undefined || config[argument] === undefined || config.hosts !== undefined
            ? []
            : [
                  {
                      argument,
                      value: config[argument],
                      allowed: `nothing: the base "${base}" has it`,
                      mend: `pulumi config rm ${argument}, or change the base's: pulumi config set --stack ${base} ${argument} …`,
                  },
              ],
    );
}
