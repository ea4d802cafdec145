import { INIT } from "./settings";

/** What systemd itself ends with where it may write no cgroup. */
const NO_CGROUP = 255;

/**
 * The command of a machine whose PID 1 leaves the cgroup that the engine has put it into, for one of its own below `ground`.
 *
 * One process stays behind: when the engine has crashed, containerd takes a container whose own cgroup is empty for one that
 * has ended, and the machine never comes back. It has a session of its own, for systemd hangs up the console and kills with
 * that whatever is in the console's session.
 */
export function moveTo(ground: string): readonly string[] {
    const own = `${ground}/machine`;
    const script = `setsid sleep infinity & mkdir -p ${own} && echo 1 > ${own}/cgroup.procs && exec ${INIT}; exit ${NO_CGROUP}`;
    return ["/bin/sh", "-c", script];
}
