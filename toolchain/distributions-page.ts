// docs/distributions.md: the table of distributions for people.
import { DEFAULT_DISTRIBUTION, type Distribution, DISTRIBUTIONS } from "../components/distribution/distributions";

/** The page, as Markdown that Prettier has yet to put in form. */
export function distributionsPage(): string {
    return [
        "<!-- Made by `npm run schema` from components/distribution/table.json. -->",
        "# Distributions",
        INTRODUCTION,
        [
            "| `distribution` | base image | systemd | installed by | updates until |",
            "| --- | --- | --- | --- | --- |",
            ...Object.entries(DISTRIBUTIONS).map(([name, row]) => line(name, row)),
        ].join("\n"),
        NOTES,
    ].join("\n\n");
}

function line(name: string, row: Distribution): string {
    const { baseImage, systemdVersion, versionSource, packageManager, endOfLife = "" } = row;
    const usual = name === DEFAULT_DISTRIBUTION ? " (the default)" : "";
    return `| \`${name}\`${usual} | \`${baseImage}\` | [${systemdVersion}](${versionSource}) | ${packageManager} | ${endOfLife} |`;
}

const INTRODUCTION = `What \`distribution\` can name. The systemd's link is the distribution's own package data. "Updates until" is the last day that its
makers have named; none is there where they have named no day, or where the distribution is rolling. From the day after, \`pulumi preview\` and \`up\` warn, and
nothing else changes.`;

const NOTES = `## Where the table is wrong

The settings of machines are chosen by systemd's version before any image exists. A rolling distribution moves on, so the build looks whether it is that
version, and says the line that mends it: \`the image has systemd 263, not 262. Set systemdVersion to 263.\` Or pin the base image by its digest.

## Another distribution, or another release

\`baseImage\`, \`systemdVersion\` and \`packageManager\` without \`distribution\` are all that is needed:

\`\`\`sh
pulumi config set baseImage docker.io/library/oraclelinux:8
pulumi config set systemdVersion 239
pulumi config set packageManager dnf
\`\`\`

## What is in the image

Where the base image has no \`/sbin/init\`, systemd is installed, with what makes user sessions, and with Python for Ansible. A base image that has one is left as it
is, but for the package of user sessions where dnf has one. \`packages\` are installed without what they only recommend.

- **CentOS 7**: its mirrors are gone. The build points the repositories that CentOS ships to the vault (vault.centos.org), so that \`packages\` and a machine's own \`yum\` work;
  packages are signed as before. Other repositories are not touched.
- **Arch** supports no partial upgrades: \`packages\` bring the whole system up to date, and Python is one that you name (\`python\`). Its makers have images for
  linux/amd64 only.

## arm64

Image, scripts and programs know no architecture: the image is built for the engine's own. A test (\`HOSTS=all\`) builds one for linux/arm64 from Debian's packages and boots a machine of
it to \`running\`, emulated by QEMU on an amd64 host: there, units that load credentials must do without. No arm64 hardware was at hand.

## What is proven

\`npm run test:hosts\` builds images with real \`dnf\` (also under the name \`yum\`), \`zypper\` and \`pacman\`, which are Debian's packages of them, from repositories that it
makes, and boots a machine of each; \`npm test\` those of \`dnf\` and \`zypper\`. yum 3, CentOS 7's own, is not to be had there.
None of the base images above was pulled where this was written, but for Debian's, which are bootstrapped from Debian's packages: the nightly workflow does that with each row.
Versions were looked up on 2026-11-29: Debian's in Debian's archive, the others' in what was published of their packages, not on the linked pages, which could not be
reached. The vault of CentOS 7 is proven as a change of the repositories' files only.
`;
