import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";

/** Kubernetes' command, with a kubeconfig. */
export class Kubectl {
    constructor(
        private readonly program: string,
        private readonly kubeconfig: string,
    ) {}

    async run(words: readonly string[], stdin = ""): Promise<string> {
        const child = spawn(this.program, ["--kubeconfig", this.kubeconfig, ...words]);
        // It may end without reading all of it.
        child.stdin.on("error", () => {});
        child.stdin.end(stdin);
        const [stdout, stderr, [code]] = await Promise.all([
            text(child.stdout),
            text(child.stderr),
            once(child, "close") as Promise<[number | null]>,
        ]);
        if (code !== 0) {
            throw new Error(`kubectl ${words.join(" ")}: exit code ${code}: ${stderr.trim() || stdout.trim()}`);
        }
        return stdout;
    }

    async apply(objects: readonly object[]): Promise<void> {
        const list = { apiVersion: "v1", kind: "List", items: objects };
        await this.run(["apply", "--filename=-"], JSON.stringify(list));
    }
}

/**
 * Makes `kubectl` of a Debian root file system one that runs on this machine, whose C library may be older.
 *
 * @returns the directory it is in
 */
export function kubectlOf(chroot: string, home: string): string {
    const directory = join(home, "bin");
    mkdirSync(directory, { recursive: true });
    // The loader lies beside the libraries.
    const script = `#!/bin/sh
for loader in '${chroot}'/usr/lib/*-linux-gnu/ld-linux-*; do
    exec "$loader" --library-path "\${loader%/*}" '${chroot}/usr/bin/kubectl' "$@"
done
`;
    writeFileSync(join(directory, "kubectl"), script, { mode: 0o755 });
    return directory;
}
