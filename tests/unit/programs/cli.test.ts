import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { openEngine } from "../../../components/docker/engine";
import { type Answers, runProgram } from "../../support/fake-docker";
import { host } from "../../support/host-facts";
import { recordResources } from "../../support/mocks";
import { valueOf } from "../../support/recorded-sandbox";

const OURS = { project: "shop", stack: "alice", sandbox: "alice", owner: "Alice" };
const LABELS = Object.fromEntries(
    Object.entries(OURS).map(([name, value]) => [`pulumi-centos-systemd.${name}`, value]),
);
const SANDBOX = { SANDBOX: "alice", PROJECT: "shop", STACK: "alice", OWNER: "", TTL: "" };
const STEP = {
    title: "a",
    script: "",
    args: [],
    user: "root",
    directory: "/",
    environment: {},
    files: [],
    secrets: [],
};
const machine = (Status: string): Answers[0] => [
    /^container inspect/,
    { stdout: JSON.stringify([{ State: { Status, ExitCode: 0 }, NetworkSettings: { Ports: {}, Networks: {} } }]) },
];
const stdin = JSON.stringify(STEP);

/** Programs in a plight of which a command of Docker's CLI is the way out. */
const PLIGHTS: Record<
    string,
    { answers: Answers; environment?: Record<string, string>; words?: string[]; way: string }
> = {
    claim: {
        words: ["take"],
        environment: SANDBOX,
        answers: [
            [/^ps/, { stdout: "a\n" }],
            [/^network ls/, { stdout: "b\n" }],
            [/^container inspect/, { stdout: JSON.stringify([{ Config: { Labels: LABELS }, Name: "/alice-web" }]) }],
            [/^network inspect/, { stdout: JSON.stringify([{ Labels: LABELS, Id: "0123456789abcdef" }]) }],
        ],
        way: "DOCKER rm --force alice-web && DOCKER network rm 0123456789ab\n",
    },
    network: {
        environment: {
            SANDBOX: "alice",
            SETTINGS: "{}",
            LABELS: JSON.stringify({ "pulumi-centos-systemd.instance": "ffff" }),
        },
        answers: [
            [/^network ls/, { stdout: "b\n" }],
            [/^network inspect/, { stdout: JSON.stringify([{ Labels: LABELS, Id: "0123456789abcdef" }]) }],
        ],
        way: "remove the network: DOCKER network rm 0123456789ab\n",
    },
    ready: {
        environment: {
            ...{ MACHINE: "alice-web", NETWORK: "", PUBLISHED: "[]", SSH: "no" },
            ...{ TIMEOUT: "1", STATES: "running", UNITS: "", PORTS: "", COMMAND: "" },
        },
        answers: [machine("running"), [/^exec/, { stderr: "cannot exec in a paused container\n", status: 126 }]],
        way: "DOCKER restart alice-web brings it back.\n",
    },
    step: {
        environment: { MACHINE: "alice-web" },
        answers: [machine("running"), [/^exec/, { status: 7 }]],
        way: "The machine is up for a look: DOCKER exec -it alice-web sh; ",
    },
    "step (one that switches its machine off)": {
        environment: { MACHINE: "alice-web" },
        answers: [machine("exited"), [/^exec/, { status: 194 }]],
        way: "To have it off when all is done: DOCKER stop alice-web, after 'pulumi up'.\n",
    },
};

describe("a command that a program names as the way out", () => {
    const ssh = { host: "ssh://alice@big" };
    const tls = { host: "tcp://big:2376", certPath: "/certs" };

    for (const [plight, { answers, environment = {}, words, way }] of Object.entries(PLIGHTS)) {
        const said = async (engine: Record<string, string>) =>
            (await runProgram(plight.split(" ")[0], answers, { ...environment, ...engine }, { words, stdin })).stderr;

        it(`is for the engine that the program talks to: ${plight}`, async () => {
            await recordResources(host({}));
            const parent = new pulumi.ComponentResource("test:index:Parent", "parent");
            for (const address of [ssh, tls]) {
                const { environment: given, cli } = openEngine(address.host, address, parent);
                const docker = await valueOf(cli);
                assert.ok((await said(await valueOf(pulumi.output(given)))).includes(way.replaceAll("DOCKER", docker)));
            }
        });

        it(`is short where the person's environment names that engine as well: ${plight}`, async () => {
            const short = way.replaceAll("DOCKER", "docker");
            assert.ok((await said({})).includes(short));
            assert.ok((await said({ DOCKER_HOST: "unix:///var/run/other.sock" })).includes(short));
        });
    }
});
