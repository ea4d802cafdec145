import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { containerUploads } from "../../components/docker/uploads";
import { type FileArgs, fileUploads } from "../../components/machine/files/files";
import { resolved } from "../../components/operations/resolved";
import { specOf } from "../support/machine";
import { accepts, machineProblems, refuses } from "../support/problems";

/** The files as the provider gets them. */
function uploads(files: Record<string, FileArgs>): unknown {
    const all = fileUploads(files).map(({ file, permissions, ...content }) => ({
        file,
        ...resolved(content),
        permissions,
    }));
    // Without what isn't given.
    return JSON.parse(JSON.stringify(all));
}

describe("files", () => {
    it("have content and mode, 0644 unless told otherwise", () => {
        assert.deepEqual(uploads({ "/a": { content: "text" }, "/b": { contentBase64: "AP8=", mode: "0600" } }), [
            { file: "/a", content: "text", permissions: "0644" },
            { file: "/b", contentBase64: "AP8=", permissions: "0600" },
        ]);
    });

    it("are read from a source, as text where they are text and byte for byte where they aren't", () => {
        const directory = mkdtempSync(join(tmpdir(), "files-"));
        try {
            const [text, binary] = [join(directory, "text"), join(directory, "binary")];
            writeFileSync(text, "naïve\n");
            writeFileSync(binary, Buffer.from([0xff, 0x00, 0xfe]));
            assert.deepEqual(uploads({ "/a": { source: text }, "/b": { source: binary } }), [
                { file: "/a", content: "naïve\n", permissions: "0644" },
                { file: "/b", contentBase64: "/wD+", permissions: "0644" },
            ]);
        } finally {
            rmSync(directory, { recursive: true });
        }
    });

    it("name their owners for the set-up unit", () => {
        const files = { "/a": { content: "" }, "/b": { content: "", owner: "www:games" } };
        assert.deepEqual(specOf({ files }).owners, { "/b": "www:games" });
    });

    it("may be empty, which the provider would take for missing", async () => {
        const uploads = containerUploads(fileUploads({ "/a": { content: "" }, "/b": { contentBase64: "" } }));
        const expected = (file: string) => ({ file, contentBase64: "\n", permissions: "0644" });
        const all = await new Promise((resolve) => uploads.apply(resolve));
        assert.deepEqual(all, [expected("/a"), expected("/b")]);
    });

    it("are all secret as soon as one of them is", async () => {
        const secrecy = (content: pulumi.Input<string>) =>
            pulumi.isSecret(containerUploads(fileUploads({ "/a": { content: "plain" }, "/b": { content } })));
        assert.deepEqual([await secrecy("plain"), await secrecy(pulumi.secret("hunter2"))], [false, true]);
    });

    const file = (args: object, path = "/a") => machineProblems({ files: { [path]: args } });
    refuses({
        "a relative path": [file({ content: "" }, "etc/motd"), /files: "etc\/motd"; allowed: the absolute path/],
        "a path with ..": [
            file({ content: "" }, "/etc/../run/a"),
            /files: "\/etc\/\.\.\/run\/a"; allowed: the absolute/,
        ],
        "a path with //": [file({ content: "" }, "/etc//hosts"), /files: "\/etc\/\/hosts"; allowed: the absolute path/],
        "a path that a boot empties": [
            file({ content: "" }, "/tmp/a"),
            /files: "\/tmp\/a"; allowed: .*no boot empties/,
        ],
        "a directory for a source": [file({ source: "tests" }), /source: "tests"; allowed: a file, relative to/],
        "the file of a unit": [
            machineProblems({
                files: { "/etc/systemd/system/a.service": { content: "" } },
                units: { "a.service": { source: "LICENSE" } },
            }),
            /files: "\/etc\/systemd\/system\/a\.service"; allowed: a path that no other argument/,
        ],
        "the file of a drop-in": [
            machineProblems({
                files: { "/etc/systemd/system/a.service.d/b.conf": { content: "" } },
                units: { "a.service": { dropIns: { "b.conf": { source: "LICENSE" } } } },
            }),
            /files: .*a\.service\.d\/b\.conf"; allowed: a path that no other argument/,
        ],
        "the file of the environment": [
            machineProblems({
                files: { "/etc/systemd/machine-setup.environment": { content: "" } },
                environment: { A: "" },
            }),
            /files: .*machine-setup\.environment"; allowed: a path that no other argument/,
        ],
        "a directory": [file({ content: "" }, "/etc/"), /files: "\/etc\/"; allowed: the absolute path of a file/],
        "a path with a line break": [file({ content: "" }, "/a\nb"), /files: "\/a\\nb"; allowed: the absolute path/],
        "a path below a tmpfs": [
            file({ content: "" }, "/run/a"),
            /nothing is mounted over.*\. For \/run and \/tmp, bring/,
        ],
        "a path that Docker binds": [
            file({ content: "" }, "/etc/hosts"),
            /"\/etc\/hosts"; allowed: a path that nothing/,
        ],
        "no content": [file({}), /files\["\/a"\]: missing; allowed: exactly one of `content`, `contentBase64` and/],
        "two contents": [
            file({ content: "hunter2", source: "b" }),
            /files\["\/a"\]: "content and source"; allowed: exactly one of/,
        ],
        "what isn't Base64, without showing it": [
            file({ contentBase64: "hunter2" }),
            /contentBase64: "\(not shown\)"; allowed: Base64/,
        ],
        "a source that isn't there": [file({ source: "nowhere" }), /\.source: "nowhere"; allowed: a file, relative/],
        "a mode in letters": [file({ content: "", mode: "rwx" }), /mode: "rwx"; allowed: octal permissions/],
        "an owner with a blank": [file({ content: "", owner: "a b" }), /owner: "a b"; allowed: "user" or "user:group"/],
    });
    accepts({
        "owners by name and number": machineProblems({
            files: { "/a": { content: "", owner: "systemd-network:1000" }, "/b": { content: "", owner: "33" } },
        }),
        "/etc/hosts.allow and /runner": machineProblems({
            files: { "/etc/hosts.allow": { content: "" }, "/runner": { content: "" } },
        }),
    });
});
