/** A Debian release's code name, as its packages know it. */
export type Release = "bullseye" | "bookworm" | "trixie" | "sid";

/** A base image of Debian, as a sandbox is told it. */
export type DebianImage = Record<"distribution" | "baseImage", string>;

/** One of that release in the engine, with systemd in it and bootstrapped where it isn't there yet: no registry is needed. */
export async function debian(release: Release, dockerHost?: string): Promise<DebianImage> {
    const { ensureBaseImage } = await import("../../toolchain/base-image.mjs");
    return ensureBaseImage(release, "systemd", dockerHost);
}

/** One like Docker Hub's: systemd and whatever else a machine needs come from Debian's packages when its image is built. */
export async function stockDebian(release: Release, dockerHost?: string): Promise<DebianImage> {
    const { ensureBaseImage } = await import("../../toolchain/base-image.mjs");
    return ensureBaseImage(release, "stock", dockerHost);
}

/** One with the package managers of other distributions in it: what an image that stands for one of those is made from. */
export async function debianWithManagers(release: Release): Promise<DebianImage> {
    const { ensureBaseImage } = await import("../../toolchain/base-image.mjs");
    return ensureBaseImage(release, "managers");
}
