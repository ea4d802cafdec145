import type * as pulumi from "@pulumi/pulumi";
import { ENVIRONMENT_FILE } from "./environment";
import { type FileArgs, fileOwners } from "./files";
import { SETUP_SERVICE, UNIT_DIRECTORY, type UnitArgs, unitVerbs } from "./units";
import type { Upload } from "./upload";

/** What the unit is made from: the part of a machine's arguments that files alone can't express. */
export interface SetupArgs {
    readonly files?: Record<string, FileArgs>;
    readonly units?: Record<string, UnitArgs>;
    readonly environment?: Record<string, pulumi.Input<string>>;
}

/**
 * A unit that runs at each boot before all services: owners of files by the machine's own user names, the environment of
 * services, and which units are enabled and started. Then the machine's own systemd does it all in its boot, and a
 * failure is a failed unit.
 */
export function setupUploads(args: SetupArgs): Upload[] {
    const commands = setupCommands(args);
    return commands.length === 0
        ? []
        : [
              { file: `${UNIT_DIRECTORY}/${SETUP_SERVICE}`, content: setupUnit(commands), permissions: "0644" },
              // Instead of the link that `systemctl enable` would make: links can't be uploaded.
              {
                  file: `${UNIT_DIRECTORY}/sysinit.target.d/machine-setup.conf`,
                  content: `[Unit]\nWants=${SETUP_SERVICE}\n`,
                  permissions: "0644",
              },
          ];
}

function setupCommands({ files, units, environment = {} }: SetupArgs): string[] {
    const { enable, disable, start, stop } = unitVerbs(units);
    const systemctl = (words: string[], names: string[]) =>
        names.length === 0 ? [] : [command("/bin/systemctl", ...words, "--", ...names)];
    return [
        ...fileOwners(files).map(([file, owner]) => command("/bin/chown", "--no-dereference", "--", owner, file)),
        // Not DefaultEnvironment= (systemd-system.conf(5)): newer systemd expands specifiers there, older doesn't.
        ...systemctl(["import-environment"], Object.keys(environment)),
        // The links count from the next boot on; in this one, the units are started or not by what follows.
        ...systemctl(["--no-reload", "enable"], enable),
        ...systemctl(["--no-reload", "disable"], disable),
        // Without waiting: these jobs join the boot, in the order that the units ask for.
        ...systemctl(["--no-block", "start"], start),
        ...systemctl(["--no-block", "stop"], stop),
    ];
}

function setupUnit(commands: string[]): string {
    return [
        "[Unit]",
        "Description=Owners of files, environment and state of units, as the sandbox declares them",
        "DefaultDependencies=no",
        // Users must exist before they can own files.
        "After=local-fs.target systemd-sysusers.service",
        "Before=sysinit.target",
        "",
        "[Service]",
        "Type=oneshot",
        "RemainAfterExit=yes",
        `EnvironmentFile=-${ENVIRONMENT_FILE}`,
        ...commands.map((line) => `ExecStart=${line}`),
        "",
    ].join("\n");
}

/** A command line in systemd's quoting (systemd.service(5), COMMAND LINES): `%` and `$` mean themselves. */
function command(...words: string[]): string {
    return words
        .map((word) =>
            /^[A-Za-z0-9_@.:/-]+$/.test(word) ? word : `"${word.replace(/["\\]/g, "\\$&").replace(/[%$]/g, "$&$&")}"`,
        )
        .join(" ");
}
