// Marks how long a sandbox may live, for all to see on its host: an empty volume whose age counts.
//   node expiry.mjs begin   a mark that is there can only be that of an earlier sandbox, which somebody removed by hand
//   node expiry.mjs keep    the same time goes on, another one begins anew
// Environment: SANDBOX, PROJECT, STACK, OWNER, TTL
import process from "node:process";
import { docker, list } from "./engine.mjs";
import { main } from "./failure.mjs";
import { LABEL_PREFIX } from "./labels.mjs";
import { variable } from "./variables.mjs";

await main(async () => {
    const [volume, ttl] = [`${variable("SANDBOX")}.expiry`, variable("TTL")];
    // The filter is a regular expression, in which the dot is any character.
    const isThere = (await list(["volume", "ls", "--quiet", "--filter", `name=^${volume}$`])).includes(volume);
    if (isThere && process.argv[2] === "keep" && (await ttlOf(volume)) === ttl) {
        return;
    }
    if (isThere) {
        await docker(["volume", "rm", volume]);
    }
    const labels = {
        sandbox: variable("SANDBOX"),
        project: variable("PROJECT"),
        stack: variable("STACK"),
        owner: variable("OWNER"),
        ttl,
    };
    const words = Object.entries(labels).map(([label, value]) => `--label=${LABEL_PREFIX}${label}=${value}`);
    await docker(["volume", "create", ...words, volume]);
});

/** @param {string} volume */
function ttlOf(volume) {
    return docker(["volume", "inspect", "--format", `{{index .Labels "${LABEL_PREFIX}ttl"}}`, volume]);
}
