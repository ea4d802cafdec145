import { execFile } from "node:child_process";

/** Runs Docker's CLI with `input` on its standard input and gives what it prints; an error says what it printed too. */
export function feed(args: readonly string[], input: string, environment: Record<string, string>): Promise<string> {
    return new Promise((resolve, reject) => {
        const child = execFile("docker", args, { env: { ...process.env, ...environment } }, (error, stdout, stderr) => {
            if (error) {
                reject(new Error(`docker ${args.join(" ")}: ${stderr}${stdout}`));
            } else {
                resolve(stdout.trim());
            }
        });
        child.stdin?.end(input);
    });
}
