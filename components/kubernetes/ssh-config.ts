import { SSH_PORT, SSHD_CONFIG_FILE } from "../machine/network/ssh";
import { trust } from "../operations/host-key";

/** What is known of a machine that ssh is to reach. */
interface SshEndpoint {
    /** What ssh calls it: `<sandbox>-<machine>`, as on Docker. */
    readonly host: string;
    readonly kubectl: string;
    readonly pod: string;
    /** Type and key, `ssh-ed25519 AAAA…`, as parseHostKey gives them. */
    readonly hostKey: string;
}

/**
 * Shell and not sshd alone: that closes its standard error when it logs to the journal, and a container's runtime takes the end of one stream for
 * the end of all.
 */
const SSHD = `/bin/sh -c '/usr/sbin/sshd -i -f ${SSHD_CONFIG_FILE}; exit $?'`;

/** A block for `ssh -F`, complete in itself. No port is needed: an sshd of the connection's own answers through the API server. */
export function sshConfig({ host, kubectl, pod, hostKey }: SshEndpoint): string {
    return [
        `Host ${host}`,
        `  HostName ${pod}`,
        `  Port ${SSH_PORT}`,
        "  User root",
        `  ProxyCommand ${kubectl} exec --stdin --quiet ${pod} -- ${SSHD}`,
        ...trust(host, hostKey),
        "",
    ].join("\n");
}
