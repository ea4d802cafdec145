import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { SystemdSandbox, type SystemdSandboxArgs } from "../../components";
import { host } from "./host-facts";
import { recordResources } from "./mocks";

/** Arguments of a sandbox, whatever they are, and the one line that a person gets to read; the name is `alice` unless told otherwise. */
export type Row = readonly [args: unknown, line: RegExp, name?: string];

/** A sandbox of one machine `web`, with these arguments. */
export const web = <Args>(args: Args) => ({ machines: { web: args } });

/** A refusal as the person gets it. */
export interface Refusal {
    readonly headline: string;
    readonly lines: readonly string[];
}

/**
 * Makes a sandbox, which must be refused as all of them are: at once, in one error without a stack trace, and with nothing
 * registered but the sandbox itself.
 */
export async function refusalOf(args: unknown, name = "alice"): Promise<Refusal> {
    await recordResources(host({}));
    const registered: string[] = [];
    const record = ({ type }: pulumi.ResourceTransformationArgs) => {
        registered.push(type);
        return undefined;
    };
    const began = performance.now();
    const error = thrown(() => new SystemdSandbox(name, args as SystemdSandboxArgs, { transformations: [record] }));
    assert.ok(performance.now() - began < 5000, "it took longer than a person waits for a typing mistake");
    assert.ok(pulumi.ResourceError.isInstance(error), String(error));
    assert.deepEqual([error.hideStack, error.stack], [true, undefined]);
    assert.deepEqual(registered, ["centos-systemd:index:SystemdSandbox"]);
    const [headline, ...lines] = error.message.split("\n");
    return { headline, lines };
}

/** Bad values: each gives one line, which names the argument, what was given, and what is allowed or why it can't be. */
export function refusedBeforehand(rows: Readonly<Record<string, Row>>): void {
    for (const [what, [args, line, name]] of Object.entries(rows)) {
        it(`${what}: one clear error, and nothing is made`, async () => {
            const { headline, lines } = await refusalOf(args, name);
            assert.equal(headline, "1 argument is not as it should be; nothing was created:", lines.join("\n"));
            assert.equal(lines.length, 1, lines.join("\n"));
            const [said] = lines;
            assert.match(said, /^ {2}\S.*(: .+; allowed: .+| can't be combined with .+: .+)\.$/);
            assert.doesNotMatch(said, /undefined|\[object|: null;|\.\.\.|NaN: /);
            assert.ok(said.length < 1000, `${said.length} characters`);
            assert.match(said.slice(2), line);
        });
    }
}

function thrown(make: () => unknown): unknown {
    try {
        make();
    } catch (error) {
        return error;
    }
    throw new Error("It was accepted.");
}
