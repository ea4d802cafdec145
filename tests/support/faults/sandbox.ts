import type { Stack, UpOptions } from "@pulumi/pulumi/automation";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { MachineOutputs } from "../../../components";
import { inMachine } from "../docker";
import { configure } from "../project";

/** A sandbox that something happens to. */
export class Sandbox {
    /** Its only machine's. */
    readonly container: string;

    constructor(
        readonly stack: Stack,
        private readonly dockerHost: string,
    ) {
        this.container = `${stack.name}-box`;
    }

    /** What is known of the machine afterwards. */
    async up(options: UpOptions = {}): Promise<MachineOutputs> {
        const { outputs } = await this.stack.up(options);
        return (outputs.machines.value as { box: MachineOutputs }).box;
    }

    /** What `up` says when it must fail: to a person, who has no use for our stack traces. */
    upFails(options: UpOptions = {}): Promise<string> {
        return complaintOf(this.up(options));
    }

    destroyFails(): Promise<string> {
        return complaintOf(this.destroy());
    }

    /** Runs the one command that an error has named, as in the shell of a person who has chosen the stack, and says yes to Pulumi. */
    async run(said: string, command: RegExp): Promise<void> {
        const [, named] = command.exec(said) ?? assert.fail(`no such command is named: ${said}`);
        const { workDir, envVars } = this.stack.workspace;
        const env = { ...process.env, ...envVars, DOCKER_HOST: this.dockerHost };
        const answered = named.startsWith("pulumi ") ? `${named} --stack ${this.stack.name} --yes` : named;
        await promisify(execFile)("sh", ["-euc", answered], { cwd: workDir, env });
    }

    configure(values: Record<string, unknown>): Promise<void> {
        return configure(this.stack, values);
    }

    inside(script: string): Promise<string> {
        return inMachine(this.container, script, { DOCKER_HOST: this.dockerHost });
    }

    /** It is up with all that it should have, and a further `up` would change nothing. */
    async isWell(): Promise<void> {
        assert.equal(await this.inside("systemctl is-system-running"), "running");
        assert.match(await this.inside("cat /var/data/steps"), /^(done\n?)+$/);
        const { changeSummary } = await this.stack.preview();
        assert.deepEqual(Object.keys(changeSummary), ["same"]);
    }

    /** Its backend knows it as a new one. */
    async loseState(): Promise<void> {
        await this.stack.workspace.removeStack(this.stack.name, { force: true, preserveConfig: true });
        await this.stack.workspace.createStack(this.stack.name);
    }

    async destroy(): Promise<void> {
        await this.stack.destroy();
    }
}

async function complaintOf(operation: Promise<unknown>): Promise<string> {
    const message = await operation.then(
        () => assert.fail("Pulumi went well where it had to fail"),
        (error: Error) => error.message,
    );
    // The rest is all of it again, by the Automation API.
    return message.split("\n err?: ")[0];
}
