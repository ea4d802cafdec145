import { machineText } from "./in-machine.mjs";

/**
 * What `kubectl exec` has to bring into a Pod beside a command's input: it knows no variables, no user and no directory, and its own
 * words are no place for what may be long or secret. They are in the address that the API server is asked for: it is in the audit
 * log, and proxies refuse a long one. So all of it goes by standard input, as a piece of shell before the input itself.
 *
 * @param {string[]} command
 * @param {{ variables: Record<string, string>, user: string, directory: string }} how
 * @returns {{ command: string[], before: Buffer }} what is to be run in its place, and what goes before its input
 */
export function entry(command, { variables, user, directory }) {
    const before = Buffer.from(
        [
            `set -- ${[user, directory, ...command].map(quoted).join(" ")}`,
            ...Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(value)}`),
            machineText("enter"),
        ].join("\n"),
    );
    // Not by head(1), which may read more than it prints: what follows is the command's.
    const read = `dd bs=${before.length} count=1 iflag=fullblock 2>/dev/null`;
    const enter = `eval "$(${read})"; echo "it did not arrive whole" >&2; exit 126`;
    // kubectl waits for ever to be rid of an input that nobody reads to its end. A signal at a shutdown is for the command, which
    // says by its status what has become of it.
    const drained = `trap : TERM; (${enter}); status=$?; cat >/dev/null; exit $status`;
    return { command: ["/bin/sh", "-c", drained], before };
}

/** @param {string} text */
function quoted(text) {
    return `'${text.replaceAll("'", `'\\''`)}'`;
}
