import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once as event } from "node:events";
import { createWriteStream, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { debian } from "./base-image";
import { docker } from "./docker";
import { freePort } from "./free-port";

/** The host's own files, as they lie in it. */
const ROOTFS = join(__dirname, "virtual-machine", "rootfs");
/** What makes it a host like those of most people, and the emulator that it runs in. */
const PACKAGES = [
    "systemd,systemd-sysv,dbus,udev,kmod,apparmor,iptables",
    "docker.io,podman,crun,netavark,aardvark-dns,nftables",
    "rootlesskit,slirp4netns,uidmap,iproute2,dbus-user-session",
    "linux-image-cloud-amd64,initramfs-tools,e2fsprogs,qemu-system-x86",
].join();

/** Where its engines listen, inside. */
const PORTS = { docker: 2375, podman: 2376, rootless: 2377 };
type EngineName = keyof typeof PORTS;

/** The user `engine`, whose engine `rootless` is. */
export const ROOTLESS_UID = 1000;

/**
 * A Debian sid host with a kernel of its own, emulated: systemd as PID 1, which manages the cgroups of engine 28 and of
 * Podman 5, all controllers on cgroup v2, AppArmor. Slow (no hardware helps), and gone with this process; its disk is as new
 * each time.
 */
export class VirtualMachine {
    /** DOCKER_HOST of each engine; `rootless` has to be started. */
    readonly engines: Readonly<Record<EngineName, string>>;
    readonly #emulator: ChildProcess;
    readonly #console: string;

    private constructor(directory: string, ports: Readonly<Record<EngineName, number>>) {
        const at = (engine: EngineName) => `tcp://127.0.0.1:${ports[engine]}`;
        this.engines = { docker: at("docker"), podman: at("podman"), rootless: at("rootless") };
        const forwards = Object.entries(PORTS).map(
            ([engine, port]) => `hostfwd=tcp:127.0.0.1:${ports[engine as EngineName]}-:${port}`,
        );
        this.#console = join(directory, "console.log");
        const emulator = [
            "qemu-system-x86_64 -accel tcg,thread=multi -smp 2 -cpu max -m 3072 -nodefaults -display none -serial stdio",
            "-kernel vmlinuz -initrd initrd.img",
            "-append 'console=ttyS0 root=/dev/vda rw panic=-1 mitigations=off'",
            "-drive file=disk.img,if=virtio,format=raw,snapshot=on",
            `-netdev user,id=uplink,${forwards.join()} -device virtio-net-pci,netdev=uplink`,
        ].join(" ");
        // It ends with our end of its standard input, however we end.
        this.#emulator = spawn("chroot", [directory, "/bin/sh", "-c", `${emulator} </dev/null & cat; kill $!; wait`], {
            detached: true,
            stdio: ["pipe", "pipe", "pipe"],
        });
        const log = createWriteStream(this.#console);
        this.#emulator.stdout!.pipe(log, { end: false });
        this.#emulator.stderr!.pipe(log, { end: false });
    }

    /** @throws where it can't be had here, with the reason */
    static async start(): Promise<VirtualMachine> {
        const machine = new VirtualMachine(await hostDirectory(), {
            docker: await freePort(),
            podman: await freePort(),
            rootless: await freePort(),
        });
        try {
            await machine.untilUp();
        } catch (error) {
            await machine.stop();
            throw error;
        }
        return machine;
    }

    /** Runs a script on the host, as its root. */
    async run(script: string): Promise<string> {
        const { baseImage } = await debian("bookworm", this.engines.docker);
        const host = ["run", "--rm", "--privileged", "--pid=host", "--userns=host", baseImage, "nsenter", "--target=1"];
        return docker([...host, "--mount", "--net", "--", "/bin/sh", "-euc", script], {
            DOCKER_HOST: this.engines.docker,
        });
    }

    /** Starts Docker as a service of a user's, in the cgroups that the host's systemd has delegated to that user's own. */
    async startRootless(): Promise<void> {
        await this.run(`
            loginctl enable-linger engine
            systemctl start user@${ROOTLESS_UID}.service
            runuser --user=engine -- env XDG_RUNTIME_DIR=/run/user/${ROOTLESS_UID} systemctl --user start docker-rootless`);
    }

    /** Starts its Docker anew, with another user as root of containers; it has none of its images and containers then. */
    async remapUsers(): Promise<void> {
        const rootOf = () =>
            docker(["info", "--format={{.DockerRootDir}}"], { DOCKER_HOST: this.engines.docker }).catch(() => "");
        const before = await rootOf();
        const script = `
            mkdir -p /etc/docker
            echo '{ "userns-remap": "default" }' >/etc/docker/daemon.json
            systemctl restart --no-block docker`;
        // The engine may be gone before it has answered.
        await this.run(script).catch(() => undefined);
        for (const deadline = Date.now() + 300_000; [before, ""].includes(await rootOf()); await sleep(500)) {
            if (Date.now() > deadline) {
                throw new Error(`its Docker doesn't map users: ${lastLines(this.#console)}`);
            }
        }
    }

    /** Ends when both engines of root answer. */
    async untilUp(): Promise<void> {
        const deadline = Date.now() + 600_000;
        const { docker: dockerHost, podman } = this.engines;
        const answers = () => [dockerHost, podman].map((host) => docker(["version"], { DOCKER_HOST: host }));
        while (!(await Promise.all(answers()).catch(() => undefined))) {
            if (this.#emulator.exitCode !== null || Date.now() > deadline) {
                throw new Error(`the virtual machine doesn't come up: ${lastLines(this.#console)}`);
            }
            await sleep(500);
        }
    }

    /** Ends when it is up again; what is on its disk is still there. */
    async reboot(): Promise<void> {
        const bootId = () => this.run("cat /proc/sys/kernel/random/boot_id").catch(() => undefined);
        const before = await bootId();
        // It may be gone before it has answered.
        await this.run("systemctl reboot").catch(() => undefined);
        for (let now = before; now === undefined || now === before; now = await bootId()) {
            await this.untilUp();
        }
    }

    async stop(): Promise<void> {
        const ended = event(this.#emulator, "close");
        this.#emulator.stdin!.end();
        await ended;
    }
}

/** The root file system of host and emulator, with the host's disk in it; made at most once. */
async function hostDirectory(): Promise<string> {
    if (process.arch !== "x64") {
        throw new Error(`its kernel is an x86-64 one, this machine ${process.arch}`);
    }
    if (process.getuid?.() !== 0) {
        throw new Error("making its disk takes root");
    }
    const { cached, fingerprint, once } = await import("../../toolchain/cache.mjs");
    const directory = cached("engines", `virtual-machine-${fingerprint(ROOTFS, __filename)}`);
    if (!existsSync(directory)) {
        console.warn("virtual machine: making its disk, once (about two minutes)");
    }
    await once(directory, build, () => {});
    return directory;
}

async function build(directory: string): Promise<void> {
    const script = `
        set -e
        mmdebstrap --quiet --variant=minbase --aptopt='Acquire::Check-Valid-Until "false"' --include="$2" \\
            --customize-hook="sync-in '$3' /" --customize-hook='chroot "$1" useradd --create-home --uid=${ROOTLESS_UID} engine' \\
            --customize-hook='systemctl --root="$1" enable systemd-networkd podman-api podman-restart' sid "$1"
        truncate --size=8G "$1.img"
        mkfs.ext4 -q -d "$1" "$1.img"
        mv "$1.img" "$1/disk.img"`;
    await promisify(execFile)("bash", ["-c", script, "build", directory, PACKAGES, ROOTFS]).catch(
        ({ message, stderr }: Error & { stderr?: string }) => {
            throw new Error(`its disk can't be made: ${(stderr || message).trim().split("\n").slice(-3).join(" / ")}`);
        },
    );
}

function lastLines(file: string): string {
    return readFileSync(file, "utf8").trim().split("\n").slice(-6).join(" / ");
}
