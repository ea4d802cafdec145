import { accepts, machineProblems } from "../../support/problems";
import { type Row, refusedBeforehand, web } from "../../support/refusals";

const long = (bytes: number) => "x".repeat(bytes);
const volume = (path: string) => web({ volumes: { data: { path } } });
const folder = (path: string) => web({ folders: { [path]: { hostPath: "/srv" } } });
const tmpfs = (path: string) => web({ tmpfs: { [path]: {} } });

const SYSTEMS = /a path that neither systemd nor the engine mounts something on/;
const targets = (path: string, allowed: RegExp): Record<string, Row> => ({
    [`a volume at ${path.slice(0, 20)}`]: [
        volume(path),
        new RegExp(`^machines\\.web\\.volumes\\.data\\.path: .*; allowed: ${allowed.source}`),
    ],
    [`a folder at ${path.slice(0, 20)}`]: [
        folder(path),
        new RegExp(`^machines\\.web\\.folders: .*; allowed: ${allowed.source}`),
    ],
    [`a tmpfs at ${path.slice(0, 20)}`]: [
        tmpfs(path),
        new RegExp(`^machines\\.web\\.tmpfs: .*; allowed: ${allowed.source}`),
    ],
});

describe("what can't be mounted where it is to be", () => {
    refusedBeforehand({
        ...targets("/var/run", SYSTEMS),
        ...targets("/var/lock", SYSTEMS),
        ...targets("/proc/1", SYSTEMS),
        ...targets("/dev", SYSTEMS),
        ...targets("/a:b", /the absolute path of a directory inside the machine, not \/, without a colon/),
        ...targets(`/${long(256)}`, /names of at most 255 bytes each/),
        ...targets(`/srv${`/${long(99)}`.repeat(41)}`, /a path of at most 4095 bytes/),
        ...targets("/etc/passwd/x", /the path of a directory; \/etc\/passwd is a file/),
        "a volume on a file": [
            volume("/etc/passwd"),
            /volumes\.data\.path: "\/etc\/passwd"; allowed: the path of a directory; \/etc\/passwd is a file/,
        ],
        "a tmpfs on a file": [tmpfs("/etc/group"), /tmpfs: "\/etc\/group"; allowed: the path of a directory/],
        "two on one path, by its two names": [
            web({ tmpfs: { "/run/app": {} }, volumes: { data: { path: "/var/run/app" } } }),
            /volumes\.data\.path: "\/var\/run\/app"; allowed: a path where nothing else is mounted; machines\.web\.tmpfs has/,
        ],
    });
    accepts({
        "a file of the host on a file": machineProblems({ folders: { "/etc/passwd": { hostPath: "/srv/passwd" } } }),
        "a directory below /run": machineProblems({ volumes: { data: { path: "/var/run/app" } } }),
    });
});

describe("volumes that the engine couldn't keep", () => {
    const named = (name: string, args: object = {}) => web({ volumes: { [name]: { path: "/data", ...args } } });
    refusedBeforehand({
        "no name": [named(""), /volumes: ""; allowed: names of letters, digits, dots/],
        "a name with a line break": [named("a\nb"), /volumes: "a\\nb"; allowed: names of letters/],
        "a name that is too long with its machine's": [
            named(long(246)),
            /volumes: "alice-web\.x{110}…"; allowed: names of at most 255 bytes/,
        ],
        "a name that is too long with its replica's": [
            web({ count: 11, volumes: { [long(243)]: { path: "/data" } } }),
            /volumes: "alice-web-10\.x{107}…"; allowed: names of at most 255 bytes/,
        ],
        "another's name that is too long": [
            named("a", { external: long(256) }),
            /volumes\.a\.external: "x{120}…"; allowed: names of/,
        ],
        "another's name that is empty": [
            named("a", { external: "" }),
            /volumes\.a\.external: ""; allowed: the name of a Docker volume/,
        ],
        "another's, by a path": [
            named("a.b", { external: "../a" }),
            /volumes\["a\.b"\]\.external: "\.\.\/a"; allowed: the name/,
        ],
    });
    accepts({ "a whole name of 255 bytes": machineProblems(named(long(245)).machines.web) });
});

describe("folders that no host has", () => {
    const from = (hostPath: string) => web({ folders: { "/a": { hostPath } } });
    refusedBeforehand({
        "no path": [from(""), /folders\["\/a"\]\.hostPath: ""; allowed: an absolute path/],
        "a path with a NUL": [
            from("/srv/a\0"),
            /folders\["\/a"\]\.hostPath: "\/srv\/a\\u0000"; allowed: an absolute path/,
        ],
        "a path of two lines": [
            from("/srv/a\nb"),
            /folders\["\/a"\]\.hostPath: "\/srv\/a\\nb"; allowed: an absolute path/,
        ],
        "a shell's home": [from("~/src"), /hostPath: "~\/src"; allowed: an absolute path, or one that exists/],
    });
});

describe("sizes that nothing has", () => {
    const GIBIBYTES = "8388607GiB";
    refusedBeforehand({
        "memory beyond 64 bits": [
            web({ memory: "99999999999999999999GiB" }),
            /memory: .*; allowed: a whole number of KiB, MiB or GiB.*; at most 8388607GiB/,
        ],
        "memory of an exbibyte": [
            web({ memory: "999999999GiB" }),
            new RegExp(`^machines\\.web\\.memory: "999999999GiB"; .*${GIBIBYTES}`),
        ],
        "memory in powers of ten": [web({ memory: "1GB" }), /memory: "1GB"; allowed: a whole number of MiB or GiB/],
        "memory with a blank": [web({ memory: "512 MiB" }), /memory: "512 MiB"; allowed: a whole number of MiB or GiB/],
        "memory that is negative": [web({ memory: "-1GiB" }), /memory: "-1GiB"; allowed/],
        "memory of two lines": [web({ memory: "1GiB\n" }), /memory: "1GiB\\n"; allowed/],
        "a tmpfs beyond 64 bits": [
            web({ tmpfs: { "/t": { size: "9999999999GiB" } } }),
            new RegExp(`tmpfs\\["/t"\\]\\.size: .*${GIBIBYTES}`),
        ],
        "a tmpfs in percent": [
            web({ tmpfs: { "/t": { size: "50%" } } }),
            /size: "50%"; allowed: a whole number of KiB/,
        ],
        "a tmpfs of nothing": [
            web({ tmpfs: { "/t": { size: "0KiB" } } }),
            /size: "0KiB"; allowed: a whole number of KiB/,
        ],
        "shared memory beyond 64 bits": [web({ shmSize: "9999999999GiB" }), new RegExp(`shmSize: .*${GIBIBYTES}`)],
        "a console log beyond 64 bits": [
            web({ consoleLogSize: "9999999999GiB" }),
            new RegExp(`consoleLogSize: .*${GIBIBYTES}`),
        ],
    });
});
