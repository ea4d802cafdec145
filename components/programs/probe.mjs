// Asks the host's kernel from inside, through an image that is there already; changes nothing.
// Prints one line of JSON (components/docker/kernel.ts), or null where no image is there.
// Environment: SANDBOX, IMAGES (candidates, with blanks between them), HIERARCHY (where a name=systemd hierarchy would have to be;
// else empty), DELEGATED (a cgroup that the engine's user would have to own; else empty)
import { main } from "./failure.mjs";
import { inspect } from "./inspect.mjs";
import { probe } from "./one-shot.mjs";
import { variable } from "./variables.mjs";

await main(async () => {
    const [image] = await inspect("image", variable("IMAGES").split(" "));
    const ask = (/** @type {string} */ id) => probe(id, variable("HIERARCHY"), variable("DELEGATED"));
    console.log(JSON.stringify(image === undefined ? null : await ask(image.Id)));
});
