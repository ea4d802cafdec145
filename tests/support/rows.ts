import type { CgroupAccess } from "../../components";
import type { Release } from "./base-image";

/** One machine of the matrix: a systemd on a host, with an access. */
export interface Row {
    /** The cell of tests/support/engines/cells.ts. */
    readonly cell: string;
    readonly release: Release;
    readonly systemd: number;
    readonly access: CgroupAccess;
    /** Whether that is what the components choose there by themselves. */
    readonly chosen: boolean;
    /** Part of `npm test`; the others only of `npm run test:hosts`. */
    readonly core: boolean;
}

const SYSTEMD: Readonly<Record<Release, number>> = { bullseye: 247, bookworm: 252, trixie: 257, sid: 262 };

/** The releases that each access boots there, with a `*` where the row is part of the core. */
const TABLE: readonly [cell: string, access: CgroupAccess, releases: string, chosen: boolean][] = [
    ["20.10-v1", "v1-parent", "bullseye bookworm* trixie*", true],
    ["28-v1", "v1-parent", "bullseye bookworm trixie", true],
    ["20.10-v2", "v2-parent", "bullseye bookworm* trixie* sid", true],
    ["20.10-v2", "v2-named", "bullseye bookworm trixie", false],
    ["26-v2", "v2-parent", "bullseye bookworm trixie sid", true],
    ["26-v2", "v2-named", "bullseye bookworm trixie", false],
    ["28-v2", "v2-writable", "bullseye* bookworm trixie sid*", true],
    ["28-v2", "v2-parent", "bookworm* sid", false],
    ["28-v2", "v2-named", "bullseye* bookworm trixie", false],
    ["29-v1", "v1-parent", "bookworm trixie", true],
    ["29-v2", "v2-writable", "bookworm sid", true],
    ["29-v2", "v2-parent", "bookworm", false],
    ["29-v2", "v2-named", "bookworm", false],
    ["29-v2-classic", "v2-writable", "bookworm sid", true],
    ["20.10-v1-userns", "v1-parent", "bookworm trixie", true],
    ["20.10-v2-userns", "v2-parent", "bookworm sid", true],
    ["28-v1-userns", "v1-parent", "bookworm trixie", true],
    ["28-v2-userns", "v2-parent", "bullseye bookworm trixie sid", true],
    ["28-v1-rootless", "v1-parent", "bookworm trixie", true],
    ["28-v2-rootless", "v2-parent", "bullseye bookworm trixie sid", true],
    ["29-v2-rootless", "v2-parent", "bookworm sid", true],
    ["podman-v1", "v1-parent", "bullseye bookworm trixie", true],
    ["podman5-v2", "podman", "bookworm sid", true],
    ["podman6-v2", "podman", "bookworm sid", true],
];

export const rows: readonly Row[] = TABLE.flatMap(([cell, access, releases, chosen]) =>
    releases.split(" ").map((word) => {
        const release = word.replace("*", "") as Release;
        return { cell, release, systemd: SYSTEMD[release], access, chosen, core: word.endsWith("*") };
    }),
);
