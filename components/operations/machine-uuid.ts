import { createHash } from "node:crypto";

/**
 * The id by which systemd knows its container, and makes the machine's own of it (https://systemd.io/CONTAINER_INTERFACE,
 * container_uuid; machine-id(5)): another one for each container.
 */
export function machineUuid(name: string, generation: string): string {
    const digits = createHash("sha256").update(`${name} ${generation}`).digest("hex");
    return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}
