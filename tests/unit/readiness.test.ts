import assert from "node:assert/strict";
import { type MachineArgs, SystemdSandbox, type WaitForArgs } from "../../components";
import { parseReadiness } from "../../components/operations/readiness";
import { READINESS } from "../../components/machine/provisioning/readiness";
import { describeProblems } from "../../components/rules/problem";
import { host } from "../support/host-facts";
import { recordResources } from "../support/mocks";

/** The Commands of one machine: name and environment. */
async function commandsOf(web: MachineArgs): Promise<Record<string, Record<string, string>>> {
    const resources = await recordResources(host({}));
    const { machines } = new SystemdSandbox("alice", { machines: { web } });
    await new Promise((resolve) => machines.apply(resolve));
    const commands = resources.filter(({ name }) => name.startsWith("alice-web-"));
    return Object.fromEntries(commands.map(({ name, inputs }) => [name, inputs.environment as Record<string, string>]));
}

describe("what a machine is waited for", () => {
    const waitFor: WaitForArgs = { units: ["a.service", "b.socket"], ports: [80, 5432], command: "test -e /ready" };

    it("is waited for with systemd itself where nothing is provisioned", async () => {
        const commands = await commandsOf({ waitFor, readyTimeout: 7 });
        assert.deepEqual(Object.keys(commands), ["alice-web-ready"]);
        const { TIMEOUT, STATES, UNITS, PORTS, COMMAND } = commands["alice-web-ready"];
        assert.deepEqual(
            [TIMEOUT, STATES, UNITS, PORTS, COMMAND],
            ["7", "running", "a.service b.socket", "80 5432", "test -e /ready"],
        );
    });

    it("is waited for after the provisioning, and again when a step has changed", async () => {
        const before = await commandsOf({ waitFor, provision: [{ inline: "true" }] });
        const after = await commandsOf({ waitFor, provision: [{ inline: "false" }] });
        assert.deepEqual(Object.keys(before).sort(), [
            "alice-web-provision-0",
            "alice-web-ready",
            "alice-web-wait-for",
        ]);
        assert.equal(before["alice-web-ready"].PORTS, "");
        assert.equal(before["alice-web-wait-for"].PORTS, "80 5432");
        assert.deepEqual(before["alice-web-ready"], after["alice-web-ready"]);
        assert.notEqual(before["alice-web-wait-for"].PROVISIONED, after["alice-web-wait-for"].PROVISIONED);
    });
});

describe("a bad thing to wait for", () => {
    const BAD: [string, WaitForArgs, RegExp][] = [
        [
            "a unit without its type",
            { units: ["nginx"] },
            /waitFor\.units: "nginx"; allowed: unit names with their type/,
        ],
        ["a unit that is a command", { units: ["a;b.service"] }, /waitFor\.units: "a;b\.service"; allowed: unit names/],
        ["a port", { ports: [80, 0] }, /waitFor\.ports\[1\]: 0; allowed: a whole number from 1 to 65535/],
        ["an empty command", { command: "" }, /waitFor\.command: ""; allowed: a command for \/bin\/sh/],
    ];
    for (const [what, waitFor, message] of BAD) {
        it(`is refused: ${what}`, () => {
            const problems = READINESS.waitFor.problems(waitFor, "machines.web.waitFor");
            assert.equal(problems.length, 1);
            assert.match(describeProblems(problems), message);
        });
    }
});

describe("what a machine says when it is ready", () => {
    it("is believed in one form only", () => {
        const good = {
            state: "running",
            systemdVersion: 252,
            bootMilliseconds: 512,
            address: "10.0.0.2",
            ports: ["127.0.0.1:8080->80/tcp", "[::1]:53->53/udp"],
            hostKey: undefined,
        };
        assert.deepEqual(parseReadiness(JSON.stringify(good)), good);
        assert.deepEqual(parseReadiness(JSON.stringify({ ...good, more: "x" })), good);
        for (const hostile of [
            "",
            "null",
            "[]",
            "running",
            JSON.stringify({ ...good, state: "running\u001b[2J" }),
            JSON.stringify({ ...good, state: { toString: "running" } }),
            JSON.stringify({ ...good, systemdVersion: "252; reboot" }),
            JSON.stringify({ ...good, bootMilliseconds: -1 }),
            JSON.stringify({ ...good, bootMilliseconds: 1e300 }),
            JSON.stringify({ ...good, address: "10.0.0.2\nHost evil" }),
            JSON.stringify({ ...good, ports: ["127.0.0.1:8080->80/tcp; reboot"] }),
            JSON.stringify({ ...good, ports: "127.0.0.1:8080->80/tcp" }),
            `${JSON.stringify(good)}\n${JSON.stringify(good)}`,
        ]) {
            assert.equal(parseReadiness(hostile), undefined, hostile);
        }
    });
});
