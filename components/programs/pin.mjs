// Gives a build a tag of its own: the engine then keeps it when the next build takes its name, for the machines that run it
// (containerd's image store drops an image without a name at once). By the tag it is known that the build is there.
// Environment: IMAGE_ID, TAG
import { docker } from "./engine.mjs";
import { main } from "./failure.mjs";
import { variable } from "./variables.mjs";

await main(async () => void (await docker(["image", "tag", variable("IMAGE_ID"), variable("TAG")])));
