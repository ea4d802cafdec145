import assert from "node:assert/strict";
import { type LanguageProgram, needsLanguage, openProgram } from "../../support/languages/program";
import { changedYaml, type YamlSandbox } from "../../support/languages/yaml";

interface Row {
    readonly what: string;
    readonly change: (sandbox: YamlSandbox) => void;
    readonly says: RegExp[];
}

const OURS: Row[] = [
    {
        what: "four bad values, all at once",
        change: ({ properties }) => {
            const { machines } = properties;
            properties.ttl = "8 hours";
            machines.web = { ...machines.web, memory: "lots", ports: [{ port: 0 }], hardening: "much" };
        },
        says: [
            /4 arguments are not as they should be; nothing was created/,
            /ttl: "8 hours"; allowed/,
            /machines\.web\.memory: "lots"; allowed/,
            /machines\.web\.ports\[0\]\.port: 0; allowed/,
            /machines\.web\.hardening: "much"; allowed: one of default, minimal/,
        ],
    },
    {
        what: "a secret where everybody would see it",
        change: ({ properties }) => {
            properties.ttl = { "fn::secret": "17h" };
        },
        says: [/ttl: "an output"; allowed: text that is known beforehand, and no secret/],
    },
    {
        what: "no machine but an empty one, which YAML's host leaves out",
        change: ({ properties }) => {
            properties.machines = { web: null };
        },
        says: [/machines: \{\}; allowed: at least one machine/],
    },
    {
        what: "a file that isn't where the program lies",
        change: ({ properties: { machines } }) => {
            machines.node = { files: { "/etc/motd": { source: "./nowhere" } } };
        },
        says: [/machines\.node\.files\["\/etc\/motd"\]\.source: "\.\/nowhere"/],
    },
    {
        what: "what only the host can tell",
        change: ({ properties: { machines } }) => {
            machines.node = { folders: { "/mnt/x": { hostPath: "/no/such" } } };
        },
        says: [
            /machines\.node\.folders\["\/mnt\/x"\]\.hostPath can't be combined with this host: it has no \/no\/such/,
        ],
    },
];

/** Said by YAML's host, from the schema. */
const ITS_OWN: Row[] = [
    {
        what: "an unknown argument of the sandbox",
        change: ({ properties }) => {
            properties.tttl = "8h";
        },
        says: [/Property tttl does not exist on 'centos-systemd:index:SystemdSandbox'/],
    },
    {
        what: "an unknown argument of a machine",
        change: ({ properties: { machines } }) => {
            machines.node = { memry: "1GiB" };
        },
        says: [/Property memry does not exist on 'centos-systemd:index:ReplicatedMachine'/],
    },
    {
        what: "text where a number is wanted",
        change: ({ properties: { machines } }) => {
            machines.node = { ports: [{ port: "80" }] };
        },
        says: [/Cannot assign type 'string' to type 'integer'/],
    },
    {
        what: "a missing argument",
        change: ({ properties }) => {
            delete (properties as Partial<typeof properties>).machines;
        },
        says: [/Missing required property 'machines'/],
    },
];

if (process.env.LANGUAGES === "all") {
    describe("a program in YAML is refused on preview", function () {
        this.timeout("10m");

        let program: LanguageProgram;

        before("can be run", async function () {
            await needsLanguage(this, "yaml");
            program = await openProgram("yaml");
        });
        after(() => program?.close());

        for (const { what, change, says } of [...OURS, ...ITS_OWN]) {
            it(what, async () => {
                await program.write(changedYaml(program.text, ({ resources: { sandbox } }) => change(sandbox)));
                const said = await program.fails("preview");
                for (const line of says) {
                    assert.match(said, line);
                }
                assert.doesNotMatch(said, /17h|^ +at .*\.js:\d+/m, "a secret, or a stack trace");
            });
        }
    });

    describe("a program in Python is refused on preview", function () {
        this.timeout("10m");

        let program: LanguageProgram;

        before("can be run", async function () {
            await needsLanguage(this, "python");
            program = await openProgram("python");
        });
        after(() => program?.close());

        for (const [what, from, to, says] of [
            ["an empty machine", '{"count": 2}', "None", /machines\.node: missing; allowed: names with values/],
            [
                "an unknown argument",
                '"count": 2',
                '"memry": "1GiB"',
                /machines\.node\.memry: "an unknown name"; allowed/,
            ],
            ["a wrong type", '"port": 80', '"port": "www"', /machines\.web\.ports\[0\]\.port: "www"; allowed: a whole/],
            [
                "a secret in plain",
                '"8h"',
                'pulumi.Output.secret("17h")',
                /ttl: "an output"; allowed: text that is known/,
            ],
            [
                "a docker provider, which only a part of a sandbox would follow",
                'ttl="8h",',
                'ttl="8h", opts=pulumi.ResourceOptions(providers=[docker.Provider("other", host="ssh://other")]),',
                /a docker provider in the options can't be combined with a sandbox or base without `host`/,
            ],
        ] as const) {
            it(what, async () => {
                assert.ok(program.text.includes(from));
                await program.write(`import pulumi_docker as docker\n${program.text.replace(from, to)}`);
                const said = await program.fails("preview");
                // What Python adds to it is of its SDK, which is told that Pulumi has ended.
                assert.match(said, says);
                assert.doesNotMatch(said, /17h/);
            });
        }
    });
}
