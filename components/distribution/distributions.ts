import table from "./table.json";

/** The package managers that the image's Dockerfile knows how to install systemd with. */
export const PackageManager = { apt: "apt", dnf: "dnf", pacman: "pacman", yum: "yum", zypper: "zypper" } as const;
export type PackageManager = (typeof PackageManager)[keyof typeof PackageManager];

/** What an image is made from, once all is decided. */
export interface ImageSource {
    /** Reference that `docker pull` understands, without a digest: pin one with `baseImage`. */
    readonly baseImage: string;
    /** Major version of the systemd that the base image has or installs; decides the cgroup access. */
    readonly systemdVersion: number;
    /** Installs systemd where the base image has none. */
    readonly packageManager: PackageManager;
}

/** A row of the table: one distribution's base image, and what its systemd needs from us. */
export interface Distribution extends ImageSource {
    /** The last day for which it promises updates, YYYY-MM-DD; none where it has named no day, or is rolling. */
    readonly endOfLife?: string;
    /** The distribution's own package data, which says the version of its systemd. */
    readonly versionSource: string;
}

/** What you get when you name none: the mission's CentOS, in its oldest release that is still maintained. */
export const DEFAULT_DISTRIBUTION = table.usual;

/**
 * The distributions that can be named in `distribution`.
 *
 * systemd versions are those of the distribution's own packages; `pulumi preview` needs them before any image exists.
 */
export const DISTRIBUTIONS = table.distributions as Readonly<Record<string, Distribution>>;
