import { isIP } from "node:net";

/** A range of addresses (CIDR, RFC 4632), as a number and how many of its first bits count. */
export interface Subnet {
    readonly family: 4 | 6;
    readonly address: bigint;
    readonly bits: number;
}

const WIDTH = { 4: 32, 6: 128 } as const;

/** `10.77.0.0/24`; nothing where it isn't one. */
export function parseSubnet(text: string): Subnet | undefined {
    const [, address = "", bits = ""] = /^([^/%]*)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
    const family = isIP(address);
    return (family === 4 || family === 6) && Number(bits) <= WIDTH[family]
        ? { family, address: numberOf(address, family), bits: Number(bits) }
        : undefined;
}

/** The subnet that the address is in: nothing but zeros after the bits that count. */
export function network({ family, address, bits }: Subnet): Subnet {
    const rest = BigInt(WIDTH[family] - bits);
    return { family, address: (address >> rest) << rest, bits };
}

/** How many addresses are in it. */
export function size({ family, bits }: Subnet): bigint {
    return 1n << BigInt(WIDTH[family] - bits);
}

/** Whether an address is in both: then one is in the other. */
export function overlap(a: Subnet, b: Subnet): boolean {
    const bits = Math.min(a.bits, b.bits);
    return a.family === b.family && network({ ...a, bits }).address === network({ ...b, bits }).address;
}

/** `10.77.0.0/24`, as a person writes it. */
export function subnetText({ family, address, bits }: Subnet): string {
    const [width, count] = family === 4 ? [8, 4] : [16, 8];
    const parts = Array.from({ length: count }, (_, index) => {
        const part = (address >> BigInt(width * (count - 1 - index))) & ((1n << BigInt(width)) - 1n);
        return part.toString(family === 4 ? 10 : 16);
    });
    const text = family === 4 ? parts.join(".") : new URL(`http://[${parts.join(":")}]`).hostname.slice(1, -1);
    return `${text}/${bits}`;
}

function numberOf(address: string, family: 4 | 6): bigint {
    if (family === 4) {
        return address.split(".").reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
    }
    // In hexadecimal alone, whatever way it was written in (RFC 5952), with at most one gap.
    const [head, tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
    const groups = (text = "") => (text === "" ? [] : text.split(":"));
    const gap = 8 - groups(head).length - groups(tail).length;
    const all = [...groups(head), ...Array.from({ length: gap }, () => "0"), ...groups(tail)];
    return all.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}
