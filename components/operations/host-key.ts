/** An Ed25519 public key as sshd(8) writes it: its type, 51 bytes in Base64, and perhaps a comment; one line. */
const HOST_KEY_LINE = /^(ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI[A-Za-z0-9+/]{43})( [\x20-\x7e]*)?$/;

/**
 * Type and key of what a machine printed as its host key; `undefined` where it is anything else. It goes into a file that
 * ssh takes orders from, and root in the machine can print what it likes.
 */
export function parseHostKey(printed: string): string | undefined {
    return HOST_KEY_LINE.exec(printed)?.[1];
}

/** Lines of `ssh -F` by which ssh takes this key for that host, and no other: nothing has to be trusted at first sight. */
export function trust(host: string, hostKey: string): string[] {
    return [
        `  HostKeyAlias ${host}`,
        `  KnownHostsCommand /bin/echo ${host} ${hostKey}`,
        "  UserKnownHostsFile /dev/null",
        "  StrictHostKeyChecking yes",
    ];
}
