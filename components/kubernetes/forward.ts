import type { Port } from "../machine/network/ports";

/** Command that brings a machine's ports to this computer, as long as it runs; nothing where it has none. */
export function forwardCommand(kubectl: string, pod: string, ports: readonly Port[]): string | undefined {
    if (ports.length === 0) {
        return undefined;
    }
    const addresses = [...new Set(ports.map(({ hostAddress }) => hostAddress))];
    return [
        `${kubectl} port-forward`,
        // kubectl's own is this computer alone.
        ...(addresses.join() === "127.0.0.1" ? [] : [`--address ${addresses.join()}`]),
        `pod/${pod}`,
        // Without a port of this computer, kubectl takes a free one, and says which.
        ...ports.map(({ port, hostPort }) => `${hostPort ?? ""}:${port}`),
    ].join(" ");
}
