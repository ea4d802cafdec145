import { LocalWorkspace } from "@pulumi/pulumi/automation";

/** What an `up` did for one resource, in seconds from its start. */
export interface Span {
    readonly resource: string;
    readonly from: number;
    readonly to: number;
}

/** Where the time of an `up` goes: when Pulumi began with each resource, and when it had it. */
export async function timeline(stackName: string, workDir: string, envVars: Record<string, string>): Promise<Span[]> {
    const stack = await LocalWorkspace.selectStack({ stackName, workDir }, { envVars });
    const start = performance.now();
    const now = () => (performance.now() - start) / 1000;
    const begun = new Map<string, number>();
    const spans: Span[] = [];
    let end = NaN;
    await stack.up({
        onEvent: ({ resourcePreEvent, resOutputsEvent, summaryEvent }) => {
            // What the SDK does afterwards is no part of it.
            end = summaryEvent === undefined ? end : now();
            const before = resourcePreEvent?.metadata.urn;
            if (before !== undefined && !begun.has(before)) {
                begun.set(before, now());
            }
            const { urn, type } = resOutputsEvent?.metadata ?? {};
            // Components are made of the others, and the stack's own span is the whole.
            if (urn !== undefined && /^(docker|command):/.test(type ?? "")) {
                const resource = `${type?.split(":").at(-1)} ${urn.split("::").at(-1)}`;
                spans.push({ resource, from: begun.get(urn) ?? NaN, to: now() });
            }
        },
    });
    spans.push({ resource: "the end of the program", from: Math.max(...spans.map(({ to }) => to)), to: end });
    return spans.sort((one, other) => one.from - other.from);
}
