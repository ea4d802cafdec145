import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accepts, machineProblems } from "../../support/problems";
import { type Row, refusedBeforehand, web } from "../../support/refusals";

const directory = mkdtempSync(join(tmpdir(), "bad-input-"));
after(() => rmSync(directory, { recursive: true }));

/** A machine with one good step before that one. */
const step = (given: object) => web({ provision: [{ inline: "true", name: "first" }, given] });
const inline = (script: string, said: RegExp): Row => [
    step({ inline: script }),
    new RegExp(`^machines\\.web\\.provision\\[1\\]\\.inline: ".*"; allowed: ${said.source}`),
];
const script = (name: string, bytes: string | Uint8Array, said: RegExp): Row => {
    const file = join(directory, name);
    writeFileSync(file, bytes);
    return [
        step({ script: file }),
        new RegExp(`^machines\\.web\\.provision\\[1\\]\\.script: ".*/${name}"; allowed: ${said.source}`),
    ];
};

const TEXT = "#!/bin/sh\necho hello\n";
const WINDOWS = /lines that end with LF; these are Windows line ends, CR LF\. Save it with Unix line ends \(dos2unix/;
const BINARY =
    /a text in UTF-8; this one has bytes that no such text has\. A program is no script: put it into `files`/;
const MARK = /a text without a byte order mark, which hides its first line\. Save it as UTF-8 without one/;
const UTF16 = /a text in UTF-8; this one is in UTF-16\. Save it as UTF-8/;

describe("scripts that no machine could run", () => {
    refusedBeforehand({
        "a file with Windows line ends": script("crlf.sh", TEXT.replaceAll("\n", "\r\n"), WINDOWS),
        "a text with Windows line ends": inline("echo a\r\necho b\r\n", WINDOWS),
        "a file with a byte order mark": script("bom.sh", `\ufeff${TEXT}`, MARK),
        "a text with a byte order mark": inline(`\ufeff${TEXT}`, MARK),
        "a file in UTF-16": script("utf16.sh", Buffer.from(`\ufeff${TEXT}`, "utf16le"), UTF16),
        "a file in UTF-16 of the other order": script(
            "utf16be.sh",
            Buffer.from(`\ufeff${TEXT}`, "utf16le").swap16(),
            UTF16,
        ),
        "a file in UTF-16 without a mark": script("utf16nomark.sh", Buffer.from(TEXT, "utf16le"), BINARY),
        "a program": script("program", Buffer.from("7f454c4602010100ff00", "hex"), BINARY),
        "a file in Latin-1": script("latin1.sh", Buffer.from("echo \u00e9\n", "latin1"), BINARY),
        "a text with a NUL": inline("echo a\0b", BINARY),
        "a directory": [step({ script: "tests" }), /provision\[1\]\.script: "tests"; allowed: a file, relative to/],
        "a file that isn't there": [
            step({ script: "no-such.sh" }),
            /provision\[1\]\.script: "no-such\.sh"; allowed: a file/,
        ],
        "a file whose name is too long": [
            step({ script: "x".repeat(300) }),
            /provision\[1\]\.script: "x{120}…"; allowed: a file/,
        ],
        "a file with a NUL in its name": [
            step({ script: "a\0" }),
            /provision\[1\]\.script: "a\\u0000"; allowed: a file/,
        ],
        "nothing to run": [step({}), /provision\[1\]: missing; allowed: exactly one of `script` and `inline`/],
        "two things to run": [
            step({ inline: "", script: "a" }),
            /provision\[1\]: "script and inline"; allowed: exactly one/,
        ],
    });
    accepts({
        "Windows line ends in the middle of a text": machineProblems(
            step({ inline: ":\nprintf 'a\r\n'\n" }).machines.web,
        ),
        "a script of a megabyte": machineProblems(step({ inline: `: ${"x".repeat(2 ** 20)}\n` }).machines.web),
        "letters of a language": machineProblems(step({ inline: "echo é€😀\n" }).machines.web),
    });
});

describe("steps that no process could be", () => {
    const LARGE =
        /at most 131064 bytes: Linux starts no process with more in one text\. Put what is large into one of the `files`/;
    const that = "machines\\.web\\.provision\\[1\\]";
    refusedBeforehand({
        "an argument with a NUL": [
            step({ inline: "", args: ["a", "b\0c"] }),
            new RegExp(`^${that}\\.args\\[1\\]: "b\\\\u0000c"; allowed: text without the character NUL`),
        ],
        "an argument of 200 KiB": [
            step({ inline: "", args: ["x".repeat(200 * 1024)] }),
            new RegExp(`^${that}\\.args\\[0\\]: "204800 bytes"; allowed: ${LARGE.source}`),
        ],
        "a variable with a NUL, without its value": [
            step({ inline: "", environment: { A: "hunter2\0" } }),
            new RegExp(`^${that}\\.environment\\.A: "\\(not shown\\)"; allowed: text without the character NUL`),
        ],
        "a variable of 60,000 characters of three bytes": [
            step({ inline: "", environment: { A: "\u20ac".repeat(60_000) } }),
            new RegExp(`^${that}\\.environment\\.A: "180002 bytes"; allowed: ${LARGE.source}`),
        ],
        "variables that are too much together": [
            step({
                inline: "",
                environment: Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`A${at}`, "x".repeat(100_000)])),
            }),
            new RegExp(`^${that}\\.environment: "2000070 bytes"; allowed: at most 1835008 bytes together`),
        ],
        "a variable's name with a dash": [
            step({ inline: "", environment: { "A-B": "" } }),
            new RegExp(`^${that}\\.environment: "A-B"; allowed: names of letters`),
        ],
        "a variable of our own": [
            step({ inline: "", environment: { PROVISION_STEP: "" } }),
            /PROVISION_STEP"; allowed: names of letters/,
        ],
        "a user of two lines": [
            step({ inline: "", user: "a\nb" }),
            new RegExp(`^${that}\\.user: "a\\\\nb"; allowed: a user's name`),
        ],
        "a user that is an option": [step({ inline: "", user: "-u" }), new RegExp(`^${that}\\.user: "-u"; allowed`)],
        "no user": [step({ inline: "", user: "" }), new RegExp(`^${that}\\.user: ""; allowed`)],
        "a directory with a NUL": [
            step({ inline: "", directory: "/srv\0" }),
            new RegExp(`^${that}\\.directory: "/srv\\\\u0000"; allowed: an absolute path`),
        ],
        "a relative directory": [
            step({ inline: "", directory: "srv" }),
            new RegExp(`^${that}\\.directory: "srv"; allowed: an absolute`),
        ],
        "a name in capitals": [
            step({ inline: "", name: "Install" }),
            new RegExp(`^${that}\\.name: "Install"; allowed: lower-case letters`),
        ],
        "a name that another step has": [
            step({ inline: "", name: "first" }),
            new RegExp(`^${that}\\.name: "first"; allowed: a name that no other step`),
        ],
        "a file below another one": [
            step({ inline: "", files: { "/srv/a": { content: "" }, "/srv/a/b": { content: "" } } }),
            new RegExp(`^${that}\\.files: "/srv/a/b"; allowed: a path that isn't below a file; /srv/a is one`),
        ],
        "a file that is a directory": [
            step({ inline: "", files: { "/usr/local/bin": { content: "" } } }),
            new RegExp(`^${that}\\.files: "/usr/local/bin"; allowed: a path that isn't a directory's`),
        ],
        "a file without content": [
            step({ inline: "", files: { "/srv/a": {} } }),
            new RegExp(`^${that}\\.files\\["/srv/a"\\]: missing; allowed: exactly one`),
        ],
    });
    accepts({
        "30 files of 90 KiB": machineProblems(
            step({
                inline: "",
                files: Object.fromEntries(
                    Array.from({ length: 30 }, (_, at) => [`/srv/${at}`, { content: "x".repeat(90 * 1024) }]),
                ),
            }).machines.web,
        ),
        "a file of 60,000 characters of three bytes": machineProblems(
            step({ inline: "", files: { "/srv/a": { content: "\u20ac".repeat(60_000) } } }).machines.web,
        ),
    });
});

