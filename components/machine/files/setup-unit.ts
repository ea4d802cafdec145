import { ENVIRONMENT_FILE, type EnvironmentSpec } from "./environment";
import type { FilesSpec } from "./files";
import { SETUP_SERVICE, UNIT_DIRECTORY } from "./unit-names";
import type { UnitVerbs } from "./units";
import { plainUpload, type Upload } from "./upload";

/** The part of a machine that files alone can't express. */
export type SetupSpec = Pick<FilesSpec, "owners"> & Pick<EnvironmentSpec, "variables"> & UnitVerbs;

/**
 * A unit that runs at each boot before all services: owners of files by the machine's own user names, the environment of
 * services, and which units are enabled and started. Then the machine's own systemd does it all in its boot, and a
 * failure is a failed unit.
 */
export function setupUploads(spec: SetupSpec): Upload[] {
    const commands = setupCommands(spec);
    return commands.length === 0
        ? []
        : [
              plainUpload(`${UNIT_DIRECTORY}/${SETUP_SERVICE}`, setupUnit(commands)),
              // Instead of the link that `systemctl enable` would make: links can't be uploaded.
              plainUpload(`${UNIT_DIRECTORY}/sysinit.target.d/machine-setup.conf`, `[Unit]\nWants=${SETUP_SERVICE}\n`),
          ];
}

function setupCommands({ owners, variables, enable, disable, start, stop }: SetupSpec): string[] {
    const systemctl = (words: string[], names: readonly string[]) =>
        names.length === 0 ? [] : [command("/bin/systemctl", ...words, "--", ...names)];
    return [
        ...Object.entries(owners).map(([file, owner]) => command("/bin/chown", "--no-dereference", "--", owner, file)),
        // Not DefaultEnvironment= (systemd-system.conf(5)): newer systemd expands specifiers there, older doesn't.
        ...systemctl(["import-environment"], variables),
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
