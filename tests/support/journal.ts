import { docker } from "./docker";

/** The journals (or, where systemd is gone, the consoles) of a stack's machines: what a failed test is read by. */
export async function machineJournals(stack: string, environment: Record<string, string>): Promise<string> {
    const filter = `label=pulumi-centos-systemd.stack=${stack}`;
    const names = (await docker(["ps", "--all", "--filter", filter, "--format", "{{.Names}}"], environment)).split(
        "\n",
    );
    const journals = names.filter(Boolean).map(async (name) => {
        const journal = await docker(["exec", name, "journalctl", "--no-pager", "--lines=60"], environment).catch(() =>
            docker(["logs", "--tail=60", name], environment),
        );
        return `--- ${name}\n${journal}`;
    });
    return (await Promise.all(journals)).join("\n");
}
