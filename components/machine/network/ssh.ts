import type { BadValue, Conflict } from "../../rules/problem";
import type { ArgumentTable } from "../argument";
import { SSHD_SERVICE } from "../files/unit-names";
import { type UnitsArgs, unitSpec, type UnitsSpec } from "../files/units";
import { plainUpload } from "../files/upload";
import { portSpec, type PublishingSpec } from "./ports";

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

/** Whether ssh leads into a machine. */
export interface SshAccessArgs {
    /**
     * Lets ssh in, on a free port of 127.0.0.1: for tools that can't do with `docker exec`. A change replaces the machine.
     * @default no sshd
     */
    ssh?: SshArgs;
}

export interface SshSpec extends UnitsSpec, PublishingSpec {
    /** Whether there is an sshd, whose host key is to be read. */
    readonly hasSshd: boolean;
}

export const SSH_PORT = 22;

export const SSHD_CONFIG_FILE = "/etc/ssh/machine_sshd_config";
const AUTHORIZED_KEYS = "/etc/ssh/machine_authorized_keys";
const HOST_KEY = "/etc/ssh/machine_ed25519_key";

/** Our own file and none of the distribution's, so that it is the same everywhere. */
const SSHD_CONFIG = `Port ${SSH_PORT}
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
ExecStart=/usr/sbin/sshd -D -e -f ${SSHD_CONFIG_FILE}

[Install]
WantedBy=multi-user.target
`;

/** The distributions' own, which would take the port. */
const DISTRIBUTIONS_OWN = ["ssh.service", "ssh.socket", "sshd.service", "sshd.socket"];

/** An sshd in the machine: files, units and a port like any others. */
function sshSpec(ssh: SshArgs | undefined): SshSpec {
    if (ssh === undefined) {
        return { hasSshd: false, ...unitSpec(), ...portSpec() };
    }
    const units = unitSpec({
        ...Object.fromEntries(DISTRIBUTIONS_OWN.map((unit) => [unit, { mask: true }])),
        [SSHD_SERVICE]: { content: SSHD_UNIT, enable: true },
    });
    return {
        ...units,
        ...portSpec([{ port: SSH_PORT }]),
        hasSshd: true,
        uploads: [
            plainUpload(SSHD_CONFIG_FILE, SSHD_CONFIG),
            plainUpload(AUTHORIZED_KEYS, `${ssh.publicKey.trim()}\n`),
            ...units.uploads,
        ],
    };
}

/** Type, key, comment; as sshd(8) describes AUTHORIZED_KEYS, without options. */
const PUBLIC_KEY = /^(ssh-|ecdsa-|sk-)[a-z0-9@.-]+ [A-Za-z0-9+/]+=*( [^\n]*)?\s*$/;

/** Everything wrong with who may come in. The value isn't shown: it may be a private key by mistake. */
function sshProblems({ publicKey }: SshArgs, argument: string): BadValue[] {
    return PUBLIC_KEY.test(publicKey ?? "")
        ? []
        : [
              {
                  argument: `${argument}.publicKey`,
                  value: publicKey === undefined ? undefined : "no public key",
                  allowed: 'one line, "ssh-ed25519 AAAA… comment"',
                  mend: "Give the text of the file, …/.ssh/id_ed25519.pub",
              },
          ];
}

/** The distribution's sshd beside the machine's own. */
export function sshConflicts({ ssh, units = {} }: SshAccessArgs & UnitsArgs, prefix: string): Conflict[] {
    return DISTRIBUTIONS_OWN.filter((unit) => ssh !== undefined && unit in units).map((unit) => ({
        argument: `${prefix}units["${unit}"]`,
        with: `${prefix}ssh`,
        why: `the machine then has an sshd of its own on port ${SSH_PORT}, and masks the distribution's`,
        mend: "Leave one or the other out",
    }));
}

export const SSH = {
    ssh: { problems: sshProblems, spec: sshSpec },
} satisfies ArgumentTable<SshAccessArgs, SshSpec>;
