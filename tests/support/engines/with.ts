// Runs a command as on a machine whose engine is a cell's: DOCKER_HOST and 127.0.0.1 are that engine's. Stops it afterwards.
//
//   npx tsx tests/support/engines/with.ts 28-v2-rootless docker info
import { spawn } from "node:child_process";
import { once } from "node:events";
import { withEngine } from ".";

async function main([cell, command, ...words]: string[]): Promise<number> {
    if (command === undefined) {
        throw new Error("usage: npx tsx tests/support/engines/with.ts CELL COMMAND …");
    }
    // Ctrl-C is the command's; the engine is stopped when that has ended.
    process.on("SIGINT", () => {});
    const code = await withEngine(
        cell,
        async ({ dockerHost, hostPid }) => {
            const inItsNetwork = [`--net=/proc/${hostPid}/ns/net`, command, ...words];
            const options = { env: { ...process.env, DOCKER_HOST: dockerHost }, stdio: "inherit" } as const;
            return ((await once(spawn("nsenter", inItsNetwork, options), "close")) as [number | null])[0] ?? 1;
        },
        { own: true },
    );
    return typeof code === "number" ? code : 1;
}

main(process.argv.slice(2)).then(
    (code) => (process.exitCode = code),
    (error: Error) => {
        console.error(error.message);
        process.exitCode = 1;
    },
);
