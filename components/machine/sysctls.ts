import type { Problem } from "../problems";

/** Kernel parameters that each container has of its own; the others are the host's (docker-run(1), --sysctl). */
const OWN =
    /^(net\.|fs\.mqueue\.|kernel\.(msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni|shm_rmid_forced)$)[a-zA-Z0-9_.-]*$/;

/** Everything wrong with one machine's kernel parameters. */
export function sysctlProblems(sysctls: Record<string, string> = {}, argument: string): Problem[] {
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
        ...(typeof value === "string" && value !== ""
            ? []
            : [{ argument: `${argument}["${name}"]`, value, allowed: 'a value as text, "1"' }]),
    ]);
}
