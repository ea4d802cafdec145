import type { Input } from "@pulumi/pulumi";
import { member } from "../../rules/member";
import { nameLengthProblems } from "../../rules/path";
import type { BadValue, Problem } from "../../rules/problem";
import type { ArgumentTable } from "../argument";
import { contentProblems } from "./content";
import { MOST_UNIT_CHARACTERS, SETUP_SERVICE, SSHD_SERVICE, UNIT_DIRECTORY, unitNameProblems } from "./unit-names";
import { plainUpload, type Upload, type UploadSpec } from "./upload";

/** A unit of the machine's systemd: one that you bring (`content` or `source`), or one that the image has. */
export interface UnitArgs {
    /**
     * The unit file's text; may be a Pulumi secret.
     * @default the unit file of the image or its packages
     */
    content?: Input<string>;
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
    content?: Input<string>;
    /** A file beside the Pulumi program, relative to its working directory. */
    source?: string;
}

/** What a machine's systemd has to do. */
export interface UnitsArgs {
    /**
     * Units (systemd.unit(5)): name with its type, `hello.service` → unit file, drop-ins, state. A change replaces the machine.
     * @default none
     */
    units?: Record<string, UnitArgs>;
}

/** What is to be done with units before the first service starts, in systemctl's words. */
export interface UnitVerbs {
    readonly enable: readonly string[];
    readonly disable: readonly string[];
    readonly start: readonly string[];
    readonly stop: readonly string[];
}

export type UnitsSpec = UploadSpec & UnitVerbs;

export function unitSpec(units: Readonly<Record<string, UnitArgs>> = {}): UnitsSpec {
    return { uploads: unitUploads(units), ...unitVerbs(units) };
}

/** The unit files and drop-ins as they go into a machine. */
export function unitUploads(units: Readonly<Record<string, UnitArgs>>): Upload[] {
    return Object.entries(units).flatMap(([name, unit]) => [
        ...unitFile(`${UNIT_DIRECTORY}/${name}`, unit),
        ...Object.entries(unit.dropIns ?? {}).map(([dropIn, { content, source }]) => ({
            file: `${UNIT_DIRECTORY}/${name}.d/${dropIn}`,
            content,
            source,
            permissions: "0644",
        })),
    ]);
}

function unitFile(file: string, { content, source, mask }: UnitArgs): Upload[] {
    if (mask) {
        // An empty unit file means the same as a link to /dev/null, and links can't be uploaded (systemd.unit(5)).
        return [plainUpload(file, "")];
    }
    return content === undefined && source === undefined ? [] : [{ file, content, source, permissions: "0644" }];
}

export function unitVerbs(units: Readonly<Record<string, UnitArgs>>): UnitVerbs {
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

/** Units that the components bring themselves. */
const TAKEN = [SETUP_SERVICE, SSHD_SERVICE];
const DROP_IN_NAME = /^[A-Za-z0-9:_.@-]+\.conf$/;

/** Everything wrong with one machine's units. */
function unitProblems(units: Readonly<Record<string, UnitArgs>>, argument: string): Problem[] {
    return Object.entries(units).flatMap(([unit, args]) => oneUnitProblems(unit, args, argument));
}

function oneUnitProblems(unit: string, args: UnitArgs, argument: string): Problem[] {
    const that = member(argument, unit);
    return [
        ...unitNameProblems(argument, unit, 'a unit name with its type, "hello.service" (systemd.unit(5))'),
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
            ...nameLengthProblems(`${that}.dropIns`, name),
            ...contentProblems(dropIn, member(`${that}.dropIns`, name)),
        ]),
        ...dropInDirectoryProblems(unit, args, `${that}.dropIns`),
        ...templateConflicts(unit, args, that),
        ...maskConflicts(args, that),
    ];
}

/** The drop-ins of a unit are in a directory of its name and `.d`. */
function dropInDirectoryProblems(unit: string, { dropIns = {} }: UnitArgs, argument: string): BadValue[] {
    return Object.keys(dropIns).length === 0 || unit.length > MOST_UNIT_CHARACTERS
        ? []
        : nameLengthProblems(argument, `${unit}.d`);
}

/** A template is started by the name of an instance of it (systemd.unit(5)). */
function templateConflicts(unit: string, args: UnitArgs, that: string): Problem[] {
    return (["enable", "start"] as const)
        .filter((verb) => args[verb] !== undefined && unit.includes("@."))
        .map((verb) => ({
            argument: `${that}.${verb}`,
            with: "a template",
            why: "systemd starts instances of it, not the template itself",
            mend: `Name an instance, "${unit.replace("@.", "@1.")}"`,
        }));
}

function maskConflicts(args: UnitArgs, that: string): Problem[] {
    const others = (["content", "source", "dropIns", "enable", "start"] as const).filter(
        (name) => args[name] !== undefined,
    );
    return args.mask && others.length > 0
        ? [
              {
                  argument: `${that}.mask`,
                  with: others.join(", "),
                  why: "a masked unit can't be started, whatever else is said of it",
                  mend: "Leave one or the other out",
              },
          ]
        : [];
}

export const UNITS = {
    units: { problems: unitProblems, spec: unitSpec },
} satisfies ArgumentTable<UnitsArgs, UnitsSpec>;
