import { SSH_PORT } from "../machine/network/ssh";
import { trust } from "../operations/host-key";

/** What is known of a machine that ssh is to reach. */
export interface SshEndpoint {
    readonly container: string;
    /** Published ports, `127.0.0.1:49153->22/tcp`. */
    readonly ports: readonly string[];
    /** How to call Docker's CLI for it: with the host's address where that isn't the usual one. */
    readonly docker: string;
    /** Type and key, `ssh-ed25519 AAAA…`, as parseHostKey gives them. */
    readonly hostKey: string;
}

const PUBLISHED = new RegExp(`^(.*):(\\d+)->${SSH_PORT}/tcp$`);

/** A block for `ssh -F`, complete in itself: the host key is in it, so that nothing has to be trusted at first sight. */
export function sshConfig({ container, ports, docker, hostKey }: SshEndpoint): string {
    const [, address, port] = ports.map((each) => PUBLISHED.exec(each)).find((match) => match) ?? [];
    const host = /^docker -H (ssh:\S+)/.exec(docker)?.[1];
    const tcpHost = /\btcp:\/\/(\[[^\]]+\]|[^:/\s]+)/.exec(docker)?.[1];
    return [
        `Host ${container}`,
        // Who listens on all addresses is reached at the host's own.
        `  HostName ${["0.0.0.0", "[::]"].includes(address) ? (tcpHost ?? "127.0.0.1") : address}`,
        `  Port ${port}`,
        "  User root",
        // The port is one of the Docker host's own.
        ...(host === undefined ? [] : [`  ProxyJump ${host}`]),
        ...trust(container, hostKey),
        "",
    ].join("\n");
}
