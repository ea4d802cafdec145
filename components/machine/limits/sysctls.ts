import { member } from "../../rules/member";
import type { BadValue } from "../../rules/problem";
import type { ArgumentTable } from "../argument";

/** Kernel parameters of a machine. */
export interface SysctlArgs {
    /**
     * Kernel parameters of the machine's own namespaces (sysctl(8)): `net.ipv4.ip_forward` → `"1"`.
     * @default the kernel's
     */
    sysctls?: Record<string, string>;
}

export interface SysctlSpec {
    readonly sysctls?: Readonly<Record<string, string>>;
}

/**
 * Kernel parameters that each container has of its own; the others are the host's (docker-run(1), --sysctl). Whether the kernel
 * has a parameter in there, it says itself.
 */
const OWN =
    /^(net(\.[A-Za-z0-9_-]+)+|fs\.mqueue\.[a-z_]+|kernel\.(msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni|shm_rmid_forced))$/;
/** One line, as sysctl(8) writes it. */
const VALUE = /^[^\u0000-\u001f\u007f]*\S[^\u0000-\u001f\u007f]*$/;

/** Everything wrong with one machine's kernel parameters. */
function sysctlProblems(sysctls: Readonly<Record<string, string>>, argument: string): BadValue[] {
    return Object.entries(sysctls).flatMap(([name, value]) => [
        ...(OWN.test(name)
            ? []
            : [
                  {
                      argument,
                      value: name,
                      allowed: "parameters below net. and fs.mqueue., kernel.sem, kernel.msg*, kernel.shm*",
                      mend: "The others are the host's: set them there, with sysctl(8)",
                  },
              ]),
        ...(VALUE.test(value.replace(/\t/g, " "))
            ? []
            : [{ argument: member(argument, name), value, allowed: 'a value on one line, "1"' }]),
    ]);
}

export const SYSCTLS = {
    sysctls: { problems: sysctlProblems, spec: (sysctls) => ({ sysctls }) },
} satisfies ArgumentTable<SysctlArgs, SysctlSpec>;
