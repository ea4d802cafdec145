import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import {
    chmodSync,
    lstatSync,
    mkdirSync,
    mkdtempSync,
    readFileSync,
    rmSync,
    statSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ENTRY, ENTRY_DIRECTORY, entryFiles, type Modes } from "../../../components/kubernetes/entry";
import type { Upload } from "../../../components/machine/files/upload";
import { host } from "../../support/host-facts";
import { recordResources } from "../../support/mocks";
import { problems } from "../../support/problems";
import { valueOf } from "../../support/recorded-sandbox";
import { runShell, SHELLS } from "../../support/shell";

const text = (file: string, content: pulumi.Input<string>, permissions = "0644"): Upload => ({
    file,
    content,
    permissions,
});

/** What lies in the Pod's Secret, as PID 1 finds it. */
async function decoded(uploads: readonly Upload[], modes: Modes = {}, ownNamespaces = false) {
    const entries = Object.entries(entryFiles(uploads, modes, ownNamespaces)).map(async ([key, value]) => {
        const content = Buffer.from(await valueOf(value), "base64");
        return [key, content] as const;
    });
    return Object.fromEntries(await Promise.all(entries)) as Record<string, Buffer>;
}

describe("what a Pod's Secret has for PID 1", () => {
    before(() => recordResources(host({})));

    it("is the start, the modes of what is in memory, and each file in the order of their paths", async () => {
        const found = await decoded([text("/etc/b", "B", "0600"), text("/etc/a b", "A")], {
            "/run": "755",
            "/run/lock": "1777",
        });
        const { start, ...others } = Object.fromEntries(
            Object.entries(found).map(([key, content]) => [key, content.toString()]),
        );
        assert.match(start, /^#!\/bin\/sh\n/);
        assert.deepEqual(others, {
            directories: "755 /run/\n1777 /run/lock/\n",
            files: "0644 file-0 /etc/a b/\n0600 file-1 /etc/b/\n",
            "file-0": "A",
            "file-1": "B",
        });
    });

    it("is the same however the person has ordered it: another order is no other machine", async () => {
        const [a, b] = [text("/etc/a", "A"), text("/etc/b", "B")];
        assert.deepEqual(await decoded([a, b]), await decoded([b, a]));
    });

    it("has bytes as they are, files of this computer, and what is rendered", async () => {
        const bytes = Buffer.from([0, 255, 10, 13]);
        const found = await decoded([
            { file: "/1", contentBase64: bytes.toString("base64"), permissions: "0644" },
            { file: "/2", source: "LICENSE", permissions: "0644" },
            { file: "/3", rendered: { values: { a: "x" }, render: ({ a }) => `<${a}>` }, permissions: "0644" },
            { file: "/4", content: "", permissions: "0644" },
        ]);
        assert.deepEqual(found["file-0"], bytes);
        assert.deepEqual(found["file-1"], readFileSync("LICENSE"));
        assert.equal(found["file-2"].toString(), "<x>");
        assert.equal(found["file-3"].toString(), "");
    });

    it("keeps a secret secret, and only that", async () => {
        const secret = pulumi.secret("hidden");
        const files = entryFiles(
            [
                text("/1", secret),
                { file: "/2", contentBase64: pulumi.secret("aGlkZGVu"), permissions: "0644" },
                { file: "/3", rendered: { values: { a: secret }, render: () => "" }, permissions: "0644" },
                text("/4", "plain"),
            ],
            {},
            false,
        );
        const secrecy = await Promise.all(
            Object.entries(files).map(async ([key, value]) => [key, await pulumi.isSecret(value)] as const),
        );
        assert.deepEqual(
            secrecy.filter(([, isSecret]) => isSecret).map(([key]) => key),
            ["file-0", "file-1", "file-2"],
        );
    });

    it("has no path of two lines, which PID 1 would take for two files: it is refused", () => {
        const files = { "/etc/two\nlines": { content: "" } };
        assert.equal(problems({ cluster: { image: "a" }, machines: { web: { files } } }).length, 1);
    });
});

describe("the path of what PID 1 is first", () => {
    it("is one by which CRI-O knows a Pod of systemd", () => assert.match(ENTRY, /\/sbin\/init/));
});

for (const shell of SHELLS) {
    describe(`what PID 1 does before it becomes systemd, as ${shell}`, () => {
        let root: string;

        before(() => recordResources(host({})));
        beforeEach(() => {
            root = mkdtempSync(join(tmpdir(), "entry-"));
            // Others can look into it, as into a machine's root directory.
            chmodSync(root, 0o755);
            mkdirSync(join(root, "entry"));
            mkdirSync(join(root, "proc/self"), { recursive: true });
            mkdirSync(join(root, "proc/1"));
        });
        afterEach(() => rmSync(root, { recursive: true }));

        const at = (path: string) => join(root, path);
        const modeOf = (path: string) => (statSync(at(path)).mode & 0o7777).toString(8);

        async function start(
            uploads: readonly Upload[],
            { modes = {}, ownNamespaces = false, commands = {} }: Partial<Start> = {},
        ) {
            const inside = uploads.map((upload) => ({ ...upload, file: at(upload.file) }));
            const directories = Object.fromEntries(Object.entries(modes).map(([path, mode]) => [at(path), mode]));
            const found = await decoded(inside, directories, ownNamespaces);
            for (const [key, content] of Object.entries(found)) {
                writeFileSync(at(join("entry", key)), content);
            }
            return runShell(found.start.toString(), {
                shell,
                places: { [ENTRY_DIRECTORY]: at("entry"), "/proc/": at("proc/") },
                words: ["start", "sh", "-c", 'echo "$(pwd) $(umask) $1"', "sh", "a  b"],
                commands,
            });
        }

        interface Start {
            readonly modes: Modes;
            readonly ownNamespaces: boolean;
            readonly commands: Record<string, string>;
        }

        it("becomes what it was given, with the words as they are, in / and with the usual umask", async () => {
            const { status, stdout, stderr } = await start([]);
            assert.deepEqual([status, stdout.trim(), stderr], [0, "/ 0022 a  b", ""]);
        });

        it("puts each file in place with its mode, in directories for everybody", async () => {
            const ran = await start([
                text("/etc/new/deep/a", "one\ntwo", "0600"),
                text("/etc/b c/d  e ", "blanks", "0755"),
                text("/setuid", "", "4755"),
            ]);
            assert.deepEqual([ran.status, ran.stderr], [0, ""]);
            assert.equal(readFileSync(at("/etc/new/deep/a"), "utf8"), "one\ntwo");
            assert.equal(readFileSync(at("/etc/b c/d  e "), "utf8"), "blanks");
            assert.deepEqual(["/etc/new/deep/a", "/etc/b c/d  e ", "/setuid"].map(modeOf), ["600", "755", "4755"]);
            assert.deepEqual(["/etc", "/etc/new", "/etc/new/deep"].map(modeOf), ["755", "755", "755"]);
        });

        it("takes the place of what the image has there, and of the link that masks a unit, not of what it leads to", async () => {
            mkdirSync(at("/etc"));
            writeFileSync(at("/etc/motd"), "much longer than before");
            writeFileSync(at("/null"), "untouched");
            symlinkSync(at("/null"), at("/etc/a.service"));
            symlinkSync("nowhere", at("/etc/dangling"));
            await start([text("/etc/motd", "hello"), text("/etc/a.service", "[Service]"), text("/etc/dangling", "x")]);
            assert.equal(readFileSync(at("/etc/motd"), "utf8"), "hello");
            assert.ok(lstatSync(at("/etc/a.service")).isFile());
            assert.equal(readFileSync(at("/etc/a.service"), "utf8"), "[Service]");
            assert.equal(readFileSync(at("/null"), "utf8"), "untouched");
            assert.ok(lstatSync(at("/etc/dangling")).isFile());
        });

        it("writes into a directory that is a link, as /lib and /var/run are", async () => {
            mkdirSync(at("/usr/lib"), { recursive: true });
            symlinkSync("usr/lib", at("/lib"));
            await start([text("/lib/a", "A")]);
            assert.ok(lstatSync(at("/lib")).isSymbolicLink());
            assert.equal(readFileSync(at("/usr/lib/a"), "utf8"), "A");
        });

        it("gives what is in memory the mode that was asked for", async () => {
            for (const path of ["/run", "/scratch dir "]) {
                mkdirSync(at(path), { mode: 0o777 });
            }
            await start([], { modes: { "/run": "755", "/scratch dir ": "1770" } });
            assert.deepEqual([modeOf("/run"), modeOf("/scratch dir ")], ["755", "1770"]);
        });

        it("ends where a file can't be put in place: half a machine doesn't boot", async () => {
            writeFileSync(at("/etc"), "no directory");
            const { status, stdout, stderr } = await start([text("/etc/motd", "hello")]);
            assert.notEqual(status, 0);
            assert.equal(stdout, "");
            assert.match(stderr, /etc/);
        });

        it("has namespaces of its own first where it needs them, with the same users, and hands no right on", async () => {
            const map = "         0     231072      65536\n     70000     300000          1\n";
            for (const name of ["uid_map", "gid_map"]) {
                writeFileSync(at(`proc/self/${name}`), map);
            }
            const ran = await start([text("/etc/motd", "hello")], {
                ownNamespaces: true,
                commands: {
                    // Another one from the second look on.
                    readlink: '[ -e "$FAKES/seen" ] && echo "user:[2]" || { touch "$FAKES/seen"; echo "user:[1]"; }',
                    unshare: 'while [ "$1" != /bin/sh ]; do shift; done; exec "$@"',
                    mount: "",
                    setpriv: 'while [ "$1" != sh ]; do shift; done; exec "$@"',
                },
            });
            assert.deepEqual([ran.status, ran.stdout.trim(), ran.stderr], [0, "/ 0022 a  b", ""]);
            assert.equal(readFileSync(at("/etc/motd"), "utf8"), "hello");
            for (const name of ["uid_map", "gid_map"]) {
                assert.equal(readFileSync(at(`proc/1/${name}`), "utf8"), "0 0 65536\n70000 70000 1\n");
            }
            const called = ran.calls.filter((call) => /^(unshare|mount|setpriv) /.test(call));
            assert.deepEqual(
                called.map((call) => call.replace(/ (\/bin\/sh|sh) -.*$/, "")),
                [
                    "unshare --user --mount --cgroup --keep-caps",
                    "mount --make-rprivate /",
                    "mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 /mnt",
                    "mount --move /mnt /sys/fs/cgroup",
                    "setpriv --inh-caps -all --ambient-caps -all",
                ],
            );
        });
    });
}
