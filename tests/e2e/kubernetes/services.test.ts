import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { MachineArgs, MachineOutputs } from "../../../components";
import { stockDebian } from "../../support/base-image";
import { docker } from "../../support/docker";
import type { Cluster } from "../../support/kubernetes/cluster";
import { feedPod, inPod, openOn, podJournals, sandboxOn } from "../../support/kubernetes/sandbox";
import { sharedCluster } from "../../support/kubernetes/shared";
import { type Service, services } from "../../support/services";
import { skip } from "../../support/skip";
import type { TestStack } from "../../support/stack";

/** The core of the Docker suite's, and what people have most. */
const HERE = services.filter(({ core, package: name }) => core || ["nginx", "postgresql"].includes(name));

const SERVICES = join(__dirname, "..", "services");
const EVENTUALLY = readFileSync(join(SERVICES, "eventually.sh"), "utf8");

if (process.env.KUBERNETES === "all") {
    describe("stock services on a cluster, on Debian 13 with systemd 257", stockServices);
}

function stockServices(this: Mocha.Suite): void {
    this.timeout("10m");

    let cluster: Cluster;
    let stack: TestStack;
    let machines: Record<string, MachineOutputs>;

    /** A machine of each, which has the packages of all: those of the others don't start. */
    const machineOf = (service: Service): MachineArgs => {
        const others = HERE.filter((other) => other !== service).map(({ unit }) => unit.replace("@*", ""));
        return { units: Object.fromEntries(others.map((unit) => [unit, { mask: true }])) };
    };

    before("packages for the build of their image, and a machine of each", async function () {
        cluster = await sharedCluster(this);
        const image = await stockDebian("trixie");
        await docker(["run", "--rm", image.baseImage, "apt-get", "update", "--error-on=any"]).catch((error: Error) =>
            skip(this, `containers reach no Debian packages: ${error.message}`),
        );
        const tools = HERE.flatMap((service) => service.tools ?? []);
        const packages = [...new Set([...HERE.map((service) => service.package), ...tools, "curl"])];
        const each = Object.fromEntries(HERE.map((service) => [service.package, machineOf(service)]));
        stack = await openOn(cluster, sandboxOn(cluster, each, { ...image, packages }));
        machines = (await stack.up()).outputs.machines.value as typeof machines;
    });

    after("the machines", () => stack?.close());

    afterEach(async function () {
        if (this.currentTest?.state === "failed") {
            console.error(await podJournals(cluster, stack.name));
        }
    });

    for (const { package: name, unit } of HERE) {
        it(`${name} is active and does its job`, async () => {
            assert.equal(machines[name].systemdVersion, 257);
            const job = readFileSync(join(SERVICES, "jobs", `${name}.sh`), "utf8");
            await feedPod(cluster, { namespace: stack.name, pod: name }, EVENTUALLY + job, "sh", "-s");
            const properties = "--property=ActiveState,NRestarts,DropInPaths";
            const shown = await inPod(cluster, stack.name, name, `systemctl show ${properties} '${unit}'`);
            assert.ok(shown.includes("ActiveState="), `there is no ${unit}`);
            for (const line of shown.split("\n").filter(Boolean)) {
                assert.match(
                    line,
                    /^(ActiveState=active|NRestarts=0|DropInPaths=((\/run\/systemd\/generator\.late|\/usr\/lib)\S*\s*)*)$/,
                );
            }
            assert.equal(await inPod(cluster, stack.name, name, "systemctl --failed --no-legend"), "");
        });
    }

    it("all have users of their own: root in their machines is nobody on the nodes", async () => {
        const maps = await Promise.all(
            Object.keys(machines).map((pod) => inPod(cluster, stack.name, pod, "cat /proc/1/uid_map")),
        );
        assert.equal(maps.length, HERE.length);
        for (const map of maps) {
            assert.doesNotMatch(map, /^\s*0\s+0\s/);
        }
    });
}
