import assert from "node:assert/strict";
import { DISTRIBUTIONS, PackageManager } from "../../components/distribution/distributions";
import { imageProblems, imageSource } from "../../components/distribution/source";
import { problems } from "../support/problems";

describe("the table of distributions", () => {
    for (const [name, { baseImage, systemdVersion, packageManager }] of Object.entries(DISTRIBUTIONS)) {
        it(`says for ${name} which image, with its registry and a tag, which systemd and how to install it`, () => {
            assert.match(baseImage, /^[a-z.]+\/[a-z/-]+:[a-z0-9.]+$/);
            assert.ok(systemdVersion >= 219);
            assert.ok(Object.values(PackageManager).includes(packageManager));
        });
    }

    it("has the distributions that people ask for", () => {
        const families = new Set(Object.keys(DISTRIBUTIONS).map((name) => name.replace(/-?[\d.]+$|-sid$/, "")));
        assert.deepEqual([...families].sort(), [
            "almalinux",
            "centos",
            "centos-stream",
            "debian",
            "fedora",
            "rockylinux",
            "ubuntu",
        ]);
    });
});

describe("what an image is made from", () => {
    const digest = `mirror.example/centos@sha256:${"0".repeat(64)}`;

    it("is the default distribution, or the named one", () => {
        assert.equal(imageSource({}).distribution, "centos-stream9");
        assert.deepEqual(imageSource({ distribution: "debian-12" }), {
            distribution: "debian-12",
            ...DISTRIBUTIONS["debian-12"],
        });
    });

    it("is that distribution's mirror, or the very image of a digest", () => {
        const { baseImage, ...row } = DISTRIBUTIONS["centos-stream9"];
        assert.deepEqual(imageSource({ baseImage: digest }), {
            distribution: "centos-stream9",
            ...row,
            baseImage: digest,
        });
        assert.notEqual(baseImage, digest);
        assert.deepEqual(imageProblems({ baseImage: digest }), []);
    });

    it("is a distribution that the table doesn't have, where it is told all about it", () => {
        assert.deepEqual(imageSource({ baseImage: "suse:16", systemdVersion: 257, packageManager: "dnf" }), {
            distribution: "custom",
            baseImage: "suse:16",
            systemdVersion: 257,
            packageManager: "dnf",
        });
    });

    it("is refused with a systemd that never was, or a package manager that nobody knows here", () => {
        assert.deepEqual(
            problems({ systemdVersion: 100, packageManager: "zypper" }).map(({ argument }) => argument),
            ["packageManager", "systemdVersion"],
        );
    });
});
