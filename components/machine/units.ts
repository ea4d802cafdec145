import type * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../problems";
import { contentProblems, upload } from "./files";
import type { Upload } from "./upload";

/** A unit of the machine's systemd: one that you bring (`content` or `source`), or one that the image has. */
export interface UnitArgs {
    /**
     * The unit file's text; may be a Pulumi secret.
     * @default the unit file of the image or its packages
     */
    content?: pulumi.Input<string>;
    /**
     * A unit file beside the Pulumi program, relative to its working directory.
     * @default the unit file of the image or its packages
     */
    source?: string;
    /**
     * Drop-ins that change or extend the unit file (systemd.unit(5)): name, `10-memory.conf` → drop-in.
     * @default none
     */
    dropIns?: Record<string, DropInArgs>;
    /**
     * `true` enables the unit (`systemctl enable`), `false` disables it, before the first service starts.
     * @default as the image has it
     */
    enable?: boolean;
    /**
     * `true` starts the unit at each boot, `false` keeps it from being started by the boot. A machine is ready only when
     * what it starts is up.
     * @default as `enable` says; without that, as the image has it
     */
    start?: boolean;
    /**
     * Makes it impossible to start the unit, by hand or as a dependency (`systemctl mask`).
     * @default false
     */
    mask?: boolean;
}

/** A drop-in of a unit. Exactly one of `content` and `source` says what is in it. */
export interface DropInArgs {
    /** The drop-in's text; may be a Pulumi secret. */
    content?: pulumi.Input<string>;
    /** A file beside the Pulumi program, relative to its working directory. */
    source?: string;
}

/** Unit files of the administrator, before those of packages (systemd.unit(5), UNIT FILE LOAD PATH). */
export const UNIT_DIRECTORY = "/etc/systemd/system";

/** "<name>.<type>" (systemd.unit(5)); no slash, no blank. */
export const UNIT_NAME =
    /^[A-Za-z0-9:_.\\@-]+\.(service|socket|target|timer|path|mount|automount|slice|swap|device|scope)$/;
/** Units that the components bring themselves. */
export const SETUP_SERVICE = "machine-setup.service";
export const SSHD_SERVICE = "machine-sshd.service";
const TAKEN = [SETUP_SERVICE, SSHD_SERVICE];
const DROP_IN_NAME = /^[A-Za-z0-9:_.@-]+\.conf$/;

/** The unit files and drop-ins as the container gets them before its start. */
export function unitUploads(units: Record<string, UnitArgs> = {}): Upload[] {
    return Object.entries(units).flatMap(([name, unit]) => [
        ...unitFile(`${UNIT_DIRECTORY}/${name}`, unit),
        ...Object.entries(unit.dropIns ?? {}).map(([dropIn, args]) =>
            upload(`${UNIT_DIRECTORY}/${name}.d/${dropIn}`, args),
        ),
    ]);
}

function unitFile(file: string, unit: UnitArgs): Upload[] {
    if (unit.mask) {
        // An empty unit file means the same as a link to /dev/null, and links can't be uploaded (systemd.unit(5)).
        return [upload(file, { content: "" })];
    }
    return unit.content === undefined && unit.source === undefined ? [] : [upload(file, unit)];
}

/** What is to be done with the units, in systemctl's words. */
export interface UnitVerbs {
    readonly enable: string[];
    readonly disable: string[];
    readonly start: string[];
    readonly stop: string[];
}

export function unitVerbs(units: Record<string, UnitArgs> = {}): UnitVerbs {
    const those = (wanted: (unit: UnitArgs) => boolean) =>
        Object.entries(units)
            .filter(([, unit]) => wanted(unit))
            .map(([name]) => name);
    return {
        enable: those(({ enable }) => enable === true),
        disable: those(({ enable }) => enable === false),
        start: those(({ enable, start }) => (start ?? enable) === true),
        stop: those(({ enable, start }) => (start ?? enable) === false),
    };
}

/** Everything wrong with one machine's units. */
export function unitProblems(units: Record<string, UnitArgs> = {}, argument: string): Problem[] {
    return Object.entries(units).flatMap(([unit, args]) => oneUnitProblems(unit, args, argument));
}

function oneUnitProblems(unit: string, args: UnitArgs, argument: string): Problem[] {
    const that = `${argument}["${unit}"]`;
    return [
        ...(UNIT_NAME.test(unit)
            ? []
            : [{ argument, value: unit, allowed: 'a unit name with its type, "hello.service" (systemd.unit(5))' }]),
        ...(TAKEN.includes(unit)
            ? [{ argument, value: unit, allowed: `another name: ${TAKEN.join(" and ")} are the machine's own` }]
            : []),
        ...(Object.values(args).some((value) => value !== undefined)
            ? []
            : [
                  {
                      argument: that,
                      value: args,
                      allowed: "at least one of content, source, dropIns, enable, start, mask",
                  },
              ]),
        ...(args.content === undefined && args.source === undefined ? [] : contentProblems(args, that)),
        ...Object.entries(args.dropIns ?? {}).flatMap(([name, dropIn]) => [
            ...(DROP_IN_NAME.test(name)
                ? []
                : [{ argument: `${that}.dropIns`, value: name, allowed: 'a file name that ends in ".conf"' }]),
            ...contentProblems(dropIn, `${that}.dropIns["${name}"]`),
        ]),
        ...templateProblems(unit, args, that),
        ...maskProblems(args, that),
    ];
}

/** A template is started by the name of an instance of it (systemd.unit(5)). */
function templateProblems(unit: string, args: UnitArgs, that: string): Problem[] {
    return (["enable", "start"] as const)
        .filter((verb) => args[verb] !== undefined && unit.includes("@."))
        .map((verb) => ({
            argument: `${that}.${verb}`,
            value: args[verb],
            allowed: "nothing for a template",
            mend: `Name an instance of it, "${unit.replace("@.", "@1.")}"`,
        }));
}

function maskProblems(args: UnitArgs, that: string): Problem[] {
    const others = (["content", "source", "dropIns", "enable", "start"] as const).filter(
        (name) => args[name] !== undefined,
    );
    return args.mask && others.length > 0
        ? [{ argument: `${that}.mask`, value: true, allowed: `true only without ${others.join(", ")}` }]
        : [];
}
