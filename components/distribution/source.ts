import { choiceProblems } from "../rules/choice";
import type { BadValue } from "../rules/problem";
import { wholeNumberProblems } from "../rules/whole-number";
import { DEFAULT_DISTRIBUTION, DISTRIBUTIONS, type ImageSource, type PackageManager } from "./distributions";
import { isImageReference } from "./image-reference";

/** What an image is made from. */
export interface ImageSourceArgs {
    /**
     * Name of a distribution in `distribution/table.json`: which base image, which systemd, which package manager.
     * @default "centos-stream9"
     */
    distribution?: string;
    /**
     * Another base image, as `docker pull` understands it: a mirror's, one pinned by digest (`…@sha256:…`), or one of a
     * distribution that the table doesn't have; then `systemdVersion` and `packageManager` tell what the table would.
     * @default the distribution's own
     */
    baseImage?: string;
    /**
     * Major version of the systemd that the base image has or installs, 219 or newer. The build fails where it isn't so.
     * @asType integer
     * @default the distribution's
     */
    systemdVersion?: number;
    /**
     * Installs systemd where the base image has none: `apt`, `dnf`, `pacman`, `yum` or `zypper`.
     * @default the distribution's
     */
    packageManager?: PackageManager;
    /**
     * Packages to install in the image, as its package manager names them, without what they only recommend: then no boot
     * pays for it. Another list makes another image, and machines of it.
     * @default none beside systemd
     */
    packages?: string[];
}

/** The table's row, and what the arguments say otherwise. */
export function imageSource(args: ImageSourceArgs): ImageSource & { readonly distribution: string } {
    const custom = args.distribution === undefined && args.baseImage !== undefined && args.systemdVersion !== undefined;
    const row = DISTRIBUTIONS[args.distribution ?? DEFAULT_DISTRIBUTION];
    return {
        distribution: custom ? "custom" : (args.distribution ?? DEFAULT_DISTRIBUTION),
        baseImage: args.baseImage ?? row.baseImage,
        systemdVersion: args.systemdVersion ?? row.systemdVersion,
        packageManager: args.packageManager ?? row.packageManager,
    };
}

/** Everything wrong with what an image is made from. */
export function imageProblems(args: ImageSourceArgs): BadValue[] {
    return [
        ...choiceProblems("distribution", args.distribution, Object.keys(DISTRIBUTIONS)),
        ...wholeNumberProblems("systemdVersion", args.systemdVersion, 219, 999),
        ...packageProblems(args.packages),
        ...(args.baseImage === undefined || isImageReference(args.baseImage)
            ? []
            : [
                  {
                      argument: "baseImage",
                      value: args.baseImage,
                      allowed: "an image reference in lower case, registry/name:tag or registry/name@sha256:…",
                  },
              ]),
    ];
}

/** They become words of a shell command in the image's build: nothing that a shell or a package manager takes for more. */
const PACKAGE = /^@?[A-Za-z0-9][A-Za-z0-9+.:~_=@^/-]*$/;

function packageProblems(packages: string[] = []): BadValue[] {
    return packages.flatMap((name, index) =>
        PACKAGE.test(name)
            ? []
            : [
                  {
                      argument: `packages[${index}]`,
                      value: name,
                      allowed: 'a package as the distribution names it, without blanks: "nginx", "nginx=1.22.1-9"',
                  },
              ],
    );
}
