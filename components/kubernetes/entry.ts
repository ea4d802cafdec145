import * as pulumi from "@pulumi/pulumi";
import type { Capabilities } from "../machine/confinement/capabilities";
import type { Upload } from "../machine/files/upload";
import { resolved } from "../operations/resolved";

/**
 * Where a Pod finds what PID 1 does before it becomes systemd, and the files that it puts in place. The path has `/sbin/init` in it: by
 * that CRI-O knows a Pod of systemd (cri-o, container_create_linux.go, WillRunSystemd).
 */
export const ENTRY_DIRECTORY = "/usr/local/sbin/init-machine";
export const ENTRY = `${ENTRY_DIRECTORY}/start`;

/** PID 1 before it is systemd. Its arguments are what it becomes at last. */
const START = `#!/bin/sh
set -eu
cd ${ENTRY_DIRECTORY}
# A volume in memory is everybody's, whatever is asked for (kubernetes/kubernetes#48912).
while read -r mode path; do chmod "$mode" "$path"; done <directories
# Readable for nobody else while it is written.
umask 077
while read -r mode key path; do
    path=\${path%/}
    (umask 022 && mkdir -p "\${path%/*}/")
    # A unit that the image masks is a link to /dev/null.
    [ ! -h "$path" ] || rm "$path"
    cat "./$key" >"$path"
    chmod "$mode" "$path"
done <files
umask 022
cd /
exec "$@"
`;

/**
 * The same for a Pod whose cgroups are read-only: PID 1 gets namespaces of its own, in which it mounts its cgroups writable. Who is who
 * stays as it is. A process from before has to say so, as the kernel takes that from nobody else (user_namespaces(7)); until then
 * PID 1 keeps its rights by ambient capabilities, which systemd must not hand on. Namespaces come with all capabilities in them: what the
 * machine isn't to have is given up at the end.
 */
const ownNamespacesOf = (bounds: string) => `
own=$(readlink /proc/1/ns/user)
(
    until [ "$(readlink /proc/1/ns/user)" != "$own" ]; do sleep 0.01; done
    while read -r inside _ count; do echo "$inside $inside $count"; done </proc/self/uid_map >/proc/1/uid_map
    while read -r inside _ count; do echo "$inside $inside $count"; done </proc/self/gid_map >/proc/1/gid_map
) &
exec unshare --user --mount --cgroup --keep-caps /bin/sh -euc '
    until grep -q . /proc/self/uid_map && grep -q . /proc/self/gid_map; do sleep 0.01; done
    mount --make-rprivate /
    mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 /mnt
    mount --move /mnt /sys/fs/cgroup
    exec setpriv --inh-caps -all --ambient-caps -all${bounds} "$@"
' start "$@"
`;

/** Path → octal mode, of directories in memory. */
export type Modes = Readonly<Record<string, string>>;

/** What a Pod's Secret has for PID 1, in Base64: the start, the modes of what is in memory, and each file. */
export function entryFiles(
    uploads: readonly Upload[],
    modes: Modes,
    ownNamespaces: boolean,
    capabilities: Capabilities = { add: [], drop: [] },
): Record<string, pulumi.Output<string>> {
    // In the order of their paths: where a person says them in another one, nothing has changed.
    const sorted = [...uploads].sort((one, other) => (one.file < other.file ? -1 : 1));
    const contents = sorted.map((upload, index) => ({ key: `file-${index}`, upload }));
    // With a slash at the end, which no path has: `read` would drop blanks that are last.
    const directories = Object.entries(modes).map(([path, mode]) => `${mode} ${path}/\n`);
    const files = contents.map(({ key, upload }) => `${upload.permissions} ${key} ${upload.file}/\n`);
    return {
        start: encoded(ownNamespaces ? startInOwnNamespaces(capabilities) : START),
        directories: encoded(directories.join("")),
        files: encoded(files.join("")),
        ...Object.fromEntries(contents.map(({ key, upload }) => [key, content(upload)])),
    };
}

function startInOwnNamespaces({ add, drop }: Capabilities): string {
    const bounds = [...drop.map((name) => `-${name}`), ...add.map((name) => `+${name}`)].join().toLowerCase();
    const entering = ownNamespacesOf(bounds === "" ? "" : ` --bounding-set ${bounds}`);
    // By a function: `$` means something in a text that replaces.
    return START.replace(/exec "\$@"\n$/, () => entering.trimStart());
}

function content(upload: Upload): pulumi.Output<string> {
    const { content: text, contentBase64 } = resolved(upload);
    return contentBase64 === undefined ? encoded(text ?? "") : pulumi.output(contentBase64);
}

function encoded(text: pulumi.Input<string>): pulumi.Output<string> {
    return pulumi.output(text).apply((known) => Buffer.from(known).toString("base64"));
}
