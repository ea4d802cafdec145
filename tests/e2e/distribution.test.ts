import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import * as path from "node:path";
import { type MachineOutputs, SystemdSandbox, type SystemdSandboxArgs } from "../../components";
import { debian, debianWithManagers } from "../support/base-image";
import { docker, inMachine } from "../support/docker";
import { CHECKOUT, withStack } from "../support/stack";

/** What a package manager makes of the packages that the test offers it (support/distributions). */
interface Manager {
    readonly packageManager: NonNullable<SystemdSandboxArgs["packageManager"]>;
    /** What its distribution's base image is made like. */
    readonly like: "rpm" | "pacman";
    /** What it says of a package that it doesn't find. */
    readonly missing: RegExp;
    /** Lists what is installed. */
    readonly list: string;
    /** All that is to be installed where `extra` is asked for: with what that needs, and without what it recommends. */
    readonly installed: readonly string[];
    /** What would be left of lists and archives. */
    readonly leftovers: string;
    /** Whether npm test has it; all are in `npm run test:hosts`. */
    readonly core: boolean;
}

const MANAGERS: readonly Manager[] = [
    {
        packageManager: "dnf",
        like: "rpm",
        missing: /No match for argument: no-such-package/,
        list: "rpm -qa --queryformat '%{NAME}\\n'",
        installed: ["extra", "needed", "python3", "systemd", "systemd-pam"],
        leftovers: "/var/cache/dnf/*.solv /var/cache/dnf/*/packages/*",
        core: true,
    },
    {
        packageManager: "yum",
        like: "rpm",
        missing: /No match for argument: no-such-package/,
        list: "rpm -qa --queryformat '%{NAME}\\n'",
        // Here it is dnf by another name, which CentOS 7's is not: that knows of no recommendations.
        installed: ["extra", "needed", "systemd", "unwanted"],
        leftovers: "/var/cache/dnf/*.solv /var/cache/dnf/*/packages/*",
        core: false,
    },
    {
        packageManager: "zypper",
        like: "rpm",
        missing: /No provider of 'no-such-package' found/,
        list: "rpm -qa --queryformat '%{NAME}\\n'",
        installed: ["extra", "needed", "python3", "systemd"],
        leftovers: "/var/cache/zypp/packages/* /var/cache/zypp/raw/*",
        core: true,
    },
    {
        packageManager: "pacman",
        like: "pacman",
        missing: /error: target not found: no-such-package/,
        list: "pacman -Qq",
        installed: ["extra", "needed", "python", "systemd", "systemd-sysvcompat"],
        leftovers: "/var/cache/pacman/pkg/* /var/lib/pacman/sync/*",
        core: false,
    },
];

describe("a base image of another distribution", () => {
    const images = `localhost/pulumi-centos-systemd/like${randomBytes(3).toString("hex")}`;

    before("an image without systemd, for each kind of package", async function () {
        // A base image is made once on a machine.
        this.timeout("10m");
        const { baseImage } = await debianWithManagers("bookworm");
        for (const like of ["rpm", "pacman"]) {
            const context = path.join(CHECKOUT, "tests", "support", "distributions", like);
            await docker(["build", "--quiet", `--build-arg=BASE=${baseImage}`, `--tag=${images}:${like}`, context]);
        }
    });

    after(async () => docker(["image", "rm", "--force", `${images}:rpm`, `${images}:pacman`]));

    const sandbox =
        ({ like, packageManager }: Manager, args: Partial<SystemdSandboxArgs>) =>
        () => {
            const { machines } = new SystemdSandbox(pulumi.getStack(), {
                baseImage: `${images}:${like}`,
                packageManager,
                systemdVersion: 252,
                machines: { web: {} },
                ...args,
            });
            return Promise.resolve({ machines });
        };

    for (const manager of MANAGERS.filter(({ core }) => core || process.env.HOSTS === "all")) {
        const { packageManager, missing, list, installed, leftovers } = manager;
        it(`gets its systemd and packages from ${packageManager}, or its word that there is none`, async () => {
            await withStack(sandbox(manager, { packages: ["extra", "no-such-package"] }), async (stack) => {
                assert.match(await stack.upFails(), missing);
                stack.program(sandbox(manager, { packages: ["extra"] }));
                const { web } = (await stack.up()).outputs.machines.value as Record<string, MachineOutputs>;
                assert.equal(web.state, "running");
                assert.deepEqual((await inMachine(web.container, list)).split("\n").sort(), installed);
                assert.equal(await inMachine(web.container, `ls -d ${leftovers} 2>/dev/null || :`), "");
                const names = await docker(["inspect", "-f", "{{json .RepoTags}}", await imageOf(web.container)]);
                assert.ok(names.includes(`"localhost/pulumi-centos-systemd/${stack.name}:custom"`), names);
            });
        });
    }

    it("is refused where its systemd is another one than was said, with the line that mends it: Arch moves on", async () => {
        const pacman = MANAGERS[MANAGERS.length - 1];
        await withStack(sandbox(pacman, { packages: ["systemd-next"] }), async (stack) => {
            assert.match(await stack.upFails(), /the image has systemd 253, not 252\. Set systemdVersion to 253\./);
        });
    });

    const imageOf = (container: string) => docker(["inspect", "-f", "{{.Image}}", container]);
});

if (process.env.HOSTS === "all") {
    describe("a distribution that is out of life", () => {
        it("is said to be, once for each preview and up, and changes nothing by itself", async () => {
            const image = await debian("bullseye");
            const program = () => {
                new SystemdSandbox(pulumi.getStack(), { ...image, machines: { web: {} } });
                return Promise.resolve({});
            };
            await withStack(program, async (stack) => {
                // What Pulumi says in passing, it says once more at the end.
                let said = "";
                const onOutput = (text: string) => void (said += text);
                const warnings = () =>
                    said
                        .split("Diagnostics:")
                        .at(-1)
                        ?.match(/debian-11 is out of life since 2026-08-31/g);
                await stack.up(onOutput);
                assert.equal(warnings()?.length, 1, said);
                said = "";
                assert.deepEqual(Object.keys(await stack.preview(onOutput)), ["same"]);
                assert.equal(warnings()?.length, 1, said);
            });
        });
    });
}
