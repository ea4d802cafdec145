import assert from "node:assert/strict";
import { describeProblems } from "../../components/rules/problem";
import { machineProblems, problems } from "../support/problems";

/** A bad value, and what the one message about it must say. */
const BAD: [string, ReturnType<typeof problems>, RegExp][] = [
    [
        "a name with an underscore",
        problems({}, "ali_ce"),
        /name: "ali_ce"; allowed: 1 to 40 lower-case letters, digits and dashes/,
    ],
    ["no machines", problems({ machines: {} }), /machines: \{\}; allowed: at least one machine/],
    ["a machine's name", problems({ machines: { Web: {} } }), /machines\.Web: "Web"; allowed: 1 to 40 lower-case/],
    [
        "a distribution",
        problems({ distribution: "centos-8" }),
        /distribution: "centos-8"; allowed: one of centos-7, centos-stream9/,
    ],
    ["a base image", problems({ baseImage: "debian 12" }), /baseImage: "debian 12"; allowed: an image reference/],
    ["a cgroup access", problems({ cgroupAccess: "v3" }), /cgroupAccess: "v3"; allowed: one of v1-parent/],
    [
        "a time-out",
        machineProblems({ readyTimeout: 0 }),
        /readyTimeout: 0; allowed: seconds, a whole number from 1 to 3600/,
    ],
    [
        "a restart policy",
        machineProblems({ restart: "sometimes" }),
        /restart: "sometimes"; allowed: one of no, on-failure/,
    ],
];

describe("validation", () => {
    for (const [what, found, message] of BAD) {
        it(`${what}: one problem that names argument, value and what is allowed`, () => {
            assert.equal(found.length, 1);
            assert.match(describeProblems(found), message);
        });
    }

    it("finds nothing wrong with what is right", () => {
        assert.deepEqual(
            machineProblems({
                ports: [
                    { port: 80, hostPort: 8080, hostAddress: "0.0.0.0" },
                    { port: 53, protocol: "udp" },
                ],
                files: { "/etc/motd": { content: "hello", mode: "0600" } },
                units: { "hello@1.service": { source: "package.json", enable: true } },
                readyTimeout: 3600,
                restart: "always",
            }),
            [],
        );
    });

    it("reports all problems at once", () => {
        const found = problems({ distribution: "x", machines: { Web: { readyTimeout: -1 } } });
        assert.equal(found.length, 3);
        assert.match(
            describeProblems(found, "nothing was created"),
            /^3 arguments are not as they should be; nothing was created:\n {2}distribution/,
        );
    });

    it("never prints content, which may be a secret", () => {
        const found = machineProblems({ files: { "/a": { content: "hunter2", source: "b" } } });
        assert.doesNotMatch(describeProblems(found), /hunter2/);
    });
});
