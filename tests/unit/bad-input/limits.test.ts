import { accepts, machineProblems } from "../../support/problems";
import { refusedBeforehand, web } from "../../support/refusals";

describe("limits that no machine can have", () => {
    const ulimit = (name: string, soft: number, hard?: number) => web({ ulimits: { [name]: { soft, hard } } });
    refusedBeforehand({
        "a billion processors": [
            web({ cpus: 1e9 }),
            /^machines\.web\.cpus: 1000000000; allowed: a number of processors, 0\.01 or more, at most 8192/,
        ],
        "less than the kernel's least of a processor": [web({ cpus: 0.001 }), /cpus: 0\.001; allowed/],
        "negative processors": [web({ cpus: -1 }), /cpus: -1; allowed/],
        "a fraction of a process": [web({ pids: 100.5 }), /pids: 100\.5; allowed: a whole number from 32 to 4194304/],
        "more processes than the kernel has": [
            web({ pids: 1e9 }),
            /pids: 1000000000; allowed: a whole number from 32 to 4194304/,
        ],
        "three open files": [
            ulimit("nofile", 3),
            /^machines\.web\.ulimits\.nofile\.soft: 3; allowed: a whole number from 64 to 2147483584/,
        ],
        "a trillion open files": [
            ulimit("nofile", 1e12),
            /ulimits\.nofile\.soft: 1000000000000; allowed: a whole number from 64 to/,
        ],
        "open files without a limit": [
            ulimit("nofile", -1),
            /ulimits\.nofile\.soft: -1; allowed: a whole number from 64 to/,
        ],
        "open files without a hard limit": [
            ulimit("nofile", 1024, -1),
            /ulimits\.nofile\.hard: -1; allowed: a whole number from 64/,
        ],
        "a priority that there isn't": [
            ulimit("nice", 41),
            /ulimits\.nice\.soft: 41; allowed: -1 for no limit, or a whole number from 0 to 40/,
        ],
        "a real-time priority that there isn't": [
            ulimit("rtprio", 100),
            /ulimits\.rtprio\.soft: 100; allowed: -1 .* from 0 to 99/,
        ],
        "less than nothing": [
            ulimit("core", -2),
            /ulimits\.core\.soft: -2; allowed: -1 for no limit, or a whole number from 0/,
        ],
        "a hard limit below the soft one": [
            ulimit("core", 2, 1),
            /ulimits\.core\.hard: 1; allowed: -1, or a whole number not below soft, which is 2/,
        ],
        "a limit that engines don't know": [ulimit("NOFILE", 1024), /ulimits: "NOFILE"; allowed: one of core, cpu/],
        "a limit that every JavaScript object has": [
            ulimit("constructor", 1),
            /ulimits: "constructor"; allowed: one of core/,
        ],
    });
    accepts({
        "what is at the end of its range": machineProblems({
            ulimits: { nofile: { soft: 64, hard: 2147483584 }, nice: { soft: 40 }, memlock: { soft: -1 } },
        }),
    });
});

describe("kernel parameters that aren't the machine's", () => {
    const sysctl = (name: string, value = "1") => web({ sysctls: { [name]: value } });
    const NAME = /allowed: parameters below net\. and fs\.mqueue\., kernel\.sem.*\. The others are the host's/;
    refusedBeforehand({
        "the host's": [
            sysctl("kernel.pid_max"),
            new RegExp(`^machines\\.web\\.sysctls: "kernel\\.pid_max"; ${NAME.source}`),
        ],
        "one without its end": [sysctl("net."), new RegExp(`sysctls: "net\\."; ${NAME.source}`)],
        "one with a gap": [sysctl("net..core"), NAME],
        "one by its path": [sysctl("/proc/sys/net/core/somaxconn"), NAME],
        "one in its path's way": [sysctl("net/core/somaxconn"), NAME],
        "one beside the kernel's": [sysctl("kernel.semaphores"), NAME],
        "one upwards": [sysctl("net.core/../kernel.hostname"), NAME],
        "no value": [
            sysctl("net.core.somaxconn", ""),
            /sysctls\["net\.core\.somaxconn"\]: ""; allowed: a value on one line/,
        ],
        "a blank value": [
            sysctl("net.core.somaxconn", " "),
            /sysctls\["net\.core\.somaxconn"\]: " "; allowed: a value/,
        ],
        "a value of two lines": [sysctl("net.core.somaxconn", "1\n2"), /\]: "1\\n2"; allowed: a value on one line/],
    });
    accepts({
        "a range with a tab": machineProblems(sysctl("net.ipv4.ip_local_port_range", "1024\t65535").machines.web),
    });
});

describe("devices that are none", () => {
    const device = (args: object) => web({ devices: [{ hostPath: "/dev/kvm", ...args }] });
    const PATH = /allowed: the absolute path of a device file below \/dev/;
    refusedBeforehand({
        "a way out of /dev": [
            device({ hostPath: "/dev/../etc/passwd" }),
            new RegExp(`^machines\\.web\\.devices\\[0\\]\\.hostPath: "/dev/\\.\\./etc/passwd"; ${PATH.source}`),
        ],
        "a way out of the machine's /dev": [
            device({ path: "/dev/../etc/x" }),
            /devices\[0\]\.path: .*; allowed: the absolute path of a device/,
        ],
        "all of them": [device({ hostPath: "/dev" }), PATH],
        "all of them with a slash": [device({ hostPath: "/dev/" }), PATH],
        "one with a colon": [device({ hostPath: "/dev/a:b" }), PATH],
        "one of two lines": [device({ hostPath: "/dev/a\nb" }), PATH],
        "one by its number": [device({ hostPath: "c 1:3" }), PATH],
        "permissions that there aren't": [device({ permissions: "rwx" }), /permissions: "rwx"; allowed: some of "rwm"/],
        "no GPUs in words": [web({ gpus: "none" }), /gpus: "none"; allowed: "all", or "device="/],
        "GPUs without a number": [web({ gpus: "device=" }), /gpus: "device="; allowed: "all", or "device="/],
        "GPUs with blanks": [web({ gpus: "device=0, 1" }), /gpus: "device=0, 1"; allowed/],
    });
});
