import * as pulumi from "@pulumi/pulumi";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accepts, machineProblems } from "../../support/problems";
import { type Row, refusedBeforehand, web } from "../../support/refusals";

const files = (...paths: string[]) => web({ files: Object.fromEntries(paths.map((path) => [path, { content: "" }])) });
const FILE = /^machines\.web\.files: "[^"]*…?"; allowed: /;
const at = (path: string, allowed: RegExp): Row => [files(path), new RegExp(FILE.source + allowed.source)];
const long = (bytes: number) => "x".repeat(bytes);

const HIDDEN = /a path that nothing is mounted over, and that no boot empties/;
const DIRECTORY = /a path that isn't a directory's/;

describe("files that can't be where they are to be", () => {
    refusedBeforehand({
        "below /run, by its old name": at("/var/run/app/pid", HIDDEN),
        "below /run/lock, by its old name": at("/var/lock/app", HIDDEN),
        "below /proc": at("/proc/sys/kernel/hostname", HIDDEN),
        "below /sys": at("/sys/kernel/x", HIDDEN),
        "below /dev": at("/dev/shm/x", HIDDEN),
        "the engine's own hosts file": at("/etc/hosts", HIDDEN),
        "the root directory": at("/", /the absolute path of a file/),
        "no path at all": at("", /the absolute path of a file/),
        "a path with a dot": at(
            "/etc/./motd",
            /the absolute path of a file inside the machine, without "\." or "\.\." in it/,
        ),
        "a path with a NUL": [files("/etc/a\0b"), /files: "\/etc\/a\\u0000b"; allowed: the absolute path/],
        "a path of Windows": [files("C:\\motd"), /files: "C:\\\\motd"; allowed: the absolute path/],
        "a directory of each machine": at("/etc", DIRECTORY),
        "a directory of each machine, further below": at("/etc/systemd/system", DIRECTORY),
        "a link to a directory": at("/var/run", DIRECTORY),
        "a directory below /usr": at("/usr/local/bin", DIRECTORY),
        "below a file of each machine": at("/etc/passwd/x", /a path that isn't below a file; \/etc\/passwd is one/),
        "below another one": [
            files("/srv/a", "/srv/a/b/c"),
            /files: "\/srv\/a\/b\/c"; allowed: .*below a file; \/srv\/a is one/,
        ],
        "a name longer than Linux has": at(`/srv/${long(256)}`, /names of at most 255 bytes each/),
        "a name longer than Linux has, in bytes": [
            files(`/srv/${"ä".repeat(128)}`),
            /allowed: names of at most 255 bytes each/,
        ],
        "a path longer than Linux has": at(`/srv${`/${long(99)}`.repeat(41)}`, /a path of at most 4095 bytes/),
        "where a volume is mounted": [
            web({ volumes: { data: { path: "/srv/data" } }, files: { "/srv/data": { content: "" } } }),
            /files: "\/srv\/data"; allowed: a path where no directory is; machines\.web\.volumes\.data\.path has \/srv\/data/,
        ],
        "where the directory of a tmpfs has to be": [
            web({ tmpfs: { "/srv/data/cache": {} }, files: { "/srv/data": { content: "" } } }),
            /files: "\/srv\/data"; allowed: a path where no directory is; machines\.web\.tmpfs has \/srv\/data\/cache/,
        ],
        "where the directory of a unit's drop-ins has to be": [
            web({
                units: { "a.service": { dropIns: { "a.conf": { content: "" } } } },
                files: { "/etc/systemd/system/a.service.d": { content: "" } },
            }),
            /files: .*; allowed: a path that no other argument .*; \/etc\/systemd\/system\/a\.service\.d\/a\.conf is one/,
        ],
        "below a unit": [
            web({
                units: { "a.service": { content: "" } },
                files: { "/etc/systemd/system/a.service/x": { content: "" } },
            }),
            /files: .*; allowed: a path that no other argument .*; \/etc\/systemd\/system\/a\.service is one/,
        ],
    });
    accepts({
        "names of 255 bytes, and what begins like another": machineProblems(
            files(`/srv/${long(255)}`, "/srv/a", "/srv/a.b", "/var/runner", "/etc/passwd-", "/etc/systemd/system.conf")
                .machines.web,
        ),
    });
});

describe("files that can't be what they are to be", () => {
    const file = (args: object) => web({ files: { "/srv/a": args } });
    const that = 'machines\\.web\\.files\\["\\/srv\\/a"\\]';
    const directory = mkdtempSync(join(tmpdir(), "bad-input-"));
    const huge = join(directory, "huge");
    writeFileSync(huge, "");
    truncateSync(huge, 257 * 2 ** 20);
    after(() => rmSync(directory, { recursive: true }));
    refusedBeforehand({
        "permissions of nine": [
            file({ content: "", mode: "0999" }),
            new RegExp(`^${that}\\.mode: "0999"; allowed: octal`),
        ],
        "permissions of five digits": [
            file({ content: "", mode: "00644" }),
            /mode: "00644"; allowed: octal permissions, "0644"/,
        ],
        "no permissions": [file({ content: "", mode: "" }), /mode: ""; allowed: octal permissions/],
        "an owner of three": [file({ content: "", owner: "a:b:c" }), /owner: "a:b:c"; allowed: "user" or "user:group"/],
        "an owner of two lines": [file({ content: "", owner: "a\nb" }), /owner: "a\\nb"; allowed: "user"/],
        "an owner that is an option": [file({ content: "", owner: "-R" }), /owner: "-R"; allowed: "user"/],
        "three contents": [
            file({ content: "", contentBase64: "", source: "LICENSE" }),
            /"content and contentBase64 and source"; allowed: exactly one of/,
        ],
        "Base64 without its padding": [
            file({ contentBase64: "AAA" }),
            /contentBase64: "\(not shown\)"; allowed: Base64 with its/,
        ],
        "Base64 of URLs": [file({ contentBase64: "_-8=" }), /contentBase64: "\(not shown\)"; allowed: Base64/],
        "a source that has no content": [
            file({ source: "/dev/null" }),
            /source: "\/dev\/null"; allowed: a file, relative to/,
        ],
        "a source with a NUL": [file({ source: "a\0" }), /source: "a\\u0000"; allowed: a file, relative to/],
        "a source that Pulumi can't keep": [
            file({ source: huge }),
            /^machines\.web\.files: "257 MiB"; allowed: at most 256 MiB together: .* Put large ones into the image/,
        ],
        "a secret in a place that is no file's, without showing it": [
            web({ files: { "/etc": { content: pulumi.secret("hunter2") } } }),
            /^machines\.web\.files: "\/etc"; allowed: (?!.*hunter2)/,
        ],
    });
});

describe("units that systemd wouldn't know", () => {
    const unit = (name: string, args: object = { enable: true }) => web({ units: { [name]: args } });
    refusedBeforehand({
        "a type that there isn't": [unit("a.daemon"), /units: "a\.daemon"; allowed: a unit name with its type/],
        "a type alone": [unit(".service"), /units: "\.service"; allowed: a unit name/],
        "a blank": [unit("a b.service"), /units: "a b\.service"; allowed: a unit name/],
        "a line break": [unit("a\n.service"), /units: "a\\n\.service"; allowed: a unit name/],
        "a name longer than systemd has": [
            unit(`${long(248)}.service`),
            /allowed: names of at most 255 characters, with/,
        ],
        "a name whose drop-ins have no directory": [
            unit(`${long(246)}.service`, { dropIns: { "a.conf": { content: "" } } }),
            /\.dropIns: "x{120}…"; allowed: names of at most 255 bytes each/,
        ],
        "a drop-in with a long name": [
            unit("a.service", { dropIns: { [`${long(251)}.conf`]: { content: "" } } }),
            /\.dropIns: "x{120}…"; allowed: names of at most 255 bytes each/,
        ],
        "a drop-in elsewhere": [
            unit("a.service", { dropIns: { "../a.conf": { content: "" } } }),
            /\.dropIns: "\.\.\/a\.conf"; allowed: a file name that ends in "\.conf"/,
        ],
        "the machine's own sshd": [
            unit("machine-sshd.service"),
            /units: "machine-sshd\.service"; allowed: another name/,
        ],
        "a unit to wait for with a long name": [
            web({ waitFor: { units: [`${long(248)}.service`] } }),
            /waitFor\.units: "x{120}…"; allowed: names of at most 255 characters/,
        ],
    });
    accepts({ "a name of 255 characters": machineProblems(unit(`${long(247)}.service`).machines.web) });
});

describe("an environment with which Linux starts no process", () => {
    const environment = (given: object) => web({ environment: given });
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`A${index}`, long(100_000)]));
    const LARGE =
        /allowed: at most 131064 bytes: Linux starts no process with more in one text\. Put what is large into/;
    refusedBeforehand({
        "a value of 200 KiB": [
            environment({ A: long(200 * 1024) }),
            new RegExp(`^machines\\.web\\.environment\\.A: "204802 bytes"; ${LARGE.source}`),
        ],
        "a value that is too much in bytes": [
            environment({ A: "\u20ac".repeat(60_000) }),
            /environment\.A: "180002 bytes"; allowed/,
        ],
        "values that are too much together": [
            environment(many),
            /^machines\.web\.environment: "2000070 bytes"; allowed: at most 1835008 bytes together, names included/,
        ],
        "a name with an equals sign": [environment({ "A=B": "" }), /environment: "A=B"; allowed: names of letters/],
        "a name that is a number": [environment({ 1: "" }), /environment: "1"; allowed: names of letters/],
        "no name": [environment({ "": "" }), /environment: ""; allowed: names of letters/],
        "a NUL, without the value": [
            environment({ A: "hunter2\0" }),
            /environment\.A: "\(not shown\)"; allowed: text without control/,
        ],
        "a terminal's escape, without the value": [
            environment({ A: "hunter2\u001b[2J" }),
            /environment\.A: "\(not shown\)"; allowed/,
        ],
        "a carriage return, which systemd drops": [
            environment({ A: "a\r\nb" }),
            /environment\.A: "\(not shown\)"; allowed/,
        ],
    });
    accepts({ "a value of 127 KiB": machineProblems(environment({ A: long(127 * 1024) }).machines.web) });
});
