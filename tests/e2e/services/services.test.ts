import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type MachineOutputs, SystemdSandbox } from "../../../components";
import { type Release, stockDebian } from "../../support/base-image";
import { inMachine } from "../../support/docker";
import { type Engine, startEngine, stopEngine } from "../../support/engines";
import { feed } from "../../support/feed";
import { writeResults } from "../../support/service-results";
import { type Service, services } from "../../support/services";
import { skip } from "../../support/skip";
import { openStack, type TestStack } from "../../support/stack";

/** `npm run test:services` has all services on all hosts, `npm test` the core of them where most of them failed once. */
const ALL = process.env.SERVICES === "all";
const CELLS = ALL ? ["20.10-v1", "28-v2"] : ["20.10-v1"];
const RELEASES: Partial<Record<Release, number>> = { ...(ALL && { bookworm: 252 }), trixie: 257 };

/** What came of each service, by what it ran on. */
const results = new Map<string, Map<string, string>>();

for (const cell of CELLS) {
    describe(`stock services on ${cell}`, () => describeCell(cell));
}

after("the table of all services", async () => {
    const isWhole = [...results.values()].every((done) => done.size === services.length);
    if (isWhole && results.size === CELLS.length * Object.keys(RELEASES).length) {
        await writeResults(services, results);
    }
});

function describeCell(cell: string): void {
    let engine: Engine;
    let environment: Record<string, string>;
    let stack: TestStack;
    let machines: Record<string, MachineOutputs>;

    before("the engine, and a machine of each release", async function () {
        this.timeout("30m"); // chroots and base images may have to be made first
        const started = await startEngine(cell);
        if ("reason" in started) {
            skip(this, started.reason);
        }
        engine = started;
        environment = { DOCKER_HOST: engine.dockerHost };
        for (const release of Object.keys(RELEASES) as Release[]) {
            await stockDebian(release, engine.dockerHost);
        }
        stack = await openStack(async () => {
            const up: Record<string, unknown> = {};
            for (const release of Object.keys(RELEASES) as Release[]) {
                const image = await stockDebian(release, engine.dockerHost);
                const name = `${pulumi.getStack()}-${release}`;
                up[release] = new SystemdSandbox(name, { ...image, machines: { host: {} } }).machines.host;
            }
            return up;
        }, environment);
        const { outputs } = await stack.up();
        machines = Object.fromEntries(
            Object.entries(outputs).map(([name, { value }]) => [name, value as MachineOutputs]),
        );
    });

    after("the machines, and the engine", async function () {
        this.timeout("10m"); // services take their time to stop, on a busy machine
        await stack?.close();
        if (engine !== undefined) {
            await stopEngine(engine);
        }
    });

    for (const [release, systemd] of Object.entries(RELEASES)) {
        describe(`${release}, systemd ${systemd}`, () => {
            const run = (script: string) => inMachine(machines[release].container, script, environment);
            const done = new Map<string, string>();

            before("Debian's packages, and what most jobs ask with", async function () {
                this.timeout("10m");
                results.set(`${cell}, systemd ${systemd}`, done);
                assert.equal(machines[release].systemdVersion, systemd);
                await run("apt-get update --error-on=any").catch((error: Error) =>
                    skip(this, `machines reach no Debian packages: ${error.message}`),
                );
                await run(install(["curl", "netcat-openbsd"]));
            });

            for (const service of services.filter(({ core }) => core || ALL)) {
                it(`${service.package} ${service.impossible ? "says what it lacks" : "is active and does its job"}`, async function () {
                    this.timeout("15m");
                    done.set(service.package, "fails");
                    await run(install([service.package, ...(service.tools ?? [])]));
                    if (service.impossible === undefined) {
                        await works(service, machines[release].container, environment);
                        done.set(service.package, "works");
                    } else {
                        const said = await run(`systemctl start ${service.unit}; ${stateOf(service.unit)}`);
                        assert.doesNotMatch(said, /^ +Active: active/m);
                        assert.match(said, service.impossible.says);
                        done.set(service.package, "can't");
                    }
                    // For the next one, which may want the same port.
                    await run(`systemctl stop '${service.unit}'`);
                });
            }
        });
    }
}

const install = (packages: readonly string[]) =>
    `DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ${packages.join(" ")}`;

const stateOf = (unit: string) =>
    `systemctl status --no-pager --lines=0 '${unit}'; journalctl --no-pager --lines=40 --unit='${unit}'`;

/** It was started by its package's installation, or is by its first client, and nobody has written a drop-in for it. */
async function works({ package: name, unit }: Service, container: string, environment: Record<string, string>) {
    const run = (script: string) => inMachine(container, script, environment);
    try {
        await feed(["exec", "-i", container, "sh", "-s"], EVENTUALLY + jobOf(name), environment);
        const shown = await run(`systemctl show --property=ActiveState,NRestarts,DropInPaths '${unit}'`);
        assert.ok(shown.includes("ActiveState="), `there is no ${unit}`);
        for (const line of shown.split("\n").filter(Boolean)) {
            assert.match(
                line,
                /^(ActiveState=active|NRestarts=0|DropInPaths=((\/run\/systemd\/generator\.late|\/usr\/lib)\S*\s*)*)$/,
            );
        }
    } catch (error) {
        throw new Error(`${(error as Error).message}\n${await run(`${stateOf(unit)}; true`)}`);
    }
}

const EVENTUALLY = readFileSync(join(__dirname, "eventually.sh"), "utf8");

function jobOf(name: string): string {
    return readFileSync(join(__dirname, "jobs", `${name}.sh`), "utf8");
}
