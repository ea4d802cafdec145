/** A Debian release's code name, as its packages know it. */
export type Release = "bullseye" | "bookworm" | "trixie" | "sid";

/** A base image of that release in the engine, bootstrapped where it isn't there yet: no registry is needed. */
export async function debian(
    release: Release,
    dockerHost?: string,
): Promise<{ distribution: string; baseImage: string }> {
    const { ensureBaseImage } = await import("../../toolchain/base-image.mjs");
    return ensureBaseImage(release, dockerHost);
}
