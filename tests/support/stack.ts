import * as pulumi from "@pulumi/pulumi";
import { type Deployment, LocalWorkspace, type PulumiFn, type UpResult } from "@pulumi/pulumi/automation";
import { randomBytes } from "node:crypto";
import { mkdtemp, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { token } from "../../components/token";
import { machineJournals } from "./journal";

// The SDK never closes its connections to an engine under which an inline program failed, and gRPC shares connections by address:
// a later engine that gets the same port would find one that has given up ("14 UNAVAILABLE: No connection established").
const { grpcClientOptions } = pulumi.runtime as unknown as { grpcClientOptions: Record<string, unknown> };
grpcClientOptions["grpc.use_local_subchannel_pool"] = 1;

/** A stack of its own on a backend of its own. */
export interface TestStack {
    readonly name: string;
    /** Its working directory, which holds its backend too. */
    readonly directory: string;
    /** Replaces the program that the next operation runs. */
    program(next: PulumiFn): void;
    /** `onOutput` gets what Pulumi prints, when it prints it. */
    up(onOutput?: (text: string) => void): Promise<UpResult>;
    /** What `up` says on standard error when it must fail. */
    upFails(): Promise<string>;
    /** What a preview would do, by kind: `{ same: 7 }` where nothing changes. */
    preview(onOutput?: (text: string) => void): Promise<Record<string, number>>;
    previewFails(): Promise<string>;
    /**
     * The resources that a preview would touch, with what it would do: `update alice-web-ready`. Not that a sandbox's arguments, which
     * stand in the state, are others: that is what a test has just done.
     */
    changes(): Promise<string[]>;
    refresh(): Promise<void>;
    destroy(): Promise<void>;
    /** The stack's state as JSON, with its secrets decrypted. */
    state(): Promise<string>;
    /** Replaces the stack's state by what is made of that. */
    rewriteState(change: (state: string) => string): Promise<void>;
    /** Everything that the backend keeps of the stack, its history included, as it lies there: secrets are encrypted. */
    stored(): Promise<string>;
    /** Destroys what is left of it, and forgets it. */
    close(): Promise<void>;
}

/** A program that makes resources and says what of them is asked about. */
export function program(outputs: () => Record<string, unknown>): PulumiFn {
    return () => Promise.resolve(outputs());
}

/** Where the checkout lies: the directory that holds components/ and stacks/. */
export const CHECKOUT = path.resolve(__dirname, "..", "..");

/**
 * A fresh stack of `program`; whoever opens it closes it.
 * `environment` reaches Pulumi and its plugins: DOCKER_HOST, for one.
 */
export async function openStack(program: PulumiFn, environment: Record<string, string> = {}): Promise<TestStack> {
    const directory = await projectDirectory();
    let current = program;
    const stack = await LocalWorkspace.createStack(
        { stackName: `t${randomBytes(3).toString("hex")}`, projectName: "test", program: () => current() },
        {
            workDir: directory,
            envVars: {
                PULUMI_BACKEND_URL: `file://${directory}`,
                PULUMI_CONFIG_PASSPHRASE: "test",
                PULUMI_CONFIG_PASSPHRASE_FILE: "",
                ...environment,
            },
        },
    );
    return {
        name: stack.name,
        directory,
        program: (next) => (current = next),
        up: (onOutput) => stack.up({ onOutput }),
        upFails: () => mustFail(stack.up()),
        preview: async (onOutput) => (await stack.preview({ onOutput })).changeSummary,
        previewFails: () => mustFail(stack.preview()),
        changes: async () => {
            const changes: string[] = [];
            await stack.preview({
                onEvent: ({ resourcePreEvent: planned }) => {
                    const { op, type = "", urn = "" } = planned?.metadata ?? {};
                    const recorded = op === "update" && type === token("SystemdSandbox");
                    if (op !== undefined && op !== "same" && !recorded) {
                        changes.push(`${op} ${urn.split("::").at(-1)}`);
                    }
                },
            });
            return changes;
        },
        refresh: async () => void (await stack.refresh()),
        destroy: async () => void (await stack.destroy()),
        state: async () => JSON.stringify(await stack.exportStack()),
        rewriteState: async (change) =>
            stack.importStack(JSON.parse(change(JSON.stringify(await stack.exportStack()))) as Deployment),
        stored: () => contents(path.join(directory, ".pulumi")),
        close: async () => {
            await stack.destroy();
            await rm(directory, { recursive: true });
        },
    };
}

/** Runs `use` with a stack that is destroyed and forgotten whatever happens; a failure shows the machines' journals. */
export async function withStack<T>(
    program: PulumiFn,
    use: (stack: TestStack) => Promise<T>,
    environment: Record<string, string> = {},
): Promise<T> {
    const stack = await openStack(program, environment);
    try {
        return await use(stack);
    } catch (error) {
        console.error(await machineJournals(stack.name, environment));
        throw error;
    } finally {
        await stack.close();
    }
}

/** Programs name files of the checkout by relative paths, as a user's program does; Pulumi runs in a throwaway directory. */
async function projectDirectory(): Promise<string> {
    const directory = await mkdtemp(path.join(tmpdir(), "pulumi-centos-systemd-"));
    // .centos-systemd: it is filled where the program runs, which is the checkout.
    for (const folder of ["components", "stacks", ".centos-systemd"]) {
        await symlink(path.join(CHECKOUT, folder), path.join(directory, folder));
    }
    await mkdir(path.join(directory, ".pulumi"));
    await writeFile(path.join(directory, "Pulumi.yaml"), "name: test\nruntime: nodejs\n");
    return directory;
}

/** The texts of all files below a directory. */
export async function contents(directory: string): Promise<string> {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    return (
        await Promise.all(files.map(({ parentPath, name }) => readFile(path.join(parentPath, name), "utf8")))
    ).join();
}

/** What an operation says that must fail. */
export async function mustFail(operation: Promise<unknown>): Promise<string> {
    const failure = await operation.then(
        () => undefined,
        (error: unknown) => error,
    );
    if (failure instanceof Error) {
        return failure.message;
    }
    throw new Error("Pulumi succeeded where it had to fail");
}