describe("what nobody could wait for", () => {
    const waitFor = (given: object) => web({ waitFor: given });
    refusedBeforehand({
        "an empty command": [
            waitFor({ command: "" }),
            /^machines\.web\.waitFor\.command: ""; allowed: a command for \/bin\/sh/,
        ],
        "a command with a NUL": [
            waitFor({ command: "a\0b" }),
            /waitFor\.command: "a\\u0000b"; allowed: text without the character NUL/,
        ],
        "a command of 200 KiB": [
            waitFor({ command: "x".repeat(200 * 1024) }),
            /waitFor\.command: "204800 bytes"; allowed: at most 131064 bytes/,
        ],
        "a thousand units with long names": [
            waitFor({ units: Array.from({ length: 1000 }, (_, at) => `${"x".repeat(200)}${at}.service`) }),
            /waitFor\.units: "\d+ bytes"; allowed: at most 131064 bytes/,
        ],
        "two units in one": [
            waitFor({ units: ["a.service b.service"] }),
            /waitFor\.units: "a\.service b\.service"; allowed: unit names/,
        ],
        "a port that there isn't": [
            waitFor({ ports: [65536] }),
            /waitFor\.ports\[0\]: 65536; allowed: a whole number from 1 to 65535/,
        ],
        "less than a second": [
            web({ readyTimeout: 0.5 }),
            /readyTimeout: 0\.5; allowed: seconds, a whole number from 1 to 3600/,
        ],
        "longer than an hour": [
            web({ readyTimeout: 3601 }),
            /readyTimeout: 3601; allowed: seconds, a whole number from 1 to 3600/,
        ],
    });
});
