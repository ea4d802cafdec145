// Makes the network on which a sandbox's machines of this host find each other, unless it is there as it should be.
// Prints its id.
// Environment: SANDBOX (the network's name), SETTINGS (JSON), LABELS (JSON)
import { CLI } from "./cli.mjs";
import { ask, complaint, docker, list } from "./engine.mjs";
import { Failure, main } from "./failure.mjs";
import { inspect } from "./inspect.mjs";
import { ours } from "./labels.mjs";
import { jsonVariable, variable } from "./variables.mjs";

/** @typedef {{ internal: boolean, subnets: string[], ipv6: boolean, options: Record<string, string> }} Settings */

const WHOSE = /** @type {const} */ (["project", "stack", "sandbox"]);

/** @param {Record<string, string>} labels */
async function network(labels) {
    const name = variable("SANDBOX");
    const wanted = ours(labels);
    const ids = await list(["network", "ls", "--quiet", "--no-trunc", "--filter", `name=^${name}$`]);
    for (const { Id, Labels, Containers } of await inspect("network", ids)) {
        const found = ours(Labels);
        if (found.instance === wanted.instance && found.generation === wanted.generation) {
            return Id;
        }
        // Versions before 0.2 knew no instances. Another one's is of a stack that has this name in another backend.
        const isOthers = found.instance !== "" && found.instance !== wanted.instance;
        if (isOthers || WHOSE.some((name) => found[name] !== wanted[name])) {
            throw new Failure(
                `A network named ${name} is on this host, and isn't this sandbox's.`,
                `Name this stack otherwise (pulumi stack rename), or remove the network: ${CLI} network rm ${Id.slice(0, 12)}`,
            );
        }
        // An older one of this sandbox's own: its machines are made anew too.
        for (const container of Object.keys(Containers ?? {})) {
            await ask(["network", "disconnect", "--force", Id, container]);
        }
        await docker(["network", "rm", Id]);
    }
    return create(name, labels);
}

/**
 * @param {string} name
 * @param {Record<string, string>} labels
 */
async function create(name, labels) {
    const { internal, subnets, ipv6, options } = /** @type {Settings} */ (jsonVariable("SETTINGS"));
    const answer = await ask([
        ...["network", "create"],
        ...(internal ? ["--internal"] : []),
        ...(ipv6 ? ["--ipv6"] : []),
        ...subnets.map((subnet) => `--subnet=${subnet}`),
        ...Object.entries(options).map(([option, value]) => `--opt=${option}=${value}`),
        ...Object.entries(labels).map(([label, value]) => `--label=${label}=${value}`),
        name,
    ]);
    if (answer.status !== 0) {
        throw new Failure(
            `The network ${name} can't be made: ${complaint(answer)}`,
            subnets.length > 0
                ? `Where the addresses are taken: ${CLI} network ls shows by whom; choose others in \`network\`.`
                : `Where no addresses are left: ${CLI} network prune, or choose some yourself in \`network.subnet\`.`,
        );
    }
    return answer.stdout.trim();
}

await main(async () => console.log(await network(/** @type {Record<string, string>} */ (jsonVariable("LABELS")))));
