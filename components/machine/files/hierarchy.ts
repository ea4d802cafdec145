import { isWithin } from "../../rules/path";

/** Links of every distribution to what is mounted at boot (file-hierarchy(7), COMPATIBILITY SYMBOLIC LINKS). */
const LINKS: Readonly<Record<string, string>> = { "/var/run": "/run", "/var/lock": "/run/lock" };

/** The same place without the links that each machine has. */
export function withoutLinks(path: string): string {
    const link = Object.keys(LINKS).find((each) => isWithin(path, each));
    return link === undefined ? path : `${LINKS[link]}${path.slice(link.length)}`;
}

/** Directories of each machine (file-hierarchy(7), hier(7)); the engine puts no file in the place of one. */
const DIRECTORIES = [
    ...["/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/media", "/mnt", "/opt", "/proc", "/root", "/run", "/sbin"],
    ...["/srv", "/sys", "/tmp", "/usr", "/var", "/run/lock", "/etc/systemd", "/etc/systemd/system"],
    ...["/usr/bin", "/usr/lib", "/usr/lib/systemd", "/usr/lib/systemd/system", "/usr/local", "/usr/local/bin"],
    ...["/usr/sbin", "/usr/share", "/var/cache", "/var/lib", "/var/lib/systemd", "/var/log", "/var/spool", "/var/tmp"],
];

export function isDirectory(path: string): boolean {
    return DIRECTORIES.includes(withoutLinks(path));
}

/** Files of each machine: no directory can be there, and nothing below them. */
const FILES = [
    ...["/etc/group", "/etc/hostname", "/etc/hosts", "/etc/os-release", "/etc/passwd", "/etc/resolv.conf"],
    ...["/etc/shadow", "/bin/sh", "/sbin/init", "/usr/bin/sh", "/usr/sbin/init"],
];

/** A file of each machine that is there, or on the way there. */
export function fileOnTheWay(path: string): string | undefined {
    return FILES.find((file) => isWithin(path, file));
}
