/** The package managers that the image's Dockerfile knows how to install systemd with. */
export type PackageManager = "apt" | "dnf" | "yum";

/** Every package manager, for validation. */
export const PACKAGE_MANAGERS: readonly PackageManager[] = ["apt", "dnf", "yum"];

/** One base image, and what its systemd needs from us. */
export interface Distribution {
    /** Reference that `docker pull` understands, without a digest: pin one with `baseImage`. */
    readonly baseImage: string;
    /** Major version of the systemd that the base image has or installs; decides the cgroup access. */
    readonly systemdVersion: number;
    /** Installs systemd where the base image has none. */
    readonly packageManager: PackageManager;
}

/** What you get when you name none: the mission's CentOS, in its oldest release that is still maintained. */
export const DEFAULT_DISTRIBUTION = "centos-stream9";

/**
 * The distributions that can be named in `distribution`.
 *
 * systemd versions are those of the distribution's own packages; `pulumi preview` needs them before any image exists.
 */
export const DISTRIBUTIONS: Readonly<Record<string, Distribution>> = {
    // CentOS 7 left the mirrors in 2024; its image stayed, and with it the seed of this project.
    "centos-7": { baseImage: "quay.io/centos/centos:7", systemdVersion: 219, packageManager: "yum" },
    "centos-stream9": { baseImage: "quay.io/centos/centos:stream9", systemdVersion: 252, packageManager: "dnf" },
    "centos-stream10": { baseImage: "quay.io/centos/centos:stream10", systemdVersion: 257, packageManager: "dnf" },
    "almalinux-9": { baseImage: "docker.io/library/almalinux:9", systemdVersion: 252, packageManager: "dnf" },
    "almalinux-10": { baseImage: "docker.io/library/almalinux:10", systemdVersion: 257, packageManager: "dnf" },
    "rockylinux-9": { baseImage: "docker.io/rockylinux/rockylinux:9", systemdVersion: 252, packageManager: "dnf" },
    "fedora-42": { baseImage: "registry.fedoraproject.org/fedora:42", systemdVersion: 257, packageManager: "dnf" },
    "ubuntu-22.04": { baseImage: "docker.io/library/ubuntu:22.04", systemdVersion: 249, packageManager: "apt" },
    "ubuntu-24.04": { baseImage: "docker.io/library/ubuntu:24.04", systemdVersion: 255, packageManager: "apt" },
    "debian-11": { baseImage: "docker.io/library/debian:11", systemdVersion: 247, packageManager: "apt" },
    "debian-12": { baseImage: "docker.io/library/debian:12", systemdVersion: 252, packageManager: "apt" },
    "debian-13": { baseImage: "docker.io/library/debian:13", systemdVersion: 257, packageManager: "apt" },
    "debian-sid": { baseImage: "docker.io/library/debian:sid", systemdVersion: 262, packageManager: "apt" },
};
