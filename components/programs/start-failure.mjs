/**
 * What an engine says when it can't start a container, and what a person reads beside it: the argument that it is about, and
 * how to mend it. The words are those of Docker, runc and crun; of what is only in them, nothing can be known beforehand.
 *
 * @type {readonly (readonly [said: RegExp, mend: (...found: string[]) => string])[]}
 */
const CAUSES = [
    [
        /port is already allocated|address already in use/,
        () => "Another program of the host listens there: choose another hostPort, or leave it out for a free one.",
    ],
    [
        /cannot assign requested address/,
        () =>
            "`hostAddress` in `ports` is no address of the host: choose one that it has, or leave it out for 127.0.0.1.",
    ],
    [
        /privileged port|bind: permission denied/,
        () => "`hostPort` in `ports` is below what this engine may listen on: choose one from 1024 on.",
    ],
    [
        /device ["']?(\/dev\/[^"':\s]+)["']?: (?:no such file|not a device)|stat (\/dev\/\S+): no such file/,
        (one, other) =>
            `\`devices\` has ${one ?? other}, which is no device of the host: choose one that it has, or leave it out.`,
    ],
    [
        /could not select device driver|discover GPU vendor|nvidia-container-cli/,
        () => "`gpus` needs a GPU and the NVIDIA container toolkit on the host: install it there, or leave it out.",
    ],
    [
        /\/proc\/sys\/([\w/.-]+)`?: no such file/i,
        (path) =>
            `\`sysctls\` has ${dotted(path)}, which the host's kernel doesn't have for a machine: leave it out, or set it on the host.`,
    ],
    [
        /\/proc\/sys\/([\w/.-]+)`?: /,
        (path) =>
            `\`sysctls\` has a value for ${dotted(path)} that the host's kernel refuses: choose another one (sysctl(8)).`,
    ],
    [/rlimit type (\d+): operation not permitted/, (type) => tooMuch(RLIMITS[Number(type)] ?? `of type ${type}`)],
    [/setrlimit `?RLIMIT_([A-Z]+)`?/, (name) => tooMuch(name.toLowerCase())],
    [
        /apparmor/i,
        () =>
            "`appArmor` names no profile that the host has loaded (aa-status lists them): load it there, or choose another one.",
    ],
    [
        /seccomp/,
        () =>
            "`seccomp` is a profile that the host's runtime can't use: mend it, or leave it out for the engine's own.",
    ],
    [
        /capabilit(?:y|ies)[^\n]*CAP_([A-Z_]+)|CAP_([A-Z_]+)[^\n]*capabilit/,
        (one, other) =>
            `\`capabilities\` has ${one ?? other}, which the host's kernel or engine doesn't have: leave it out.`,
    ],
];

/** Names of the kernel's limits by their numbers (asm-generic/resource.h). */
const RLIMITS = [
    ...["cpu", "fsize", "data", "stack", "core", "rss", "nproc", "nofile", "memlock", "as", "locks", "sigpending"],
    ...["msgqueue", "nice", "rtprio", "rttime"],
];

/** @param {string} name */
function tooMuch(name) {
    return `\`ulimits.${name}\` is more than the host's engine may give (for nofile, sysctl fs.nr_open has the most): ask for less.`;
}

/** `net/core/somaxconn` as sysctl(8) has it. @param {string} path */
function dotted(path) {
    return path.replaceAll("/", ".");
}

/**
 * How to mend it; empty where nothing is known.
 *
 * @param {string} why what the engine says
 */
export function mendStart(why) {
    for (const [said, mend] of CAUSES) {
        const found = said.exec(why);
        if (found !== null) {
            return mend(...found.slice(1));
        }
    }
    return "";
}
