// Gets everything that a bare machine lacks, in this order; what is there already is used as it is.
import { backend } from "./backend.mjs";
import { baseImage } from "./base-image.mjs";
import { dependencies } from "./dependencies.mjs";
import { docker } from "./docker.mjs";
import { isMain } from "./paths.mjs";
import { plugins } from "./plugins.mjs";
import { main } from "./problem.mjs";
import { pulumi } from "./pulumi.mjs";
import { run } from "./step.mjs";

export async function bootstrap() {
    for (const step of [docker, dependencies, pulumi, plugins, baseImage, backend]) {
        await run(step);
    }
}

if (isMain(import.meta.url)) {
    await main(bootstrap);
}
