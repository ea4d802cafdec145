import assert from "node:assert/strict";
import { parseReadiness } from "../../../components/operations/readiness";
import { type Answers, runProgram } from "../../support/fake-docker";
import { WAITING } from "../../support/program-input";

interface Asked {
    readonly port: number;
    readonly protocol?: string;
    readonly hostAddress?: string;
    readonly hostPort?: number;
}
type Published = Record<string, { HostIp: string; HostPort: string }[] | null>;

/** Awaits a machine that was asked to publish these ports, and of which the engine says that it publishes those. */
async function published(asked: readonly Asked[], Ports: Published | undefined, rest: Answers = [[/^stop/, {}]]) {
    const inspected = [{ State: { Status: "running" }, NetworkSettings: { Ports, Networks: {} } }];
    const ran = await runProgram(
        "ready",
        [[/^container inspect/, { stdout: JSON.stringify(inspected) }], [/^exec/, { stdout: "{}" }], ...rest],
        {
            MACHINE: "alice-web",
            NETWORK: "",
            PUBLISHED: JSON.stringify(asked.map((port) => ({ protocol: "tcp", hostAddress: "127.0.0.1", ...port }))),
            ...WAITING,
        },
    );
    return { ...ran, stopped: ran.calls.some(({ words }) => words.join(" ") === "stop alice-web") };
}

const at = (HostIp: string, HostPort: string) => ({ HostIp, HostPort });

describe("a port that is published as it was asked for", () => {
    const good: [what: string, asked: Asked, there: { HostIp: string; HostPort: string }, shown: string][] = [
        ["on an address", { port: 80, hostPort: 8080 }, at("127.0.0.1", "8080"), "127.0.0.1:8080->80/tcp"],
        ["where the engine chose one", { port: 80 }, at("127.0.0.1", "49153"), "127.0.0.1:49153->80/tcp"],
        ["on all addresses", { port: 80, hostAddress: "0.0.0.0" }, at("0.0.0.0", "1"), "0.0.0.0:1->80/tcp"],
        ["on all of them, in Podman's words", { port: 80, hostAddress: "0.0.0.0" }, at("", "1"), "0.0.0.0:1->80/tcp"],
        ["on all of IPv6", { port: 80, hostAddress: "::" }, at("::", "1"), "[::]:1->80/tcp"],
        ["on IPv6, shortened", { port: 80, hostAddress: "0:0:0:0:0:0:0:1" }, at("::1", "1"), "[::1]:1->80/tcp"],
        ["on IPv6, in capitals", { port: 80, hostAddress: "FD00::A" }, at("fd00::a", "1"), "[fd00::a]:1->80/tcp"],
        [
            "on IPv6, with zeros before",
            { port: 80, hostAddress: "fd00:0db8::0001" },
            at("fd00:db8::1", "1"),
            "[fd00:db8::1]:1->80/tcp",
        ],
        [
            "on an IPv4 address in an IPv6 one",
            { port: 80, hostAddress: "::ffff:10.0.0.1" },
            at("::ffff:a00:1", "1"),
            "[::ffff:a00:1]:1->80/tcp",
        ],
        ["by udp", { port: 53, protocol: "udp", hostPort: 53 }, at("127.0.0.1", "53"), "127.0.0.1:53->53/udp"],
    ];
    for (const [what, asked, there, shown] of good) {
        it(`is left alone, and shown: ${what}`, async () => {
            const { status, stdout, stderr, stopped } = await published([asked], {
                [`${asked.port}/${asked.protocol ?? "tcp"}`]: [there],
            });
            assert.deepEqual([status, stderr, stopped], [0, "", false]);
            assert.deepEqual((JSON.parse(stdout) as { ports: string[] }).ports, [shown]);
            const readiness = { state: "running", systemdVersion: 252, bootMilliseconds: 512, address: "" };
            assert.ok(parseReadiness(JSON.stringify({ ...readiness, ports: [shown] })));
        });
    }

    it("is shown in the order of the machine's ports, without those that are only exposed", async () => {
        const { stdout } = await published([], {
            "443/tcp": [at("127.0.0.1", "2")],
            "8080/tcp": null,
            "80/tcp": [at("127.0.0.1", "3")],
            "53/udp": [at("127.0.0.1", "9")],
        });
        assert.deepEqual((JSON.parse(stdout) as { ports: string[] }).ports, [
            "127.0.0.1:9->53/udp",
            "127.0.0.1:3->80/tcp",
            "127.0.0.1:2->443/tcp",
        ]);
    });

    it("may be none at all, as on a network without a way out", async () => {
        const { status, stdout } = await published([], undefined);
        assert.deepEqual([status, (JSON.parse(stdout) as { ports: string[] }).ports], [0, []]);
    });
});

