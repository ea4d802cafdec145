import * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { MachineArgs } from "../machine";
import type { Problem } from "../problems";
import { SSHD_SERVICE } from "./units";

/**
 * Who may come in by ssh, on a free port of 127.0.0.1 or where `ports` publishes 22. The image needs an sshd:
 * `packages: ["openssh-server"]`.
 */
export interface SshArgs {
    /**
     * A public key as `~/.ssh/id_ed25519.pub` has it. Who has its private key may come in as any user of the machine, root
     * included; nobody else comes in, and no password is asked for.
     */
    publicKey: string;
}

const CONFIG = "/etc/ssh/machine_sshd_config";
const AUTHORIZED_KEYS = "/etc/ssh/machine_authorized_keys";
const HOST_KEY = "/etc/ssh/machine_ed25519_key";

/** Our own file and none of the distribution's, so that it is the same everywhere. */
const SSHD_CONFIG = `Port 22
HostKey ${HOST_KEY}
AuthorizedKeysFile ${AUTHORIZED_KEYS}
AuthenticationMethods publickey
PermitRootLogin prohibit-password
# Root's account is locked in many images, which only PAM tells from forbidden.
UsePAM yes
# For scp, rsync and Ansible.
Subsystem sftp internal-sftp
`;

/** A host key of the machine's own: the package's would be the same in every machine of the image. */
const SSHD_UNIT = `[Unit]
Description=SSH for the owner of the sandbox
After=network.target

[Service]
# Debian's sshd wants /run/sshd.
RuntimeDirectory=sshd
ExecStartPre=/bin/sh -c 'test -e ${HOST_KEY} || ssh-keygen -q -t ed25519 -N "" -f ${HOST_KEY}'
ExecStart=/usr/sbin/sshd -D -e -f ${CONFIG}

[Install]
WantedBy=multi-user.target
`;

/** The distributions' own, which would take the port. */
const DISTRIBUTIONS_OWN = ["ssh.service", "ssh.socket", "sshd.service", "sshd.socket"];

/** The same machine with an sshd in it: files, units and a port like any other. */
export function withSshd<Args extends MachineArgs>(args: Args): Args {
    if (args.ssh === undefined) {
        return args;
    }
    return {
        ...args,
        files: {
            [CONFIG]: { content: SSHD_CONFIG },
            [AUTHORIZED_KEYS]: { content: `${args.ssh.publicKey.trim()}\n` },
            ...args.files,
        },
        units: {
            ...Object.fromEntries(DISTRIBUTIONS_OWN.map((unit) => [unit, { mask: true }])),
            [SSHD_SERVICE]: { content: SSHD_UNIT, enable: true },
            ...args.units,
        },
        ports: args.ports?.some(({ port }) => port === 22) ? args.ports : [...(args.ports ?? []), { port: 22 }],
    };
}

/** A Command that ends when sshd listens; its stdout is the machine's public host key. */
export function readHostKey(
    name: string,
    reach: Record<string, pulumi.Input<string>>,
    opts: pulumi.CustomResourceOptions,
): command.local.Command {
    return new command.local.Command(
        name,
        {
            create: 'docker exec -i "$MACHINE" /bin/sh -s',
            stdin: readFileSync(path.join(__dirname, "host-key.sh"), "utf8"),
            environment: reach,
            logging: "stderr",
        },
        opts,
    );
}

/** What is known of a machine that ssh is to reach. */
export interface SshEndpoint {
    readonly container: string;
    /** Published ports, `127.0.0.1:49153->22/tcp`. */
    readonly ports: readonly string[];
    /** How to call Docker's CLI for it: with the host's address where that isn't the usual one. */
    readonly docker: string;
    /** Type and key, `ssh-ed25519 AAAA…`. */
    readonly hostKey: string;
}

/** A block for `ssh -F`, complete in itself: the host key is in it, so that nothing has to be trusted at first sight. */
export function sshConfig({ container, ports, docker, hostKey }: SshEndpoint): string {
    const [, address, port] = ports.map((each) => /^(.*):(\d+)->22\/tcp$/.exec(each)).find((match) => match) ?? [];
    const host = /^docker -H (ssh:\S+)/.exec(docker)?.[1];
    const tcpHost = /\btcp:\/\/(\[[^\]]+\]|[^:/\s]+)/.exec(docker)?.[1];
    const [type, key] = hostKey.split(" ");
    return [
        `Host ${container}`,
        // Who listens on all addresses is reached at the host's own.
        `  HostName ${["0.0.0.0", "[::]"].includes(address) ? (tcpHost ?? "127.0.0.1") : address}`,
        `  Port ${port}`,
        "  User root",
        // The port is one of the Docker host's own.
        ...(host === undefined ? [] : [`  ProxyJump ${host}`]),
        `  HostKeyAlias ${container}`,
        `  KnownHostsCommand /bin/echo ${container} ${type} ${key}`,
        "  UserKnownHostsFile /dev/null",
        "  StrictHostKeyChecking yes",
        "",
    ].join("\n");
}

/** Type, key, comment; as sshd(8) describes AUTHORIZED_KEYS, without options. */
const PUBLIC_KEY = /^(ssh-|ecdsa-|sk-)[a-z0-9@.-]+ [A-Za-z0-9+/]+=*( [^\n]*)?\s*$/;

/** Everything wrong with who may come in. The value isn't shown: it may be a private key by mistake. */
export function sshProblems(ssh: SshArgs | undefined, argument: string): Problem[] {
    return ssh === undefined || PUBLIC_KEY.test(ssh.publicKey ?? "")
        ? []
        : [
              {
                  argument: `${argument}.publicKey`,
                  value: ssh.publicKey === undefined ? undefined : "no public key",
                  allowed: 'one line, "ssh-ed25519 AAAA… comment"',
                  mend: 'Read it: readFileSync("…/.ssh/id_ed25519.pub", "utf8")',
              },
          ];
}
