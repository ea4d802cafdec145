import type { Context } from "mocha";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { familyOf } from "./engines/processes";
import { freePort } from "./free-port";
import { skip } from "./skip";

/** A real sshd on a free port of 127.0.0.1, which lets in the user who runs the tests, with one key. */
export interface Sshd {
    connection: { host: string; port: number; user: string; privateKey: string };
    hostKey: string;
    /** A valid public key that is not the server's. */
    otherKey: string;
    /** For `DOCKER_HOST`: `ssh://user@127.0.0.1:port`. */
    address: string;
    /** A directory for the front of PATH: its `ssh` has the key and knows the server, as a user's `~/.ssh/config` would say. */
    path: string;
    /** Ends it and all connections through it at once, as a network does that is lost. */
    cut(): Promise<void>;
    /** It listens again, where it did. */
    restore(): Promise<void>;
    stop(): Promise<void>;
}

/** sshd wants to be called by its absolute path, and is seldom on a user's PATH. */
function findSshd(): string | undefined {
    return ["/usr/sbin/sshd", "/usr/local/sbin/sshd", "/sbin/sshd"].find((path) => existsSync(path));
}

/**
 * Installs Debian's openssh-server where that opens no door: in a container, say, where no systemd would start it.
 *
 * @returns why there is no sshd, where there is none
 */
async function sshdMissing(): Promise<string | undefined> {
    if (findSshd() !== undefined) {
        return undefined;
    }
    if (userInfo().uid !== 0 || !existsSync("/usr/bin/apt-get") || existsSync("/run/systemd/system")) {
        return "there is no sshd on this machine (Debian: openssh-server)";
    }
    const policy = "/usr/sbin/policy-rc.d";
    const ours = !existsSync(policy);
    try {
        if (ours) {
            // "Don't start what you install" (invoke-rc.d(8)).
            writeFileSync(policy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
        }
        const { installPackages } = await import("../../toolchain/apt.mjs");
        await installPackages(["openssh-server", "openssh-client"], [], () => {});
    } catch (error) {
        return (error as Error).message;
    } finally {
        if (ours) {
            rmSync(policy, { force: true });
        }
    }
    return findSshd() === undefined ? "openssh-server brought no sshd" : undefined;
}

/** Skips what wants an sshd where there is none. */
export async function needsSshd(context: Context): Promise<void> {
    const missing = await sshdMissing();
    if (missing !== undefined) {
        skip(context, missing);
    }
}

/** Sessions have that environment. */
export async function startSshd(environment: Record<string, string>, settings: string[] = []): Promise<Sshd> {
    const directory = mkdtempSync(join(tmpdir(), "sshd-"));
    const [host, user] = ["host", "user"].map((name) => {
        const file = join(directory, name);
        execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file]);
        return { file, publicKey: readFileSync(`${file}.pub`, "utf8").trim() };
    });
    const port = await freePort();
    const config = join(directory, "sshd_config");
    writeFileSync(
        config,
        [
            `ListenAddress 127.0.0.1:${port}`,
            `HostKey ${host.file}`,
            `AuthorizedKeysFile ${user.file}.pub`,
            "PidFile none",
            "StrictModes no",
            "UsePAM no",
            // Another home: bash reads a person's .bashrc for sshd, and that may do anything. (pyenv's waits for a minute where
            // another one was killed.)
            `SetEnv ${Object.entries({ HOME: directory, ...environment })
                .map((pair) => pair.join("="))
                .join(" ")}`,
            ...settings,
        ].join("\n"),
    );
    // sshd that runs as root wants its empty directory, which the system's own service usually makes.
    if (userInfo().uid === 0) {
        mkdirSync("/run/sshd", { recursive: true });
    }
    let server = await listen(config, port);
    const { username } = userInfo();
    return {
        connection: { host: "127.0.0.1", port, user: username, privateKey: readFileSync(user.file, "utf8") },
        address: `ssh://${username}@127.0.0.1:${port}`,
        path: configureClient(directory, user.file, `[127.0.0.1]:${port} ${host.publicKey}`),
        hostKey: host.publicKey,
        otherKey: user.publicKey,
        cut: async () => {
            const ended = once(server, "exit");
            for (const { pid } of familyOf(server.pid!)) {
                process.kill(pid, "SIGKILL");
            }
            await ended;
        },
        restore: async () => void (server = await listen(config, port)),
        stop: async () => {
            server.kill();
            await once(server, "exit");
            rmSync(directory, { recursive: true });
        },
    };
}

/** Ends when it answers. */
async function listen(config: string, port: number): Promise<ChildProcess> {
    const server = spawn(findSshd() ?? "sshd", ["-D", "-e", "-f", config], { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    server.stderr.on("data", (chunk) => (said += chunk));
    while (!(await answers(port))) {
        if (server.exitCode !== null) {
            throw new Error(`sshd ended with ${server.exitCode}: ${said}`);
        }
        await sleep(50);
    }
    return server;
}

function configureClient(directory: string, key: string, knownHost: string): string {
    const path = join(directory, "bin");
    mkdirSync(path);
    writeFileSync(join(directory, "known_hosts"), `${knownHost}\n`);
    const options = { IdentityFile: key, UserKnownHostsFile: join(directory, "known_hosts"), IdentityAgent: "none" };
    const words = Object.entries(options).map(([option, value]) => `-o ${option}=${value}`);
    writeFileSync(join(path, "ssh"), `#!/bin/sh\nexec /usr/bin/ssh -F none ${words.join(" ")} "$@"\n`);
    chmodSync(join(path, "ssh"), 0o755);
    return path;
}

function answers(port: number): Promise<boolean> {
    return new Promise((done) => {
        const socket = connect(port, "127.0.0.1", () => (socket.destroy(), done(true)));
        socket.on("error", () => done(false));
    });
}
