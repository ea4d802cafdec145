import assert from "node:assert/strict";
import { type UnitArgs, unitUploads, unitVerbs } from "../../components/machine/files/units";
import { accepts, machineProblems, refuses } from "../support/problems";

describe("units", () => {
    it("bring unit file and drop-ins, each optional", () => {
        const uploads = unitUploads({
            "a.service": { content: "[Service]", dropIns: { "10-b.conf": { content: "[Unit]" } } },
            "nginx.service": { enable: true },
        });
        assert.deepEqual(JSON.parse(JSON.stringify(uploads)), [
            { file: "/etc/systemd/system/a.service", content: "[Service]", permissions: "0644" },
            { file: "/etc/systemd/system/a.service.d/10-b.conf", content: "[Unit]", permissions: "0644" },
        ]);
    });

    it("are masked by an empty unit file", () => {
        assert.deepEqual(unitUploads({ "a.service": { mask: true } }), [
            { file: "/etc/systemd/system/a.service", content: "", permissions: "0644" },
        ]);
    });

    const VERBS: [UnitArgs, string[]][] = [
        [{ content: "" }, []],
        [{ enable: true }, ["enable", "start"]],
        [{ enable: false }, ["disable", "stop"]],
        [{ start: true }, ["start"]],
        [{ start: false }, ["stop"]],
        [{ enable: true, start: false }, ["enable", "stop"]],
        [{ enable: false, start: true }, ["disable", "start"]],
        [{ mask: true }, []],
    ];
    for (const [args, verbs] of VERBS) {
        it(`${JSON.stringify(args)}: ${verbs.join(", ") || "nothing to do"}`, () => {
            const given = Object.entries<readonly string[]>({ ...unitVerbs({ "a.service": args }) }).filter(
                ([, units]) => units.length > 0,
            );
            assert.deepEqual(given.map(([verb]) => verb).sort(), verbs);
        });
    }

    const unit = (args: UnitArgs, name = "a.service") => machineProblems({ units: { [name]: args } });
    refuses({
        "a name without a type": [unit({ content: "" }, "hello"), /units: "hello"; allowed: a unit name with its type/],
        "a template to be started": [
            unit({ start: true }, "a@.service"),
            /units\["a@\.service"\]\.start can't be combined with a template: .*"a@1\.service"/,
        ],
        "a unit of the machine's own": [
            unit({ enable: true }, "machine-setup.service"),
            /units: "machine-setup\.service"; allowed: another name/,
        ],
        "another directory": [unit({ content: "" }, "../a.service"), /units: "..\/a.service"; allowed/],
        "a unit of which nothing is said": [unit({}), /units\["a.service"\]: \{\}; allowed: at least one of content/],
        "two contents": [unit({ content: "", source: "b" }), /"content and source"; allowed: exactly one of/],
        "a drop-in that systemd wouldn't read": [
            unit({ dropIns: { "10-a": { content: "" } } }),
            /units\["a.service"\]\.dropIns: "10-a"; allowed: a file name that ends in "\.conf"/,
        ],
        "a drop-in without content": [
            unit({ dropIns: { "a.conf": {} } }),
            /dropIns\["a.conf"\]: missing; allowed: exactly/,
        ],
        "an enabled template": [
            unit({ content: "", enable: true }, "a@.service"),
            /enable can't be combined with a template: .*Name an instance, "a@1\.service"/,
        ],
        "a masked unit with a content": [
            unit({ content: "", mask: true }),
            /units\["a.service"\]\.mask can't be combined with content/,
        ],
    });
    accepts({
        "an instance without a file of its own": unit({ enable: true }, "hello@1.service"),
        "a name that systemd-escape made": unit({ start: false }, "dev-disk-by\\x2duuid.device"),
    });
});
