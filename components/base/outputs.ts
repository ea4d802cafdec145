import type { HostFacts } from "../host/facts";
import type { BadValue } from "../rules/problem";
import { isMap } from "../rules/shown";
import { VERSION } from "../version";

/** What a base stack exports, and a sandbox takes as `base`. */
export interface BaseOutputs {
    /** Full name of the stack, `organization/project/stack`. */
    readonly stack: string;
    /** Version of this package that made it; sandboxes of another one refuse it. */
    readonly version: string;
    /** The distribution, as in `distribution/table.json`, or `custom`. */
    readonly distribution: string;
    /**
     * Major version of systemd in the image.
     * @asType integer
     */
    readonly systemdVersion: number;
    /** The image's id, `sha256:…`, or its name and digest in a registry: where it changes, each sandbox's next `pulumi up` replaces the machines. */
    readonly imageId: string;
    /** Name and tag of the image on the host. */
    readonly imageName: string;
    /** Address of the host's engine; empty where the environment of Pulumi named it. */
    readonly host: string;
    /** What the Docker API says of the host; nothing where the image is in a registry. */
    readonly facts?: HostFacts;
}

/** Whether the image is in a registry, for the nodes of a cluster, and not on a host. */
export function isPushed({ imageId }: Pick<BaseOutputs, "imageId">): boolean {
    return imageId.includes("@");
}

const STACK = /^[\w.-]+\/[\w.-]+\/[\w.-]+$/;

/** Nothing that a shell takes for more than one word: a person copies the commands that an error names. */
const FORMS: readonly (readonly [keyof BaseOutputs, RegExp, string])[] = [
    ["stack", STACK, "the full name of a stack, organization/project/stack"],
    ["imageId", /^([\w./:-]+@)?sha256:[0-9a-f]{64}$/, "an image's id, sha256: and 64 digits"],
    ["imageName", /^[\w./:@-]+$/, "an image's name and tag"],
    ["host", /^((ssh|tcp|unix):\/\/[\w./:@[\]%+~,=-]+)?$/, "the address of an engine, or an empty text"],
];

/** Everything wrong with a base, whoever made it: it goes into commands and labels. */
export function baseOutputsProblems(base: BaseOutputs | undefined, argument: string): BadValue[] {
    return FORMS.flatMap(([field, form, allowed]) => {
        const value = base?.[field];
        return value === undefined || form.test(value as string)
            ? []
            : [{ argument: `${argument}.${field}`, value, allowed, mend: "Give the output of a base stack as it is" }];
    });
}

/** What is given for a base and isn't one of this version: another one may have other outputs than these. */
export function baseVersionProblems(base: unknown, argument: string): BadValue[] {
    if (isMap(base) && base.version === undefined && base.stack === undefined) {
        const allowed = "the outputs of a base stack";
        return [
            {
                argument,
                value: base,
                allowed,
                mend: "Read them: they are the output `base` of a reference to its stack",
            },
        ];
    }
    const { version, stack } = (base ?? {}) as Partial<Record<string, unknown>>;
    const up =
        typeof stack === "string" && STACK.test(stack) ? `pulumi up --stack ${stack}` : "pulumi up, in its own stack";
    return version === VERSION || typeof version !== "string"
        ? []
        : [
              {
                  argument: `${argument}.version`,
                  value: version,
                  allowed: `a base made by the same version of pulumi-centos-systemd, ${VERSION}`,
                  mend: `Bring the base up with this version: ${up}. Or use the version that made it`,
              },
          ];
}
