// Gets everything that a bare machine lacks; what is there already is used as it is.
import { backend } from "./backend.mjs";
import { baseImage } from "./base-image.mjs";
import { dependencies } from "./dependencies.mjs";
import { docker } from "./docker.mjs";
import { isMain } from "./paths.mjs";
import { plugins } from "./plugins.mjs";
import { main } from "./problem.mjs";
import { pulumi } from "./pulumi.mjs";
import { runAll } from "./step.mjs";

/** All at once, as far as one doesn't need another: one waits for the network while another has the processors. */
export async function bootstrap() {
    await runAll(
        new Map([
            [docker, []],
            [dependencies, []],
            [backend, []],
            // The SDK among them knows how to download a release.
            [pulumi, [dependencies]],
            // Pulumi downloads them. Where both have to be compiled, one alone keeps the processors busy.
            [plugins, [pulumi]],
            // An engine has it; what is configured instead is written in YAML, which an npm package reads.
            [baseImage, [docker, dependencies]],
        ]),
    );
}

if (isMain(import.meta.url)) {
    await main(bootstrap);
}
