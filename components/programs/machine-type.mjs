/**
 * How our programs reach a machine, whatever it is: a container of an engine, or a Pod of a cluster.
 *
 * @typedef {object} Machine
 * @property {(seconds: number) => Promise<Reached>} start starts it, unless it runs, and says where it is reached; a cluster has so
 * long for it
 * @property {() => Promise<State>} look
 * @property {(command: string[], options?: Run) => Promise<import("./call.mjs").Answer>} run runs a command in it
 * @property {(answer: import("./call.mjs").Answer) => string} complaint what there was to say against a command
 * @property {() => Promise<string>} lastLines what it has written on its console at last
 * @property {Advice} ADVICE
 *
 * Where it is reached, and of a Pod, on which node it is.
 * @typedef {{ address: string, ports: string[], node?: string }} Reached
 *
 * @typedef {object} State
 * @property {"running" | "exited" | "other"} status
 * @property {string} end how it has ended
 *
 * How a command is run in a machine. None of it is an argument of a process on the machine where Pulumi runs, but for what
 * everybody may see.
 *
 * @typedef {object} Run
 * @property {Record<string, string>} [variables] in its environment
 * @property {string} [user] `name`, `name:group`, or numbers; root's without
 * @property {string} [directory]
 * @property {string | Buffer} [input] what it reads from its standard input
 * @property {number} [seconds] until nobody waits for it any more
 * @property {(text: string) => void} [onOutput] sees what it writes while it runs
 *
 * What a person reads beside a failure.
 *
 * @typedef {object} Advice
 * @property {string} shell the command that gives one a shell in it
 * @property {string} thaw what brings one back that gives no answer, as a sentence
 * @property {string} nextUp what the next `pulumi up` does where it has ended
 * @property {string} off what it means that a step has switched it off
 * @property {string} insteadOfOff
 */

export {};
