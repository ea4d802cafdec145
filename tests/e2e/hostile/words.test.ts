import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import type { MachineArgs } from "../../../components";
import { LABEL_PREFIX } from "../../../components/labels";
import { debian } from "../../support/base-image";
import { docker } from "../../support/docker";
import { openProject } from "../../support/project";
import { sandboxOf } from "../../support/sandbox";
import { CHECKOUT, withStack } from "../../support/stack";
import { assertPrintable } from "../../support/unprintable";

/** For printf(1): a window's title, a colour, a return to the line's beginning, and an order to go up a line. */
const ESCAPES = "\\033]0;owned\\007\\033[31mred\\rgone\\033[1A";

/** A shell that answers our questions as it likes, and does everything else as it should. */
function liar(answers: Record<"ready" | "host-key", string>): MachineArgs["files"] {
    const script = `#!/bin/bash
[ "$*" = -s ] || exec /bin/dash "$@"
case $(cat) in *machine_ed25519_key*) printf '${answers["host-key"]}' ;; *) printf '${answers.ready}' ;; esac
`;
    return { "/usr/bin/sh": { content: script, mode: "0755" } };
}

const HONEST = `{"state":"running","systemdVersion":252,"bootMilliseconds":1}\\n`;

describe("what a hostile machine says", () => {
    it("reaches no terminal as an order when it is shown why the machine isn't ready", async () => {
        const broken = `[Service]\nExecStart=/usr/bin/printf '${ESCAPES.replace(/\\/g, "\\\\")} on purpose\\\\n'\nExecStart=/bin/false\nType=oneshot\n[Install]\nWantedBy=multi-user.target\n`;
        const machines: Record<string, MachineArgs> = {
            unit: { units: { "broken.service": { content: broken, enable: true } } },
            command: {
                allowDegraded: true,
                readyTimeout: 2,
                waitFor: { command: `printf '${ESCAPES} not yet'; false` },
            },
        };
        for (const [name, said] of Object.entries({ unit: /on purpose/, command: /not yet/ })) {
            await withStack(sandboxOf({ [name]: machines[name] }), async (stack) => {
                const message = await stack.upFails();
                assert.match(message, said);
                assertPrintable(message);
            });
        }
    });

    for (const [what, ready] of Object.entries({
        "a state that is a terminal's order": `{"state":"\\\\u001b]0;owned\\\\u0007","systemdVersion":252,"bootMilliseconds":1}\\n`,
        "no JSON at all": "running\\n",
    })) {
        it(`is not believed: ${what}`, async () => {
            await withStack(sandboxOf({ web: { files: liar({ ready, "host-key": "" }) } }), async (stack) => {
                const message = await stack.upFails();
                assert.match(message, /t\w+-web does not say its state in the form that it must have/);
                assertPrintable(message);
            });
        });
    }

    it("is no line of the ssh configuration, where it isn't a host key", async () => {
        const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJpQh5D8Jp0M2yq3nQnUu0sX2mJ2n3p4r5s6t7u8v9w0";
        const attack = `${key}\\n  ProxyCommand touch /tmp/owned-by-a-machine\\n`;
        const web = (hostKey: string): MachineArgs => ({
            allowDegraded: true,
            ports: [{ port: 22 }],
            ssh: { publicKey: key },
            files: liar({ ready: HONEST, "host-key": hostKey }),
        });
        await withStack(sandboxOf({ web: web(attack) }), async (stack) => {
            const message = await stack.upFails();
            assert.match(message, /does not say its ssh host key in the form that it must have/);
        });
        assert.ok(!existsSync("/tmp/owned-by-a-machine"));
    });

    it("and what anybody writes on a container, is shown by doctor and by a refusal as text", async () => {
        const evil = "\u001b]0;owned\u0007evil\r\u202e";
        const name = `t${randomBytes(3).toString("hex")}`;
        const project = await openProject();
        const stack = await project.stack(name, { ...(await debian("bookworm")), machines: { web: {} } });
        const labels = Object.entries({ sandbox: name, owner: evil, project: evil, stack: evil });
        const foreign = await docker([
            ...["create", `--name=${name}-web`],
            ...labels.map(([label, value]) => `--label=${LABEL_PREFIX}${label}=${value}`),
            ...[(await debian("bookworm")).baseImage, "true"],
        ]);
        try {
            const refused = await stack.up().then(
                () => assert.fail("the name is taken"),
                (error: Error) => error.message,
            );
            assert.match(
                refused,
                new RegExp(`the container ${name}-web of this host: the name is taken; it belongs to`),
            );
            assertPrintable(refused);
            const doctor = path.join(CHECKOUT, "toolchain", "doctor.mjs");
            const { stdout } = await promisify(execFile)(process.execPath, [doctor], { cwd: CHECKOUT });
            assert.match(stdout, new RegExp(name));
            assertPrintable(stdout);
        } finally {
            await docker(["rm", "--force", foreign]);
            await project.close();
        }
    });
});
