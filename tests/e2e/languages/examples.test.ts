import assert from "node:assert/strict";
import type { MachineOutputs } from "../../../components";
import { imageRepository } from "../../../components/docker/image-name";
import { docker, inMachine } from "../../support/docker";
import { type Language, needsLanguage, withProgram } from "../../support/languages/program";

/** Those that take no compiler are in `npm test`. */
const LANGUAGES: Language[] =
    process.env.LANGUAGES === "all" ? ["typescript", "yaml", "python", "go"] : ["yaml", "python"];

/** Outputs are called as the language calls things; what is asked for here has one word everywhere. */
type Machines = Record<string, Pick<MachineOutputs, "ports" | "container" | "state">>;

for (const language of LANGUAGES) {
    describe(`the example in ${language}`, function () {
        // What runs it is built the first time.
        this.timeout("10m");

        before("can be run", async function () {
            await needsLanguage(this, language);
        });

        it("does on the engine what it says, changes what is changed, and leaves nothing", async () => {
            await withProgram(language, async (program) => {
                const { stack, sandbox } = program;
                const { outputs } = await stack.up();
                const machines = outputs.machines.value as Machines;
                assert.deepEqual(Object.keys(machines).sort(), ["node-0", "node-1", "web"]);
                const page = await fetch(`http://${machines.web.ports[0].split("->")[0]}/`);
                assert.match(await page.text(), /^Hello from web: systemd \d/);
                assert.equal(await token(machines), "sesame");
                assert.match(await inMachine(`${sandbox}-node-1`, "getent hosts node-0"), /node-0/);
                assert.doesNotMatch(await program.stored(), /sesame/);

                assert.deepEqual((await stack.preview()).changeSummary, { same: 21 });

                await stack.setConfig("token", { value: "barley", secret: true });
                const { summary } = await stack.up();
                // The step runs again; the sandbox's record of what it was asked for is another.
                const changes = { update: 2, same: 19 };
                assert.deepEqual(summary.resourceChanges, changes);
                assert.equal(await token(machines), "barley");

                await stack.destroy();
                const label = ["--filter", `label=pulumi-centos-systemd.sandbox=${sandbox}`, "--quiet"];
                assert.equal(await docker(["ps", "--all", ...label]), "");
                assert.equal(await docker(["network", "ls", ...label]), "");
                assert.equal(await docker(["images", "--quiet", imageRepository(sandbox)]), "");
            });
        });
    });
}

function token({ web }: Machines): Promise<string> {
    return inMachine(web.container, "cat /root/token");
}
