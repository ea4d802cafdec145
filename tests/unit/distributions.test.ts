import yaml from "js-yaml";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { DISTRIBUTIONS, PackageManager } from "../../components/distribution/distributions";
import { imageProblems, imageSource } from "../../components/distribution/source";
import { problems } from "../support/problems";

describe("the table of distributions", () => {
    for (const [name, row] of Object.entries(DISTRIBUTIONS)) {
        const { baseImage, systemdVersion, packageManager, endOfLife = "9999-12-31", versionSource } = row;
        it(`says for ${name} which image, with its registry and a tag, which systemd, who says so, and how to install it`, () => {
            assert.match(baseImage, /^[a-z.]+\/[a-z/-]+:[a-z0-9.]+$/);
            assert.ok(systemdVersion >= 219);
            assert.ok(Object.values(PackageManager).includes(packageManager));
            assert.equal(new Date(endOfLife).toISOString().slice(0, 10), endOfLife);
            assert.equal(new URL(versionSource).protocol, "https:");
        });
    }

    it("has the distributions that people ask for", () => {
        const families = new Set(Object.keys(DISTRIBUTIONS).map((name) => name.replace(/-?[\d.]+$|-sid$/, "")));
        assert.deepEqual([...families].sort(), [
            "almalinux",
            "amazonlinux",
            "archlinux",
            "centos",
            "centos-stream",
            "debian",
            "fedora",
            "opensuse-leap",
            "opensuse-tumbleweed",
            "oraclelinux",
            "rockylinux",
            "ubuntu",
        ]);
    });

    it("is what the nightly workflow boots, from the distributions' own images", () => {
        const { jobs } = yaml.safeLoad(readFileSync(".github/workflows/nightly.yml", "utf8")) as {
            jobs: { distribution: { strategy: { matrix: { distribution: string[] } } } };
        };
        assert.deepEqual(jobs.distribution.strategy.matrix.distribution, Object.keys(DISTRIBUTIONS));
    });
});

describe("what an image is made from", () => {
    const digest = `mirror.example/centos@sha256:${"0".repeat(64)}`;

    it("is the default distribution, or the named one", () => {
        assert.equal(imageSource({}).distribution, "centos-stream9");
        assert.deepEqual(imageSource({ distribution: "debian-12" }), {
            distribution: "debian-12",
            baseImage: "docker.io/library/debian:12",
            systemdVersion: 252,
            packageManager: "apt",
        });
    });

    it("is that distribution's mirror, or the very image of a digest", () => {
        const { baseImage } = imageSource({});
        assert.deepEqual(imageSource({ baseImage: digest }), { ...imageSource({}), baseImage: digest });
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
            problems({ systemdVersion: 100, packageManager: "apk" }).map(({ argument }) => argument),
            ["packageManager", "systemdVersion"],
        );
    });
});