describe("a port that is published otherwise than it was asked for", () => {
    const bad: [what: string, asked: Asked, there: Published, said: string][] = [
        [
            "on all addresses",
            { port: 80, hostPort: 8080 },
            { "80/tcp": [at("0.0.0.0", "8080")] },
            "port 80/tcp, asked for on 127.0.0.1:8080, is published on 0.0.0.0:8080",
        ],
        [
            "on all addresses, in Podman's words",
            { port: 80, hostPort: 8080 },
            { "80/tcp": [at("", "8080")] },
            "port 80/tcp, asked for on 127.0.0.1:8080, is published on 0.0.0.0:8080",
        ],
        [
            "on one address more",
            { port: 80 },
            { "80/tcp": [at("127.0.0.1", "1"), at("::", "1")] },
            "port 80/tcp, asked for on 127.0.0.1, is published on 127.0.0.1:1 and [::]:1",
        ],
        [
            "on another port",
            { port: 80, hostPort: 8080 },
            { "80/tcp": [at("127.0.0.1", "8081")] },
            "port 80/tcp, asked for on 127.0.0.1:8080, is published on 127.0.0.1:8081",
        ],
        [
            "by another protocol",
            { port: 53, protocol: "udp" },
            { "53/tcp": [at("127.0.0.1", "53")] },
            "port 53/udp, asked for on 127.0.0.1, is published on no address at all",
        ],
        [
            "nowhere",
            { port: 80 },
            { "80/tcp": null },
            "port 80/tcp, asked for on 127.0.0.1, is published on no address at all",
        ],
        [
            "on another IPv6 address",
            { port: 80, hostAddress: "fd00::1" },
            { "80/tcp": [at("fd00::2", "1")] },
            "port 80/tcp, asked for on fd00::1, is published on [fd00::2]:1",
        ],
    ];
    for (const [what, asked, there, said] of bad) {
        it(`stops its machine, and says so: ${what}`, async () => {
            const { status, stdout, stderr, stopped, calls } = await published([asked], there);
            assert.deepEqual([status, stdout, stopped], [1, "", true]);
            assert.equal(
                stderr,
                `The engine publishes ports otherwise than it was asked to: ${said}.\n` +
                    "The machine was stopped. Choose another hostAddress.\n",
            );
            assert.ok(!calls.some(({ words }) => words[0] === "exec"));
        });
    }

    it("is named with all others of its kind, and with none that is right", async () => {
        const { stderr } = await published([{ port: 80 }, { port: 81 }, { port: 82 }], {
            "80/tcp": [at("0.0.0.0", "1")],
            "81/tcp": [at("127.0.0.1", "2")],
        });
        assert.match(stderr, /to: port 80\/tcp, .* on 0\.0\.0\.0:1; port 82\/tcp, .* on no address at all\.\n/);
        assert.doesNotMatch(stderr, /81/);
    });

    it("isn't said to be out of reach where the machine couldn't be stopped", async () => {
        const refused: Answers = [
            [/^stop/, { stderr: "Error response from daemon: tried to kill container\n", status: 1 }],
        ];
        const { status, stderr } = await published([{ port: 80 }], { "80/tcp": [at("0.0.0.0", "1")] }, refused);
        assert.equal(status, 1);
        assert.equal(
            stderr,
            "The engine publishes ports otherwise than it was asked to: " +
                "port 80/tcp, asked for on 127.0.0.1, is published on 0.0.0.0:1.\n" +
                "The machine could not be stopped, and is reached there: docker stop failed: tried to kill container\n",
        );
    });
});
