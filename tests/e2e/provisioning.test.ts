import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MachineArgs, ProvisionArgs } from "../../components";
import { docker, inMachine } from "../support/docker";
import { machineJournals } from "../support/journal";
import { sandboxOf } from "../support/sandbox";
import { openStack, type TestStack } from "../support/stack";

const PASSWORD = "correct horse battery staple";
/** What the machine was given, not the step: a text, and one in Base64. */
const MACHINE_SECRETS = ["the-machine-knows", "open sesame"];
const CERTIFICATE = "-----BEGIN KEY-----\nZm9vYmFyYmF6\n-----END KEY-----\n";

describe("a machine's provisioning", () => {
    let directory: string;
    let stack: TestStack;
    let container: string;
    let script: string;

    /** Each step leaves a line in /var/log/steps when it runs. */
    const steps = () =>
        ({
            packages: { inline: "echo packages >>/var/log/steps; chmod 666 /var/log/steps" },
            service: {
                name: "service",
                script,
                args: ["--greeting", "it's a machine"],
                environment: {
                    PASSWORD: pulumi.secret(PASSWORD),
                    PATH: "/opt/bin:/usr/bin:/bin",
                    // What a script that runs it could call its own variables.
                    name: "its name",
                    step: "its step",
                    VARIABLES: "its variables",
                },
                files: {
                    "/etc/greeting/greeting.conf": { content: "friendly", mode: "0640", owner: "daemon" },
                    "/etc/greeting/key": { content: pulumi.secret(CERTIFICATE), mode: "0600" },
                    "/etc/greeting/bytes": { contentBase64: "AAECgP8=" },
                },
            },
            last: { inline: 'echo "last as $(id -un) in $PWD" >>/var/log/steps', user: "daemon", directory: "/srv" },
        }) satisfies Record<string, ProvisionArgs>;

    const provisioned = (
        changed: Partial<Record<keyof ReturnType<typeof steps>, ProvisionArgs>> = {},
    ): MachineArgs => ({
        files: {
            "/srv/text": { content: pulumi.secret(MACHINE_SECRETS[0]) },
            "/srv/bytes": { contentBase64: pulumi.secret(Buffer.from(MACHINE_SECRETS[1]).toString("base64")) },
        },
        provision: Object.values({ ...steps(), ...changed }),
    });
    const ran = async () => (await inMachine(container, "cat /var/log/steps")).split("\n");

    before("up, with a last step that fails", async () => {
        directory = await mkdtemp(join(tmpdir(), "provisioning-"));
        script = join(directory, "service.sh");
        await writeFile(
            script,
            '#!/bin/bash\nset -eux\necho service >>/var/log/steps\nprintf "%s\\n" "$@" "$PATH" "$name" "$step" "$VARIABLES" >/root/words\n' +
                'printf %s "$PASSWORD" >/root/password\ncat /etc/greeting/key\necho "I say: $PASSWORD"\n',
        );
        stack = await openStack(sandboxOf({}));
        container = `${stack.name}-web`;
    });

    after("down", async () => {
        await stack.close();
        await rm(directory, { recursive: true });
    });

    afterEach(async function () {
        if (this.currentTest?.state === "failed") {
            console.error(await machineJournals(stack.name, {}));
        }
    });

    it("fails with the step and its last lines, and leaves the machine up", async () => {
        const broken = "for line in $(seq 30); do echo line $line; done; echo the cellar is flooded >&2; exit 7";
        stack.program(sandboxOf({ web: provisioned({ last: { inline: broken } }) }));
        const message = await stack.upFails();
        assert.match(message, /provision\[2\] \(inline\) ended with exit status 7 in t\w+-web\./);
        assert.match(message, /line 30\s+the cellar is flooded/);
        assert.deepEqual(await ran(), ["packages", "service"]);

        const files = { "/etc/greeting/more": { content: "", owner: "mallory" } };
        stack.program(sandboxOf({ web: provisioned({ last: { inline: "true", files } }) }));
        const cause =
            /provision\[2\] \(inline\): its file \/etc\/greeting\/more could not be put into \S+: chown: invalid user: 'mallory'/;
        assert.match(await stack.upFails(), cause);
        await inMachine(container, "rm /etc/greeting/more");
    });

    it("goes on with the step that failed, and then says that the machine is there", async () => {
        stack.program(sandboxOf({ web: provisioned() }));
        const { outputs } = await stack.up();
        assert.deepEqual(await ran(), ["packages", "service", "last as daemon in /srv"]);
        assert.equal((outputs.machines.value as Record<string, { container: string }>).web.container, container);
    });

    it("gives a step its arguments, environment, files and interpreter, and leaves no copy of it", async () => {
        const words = await inMachine(container, "cat /root/words");
        assert.equal(words, "--greeting\nit's a machine\n/opt/bin:/usr/bin:/bin\nits name\nits step\nits variables");
        assert.equal(await inMachine(container, "cat /root/password"), PASSWORD);
        const files = await inMachine(container, "cd /etc/greeting && stat -c '%n %a %U %s' * && cat greeting.conf");
        assert.equal(files, "bytes 644 root 5\ngreeting.conf 640 daemon 8\nkey 600 root 51\nfriendly");
        assert.equal(await inMachine(container, "find /tmp /run -maxdepth 1 -name 'tmp.*'"), "");
    });

    it("does nothing when nothing has changed", async () => {
        assert.deepEqual(await stack.changes(), []);
        assert.deepEqual(Object.keys((await stack.up()).summary.resourceChanges ?? {}), ["same"]);
        assert.deepEqual(await ran(), ["packages", "service", "last as daemon in /srv"]);
    });

    it("runs a changed script again, and no other, as preview said; its output comes while it runs, without secrets", async () => {
        await writeFile(
            script,
            "#!/bin/sh\nset -x\necho service again >>/var/log/steps\n" +
                'cat /srv/text /srv/bytes /etc/greeting/key; echo "I say: $PASSWORD; go on?"\n' +
                "for _ in $(seq 600); do test -e /run/go && exit; sleep 0.05; done; exit 1",
        );
        assert.deepEqual(await stack.changes(), [`update ${container}-provision-service`]);
        let printed = "";
        await stack.up((text) => {
            const asked = printed.includes("go on?");
            printed += text;
            // Only what is shown while the step runs makes it end.
            if (!asked && printed.includes("go on?")) {
                void docker(["exec", container, "touch", "/run/go"]);
            }
        });
        assert.deepEqual(await ran(), ["packages", "service", "last as daemon in /srv", "service again"]);
        assert.match(printed, /I say: \[secret\]; go on\?/);
        for (const secret of [PASSWORD, ...MACHINE_SECRETS, ...CERTIFICATE.trim().split("\n")]) {
            assert.ok(!printed.includes(secret), `${secret} was printed`);
        }
    });

    it("runs a step again whose file or secret has changed", async () => {
        const changed = steps();
        changed.service.files["/etc/greeting/greeting.conf"].content = "hostile";
        stack.program(sandboxOf({ web: provisioned(changed) }));
        assert.deepEqual(await stack.changes(), [`update ${container}-provision-service`]);
        changed.service.files["/etc/greeting/greeting.conf"].content = "friendly";
        changed.service.environment.PASSWORD = pulumi.secret("changed");
        assert.deepEqual(await stack.changes(), [`update ${container}-provision-service`]);
    });

    it("keeps secrets out of the state and of docker inspect", async () => {
        const state = await stack.stored();
        const inspected = await docker(["inspect", container]);
        assert.ok(state.includes(`${container}-provision-service`));
        for (const secret of [PASSWORD, ...MACHINE_SECRETS, "Zm9vYmFyYmF6"]) {
            assert.ok(!state.includes(secret), "in the state");
            assert.ok(!inspected.includes(secret), "in docker inspect");
        }
    });

    it("replaces the machine and runs every step where a changed step asks for it", async () => {
        const id = await docker(["inspect", "--format={{.Id}}", container]);
        await writeFile(script, "echo service >>/var/log/steps");
        const once = (inline: string) => ({
            last: { inline, replaceOnChange: true, environment: { PASSWORD: pulumi.secret(PASSWORD) } },
        });
        stack.program(sandboxOf({ web: provisioned(once("echo finally >>/var/log/steps")) }));
        await stack.up();
        assert.notEqual(await docker(["inspect", "--format={{.Id}}", container]), id);
        assert.deepEqual(await ran(), ["packages", "service", "finally"]);
        assert.deepEqual(await stack.changes(), []);
        stack.program(sandboxOf({ web: provisioned(once("echo changed >>/var/log/steps")) }));
        assert.ok((await stack.changes()).includes(`replace ${container}`));
    });

    it("does not run a step with a name again when another one comes before it", async () => {
        const { packages, ...rest } = steps();
        stack.program(sandboxOf({ web: { ...provisioned(), provision: Object.values({ packages, ...rest }) } }));
        await stack.up();
        const provision = Object.values({ packages, more: { inline: "echo more >>/var/log/steps" }, ...rest });
        stack.program(sandboxOf({ web: { ...provisioned(), provision } }));
        assert.deepEqual(
            (await stack.changes()).map((change) => change.replace(container, "")),
            ["create -provision-1", "create -provision-3", "delete -provision-2"],
        );
    });
});
