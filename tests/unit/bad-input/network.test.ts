import { accepts, problems } from "../../support/problems";
import { type Row, refusedBeforehand, web } from "../../support/refusals";

const network = (given: object, machines: object = { web: {} }) => ({ machines, network: given });
const subnet = (given: string, said: RegExp): Row => [
    network({ subnet: given }),
    new RegExp(
        `^network\\.subnet: ".*"; allowed: IPv4 addresses in CIDR, /8 to /29: "10\\.77\\.0\\.0/24"${said.source}`,
    ),
];
const ipv6 = (given: string, said: RegExp): Row => [
    network({ ipv6Subnet: given }),
    new RegExp(
        `^network\\.ipv6Subnet: ".*"; allowed: IPv6 addresses in CIDR, /8 to /125: "fd12:3456:789a::/64"${said.source}`,
    ),
];

describe("subnets that no network can have", () => {
    refusedBeforehand({
        "the host's loopback": subnet("127.0.0.0/8", /, outside of 127\.0\.0\.0\/8, which is for loopback/),
        "a part of the host's loopback": subnet("127.5.0.0/24", /, outside of 127\.0\.0\.0\/8/),
        "link-local addresses": subnet("169.254.0.0/16", /, outside of 169\.254\.0\.0\/16, which is for link-local/),
        "what has link-local addresses in it": subnet("169.0.0.0/8", /, outside of 169\.254\.0\.0\/16/),
        "multicast addresses": subnet("239.1.0.0/16", /, outside of 224\.0\.0\.0\/4, which is for multicast/),
        "addresses that nobody has": subnet("250.0.0.0/8", /, outside of 240\.0\.0\.0\/4/),
        "the addresses of this host": subnet("0.0.0.0/8", /, outside of 0\.0\.0\.0\/8/),
        "an address of a machine in it": subnet(
            "10.77.0.1/24",
            /, its first address before the slash\. Say "10\.77\.0\.0\/24"/,
        ),
        "half of it": subnet("172.20.10.128/16", /, its first address before the slash\. Say "172\.20\.0\.0\/16"/),
        "a mask": subnet("10.0.0.0/255.0.0.0", /\.$/),
        "a size that there isn't": subnet("10.0.0.0/33", /\.$/),
        "a size with a zero before it": subnet("10.0.0.0/08", /\.$/),
        "three numbers": subnet("10.0.0/24", /\.$/),
        "a blank": subnet("10.0.0.0/24 ", /\.$/),
        "everything there is": subnet("0.0.0.0/0", /\.$/),
        "IPv6 link-local addresses": ipv6("fe80::/64", /, outside of fe80::\/10, which is for link-local/),
        "IPv6 multicast addresses": ipv6("ff05::/16", /, outside of ff00::\/8, which is for multicast/),
        "the IPv6 loopback": ipv6("::/64", /, outside of ::\/8, which is for hosts themselves/),
        "IPv4 addresses in IPv6": ipv6("::ffff:10.0.0.0/120", /, outside of ::\/8/),
        "an IPv6 address of a machine": ipv6("fd00::1/64", /, its first address before the slash\. Say "fd00::\/64"/),
        "IPv6 with a zone": ipv6("fd00::%eth0/64", /\.$/),
        "IPv6 of nine parts": ipv6("1:2:3:4:5:6:7:8:9/64", /\.$/),
        "less addresses than machines": [
            network({ subnet: "10.77.0.0/29" }, { node: { count: 6 } }),
            /^network\.subnet: "10\.77\.0\.0\/29"; allowed: IPv4 addresses for 6 machines; in this one is room for 5/,
        ],
    });
    accepts({
        "as many machines as there are addresses": problems(
            network({ subnet: "10.77.0.0/29" }, { node: { count: 4 }, web: {} }),
        ),
        "as many on each host": problems({
            ...network({ subnet: "10.77.0.0/29" }, { node: { count: 5 }, far: { count: 5, on: "big" } }),
            hosts: { big: { host: "ssh://big" } },
        }),
        "public addresses": problems(network({ subnet: "203.0.113.0/24", ipv6Subnet: "2001:db8::/32" })),
    });
});

describe("external networks that can't be joined", () => {
    const external = (given: string[], said: RegExp, at = 0): Row => [
        network({ external: given }),
        new RegExp(`^network\\.external\\[${at}\\]: ".*"; allowed: ${said.source}`),
    ];
    refusedBeforehand({
        "one twice": external(["x", "x"], /a network that isn't in the list already/, 1),
        "the engine's bridge": external(
            ["bridge"],
            /a network that somebody made \(docker network create\), none of the engine's own/,
        ),
        "the host's": external(["host"], /a network that somebody made/),
        none: external(["a", "none"], /a network that somebody made/, 1),
        "the default": external(["default"], /a network that somebody made/),
        "the sandbox's own": external(["alice"], /another network: the sandbox's own is named like the sandbox/),
        "one without a name": external([""], /the name of a Docker network that exists/),
        "one of two lines": external(["a\nb"], /the name of a Docker network that exists/),
    });
});

describe("names that can't be", () => {
    const NAME = /allowed: 1 to 40 lower-case letters, digits and dashes, with a letter or digit at both ends/;
    const sandbox = (name: string): Row => [web({}), new RegExp(`^name: .*; ${NAME.source}`), name];
    const machine = (name: string): Row => [{ machines: { [name]: {} } }, new RegExp(`^machines.*; ${NAME.source}`)];
    const DOCKERS = /^name: ".*"; allowed: a name that is none of Docker's own networks/;
    refusedBeforehand({
        "a sandbox in capitals": sandbox("Alice"),
        "a sandbox with a dot": sandbox("alice.dev"),
        "a sandbox with a dash at its end": sandbox("alice-"),
        "a sandbox of 41 characters": sandbox("a".repeat(41)),
        "a sandbox of two lines": sandbox("alice\n"),
        "a sandbox with letters of a language": sandbox("élise"),
        "a sandbox that is Docker's bridge": [web({}), DOCKERS, "bridge"],
        "a sandbox that is the host": [web({}), DOCKERS, "host"],
        "a sandbox that is none": [web({}), DOCKERS, "none"],
        "a sandbox that is the default": [web({}), DOCKERS, "default"],
        "a machine without a name": machine(""),
        "a machine with an underscore": machine("web_1"),
        "a machine with a slash": machine("web/1"),
        "a machine of 41 characters": machine("a".repeat(41)),
        "a machine of two lines": [{ machines: { "a\nb": {} } }, /^machines\["a\\nb"\]: "a\\nb"; allowed: 1 to 40/],
        "a machine that turns the line round": [
            { machines: { "a\u202eb": {} } },
            /^machines\["a\\u\{202e\}b"\]: "a\\u\{202e\}b"; allowed: 1 to 40/,
        ],
        "replicas whose names get too long": [
            { machines: { ["a".repeat(38)]: { count: 11 } } },
            /^machines\.a{38}: "a{38}-10"; allowed: 1 to 40/,
        ],
        "a replica that is another machine": [
            { machines: { web: { count: 2 }, "web-1": {} } },
            /^machines\.web-1: "web-1"; allowed: a name that isn't a replica's; machines\.web\.count is 2/,
        ],
        "a thousand replicas": [
            web({ count: 1000 }),
            /^machines\.web\.count: 1000; allowed: a whole number from 0 to 100/,
        ],
        "a fraction of a replica": [web({ count: 1.5 }), /^machines\.web\.count: 1\.5; allowed: a whole number/],
        "no replica of anything": [
            web({ count: 0 }),
            /^machines: "a count of 0 everywhere"; allowed: at least one machine/,
        ],
        "a host's name": [
            { ...web({}), hosts: { "a\nb": { host: "ssh://a" } } },
            /^hosts\["a\\nb"\]: "a\\nb"; allowed: 1 to 40/,
        ],
        "a host name with a label of 64": [
            web({ hostname: "a".repeat(64) }),
            /hostname: "a{64}"; allowed: lower-case letters, digits and dashes, with dots/,
        ],
        "a host name that ends with a dot": [
            web({ hostname: "web.example.org." }),
            /hostname: "web\.example\.org\."; allowed: lower-case/,
        ],
        "an alias of two lines": [web({ aliases: ["a", "b\nc"] }), /aliases\[1\]: "b\\nc"; allowed: lower-case/],
        "a label with a line break": [web({ labels: { "a\nb": "" } }), /labels: "a\\nb"; allowed: names of letters/],
        "a label of ours": [
            web({ labels: { "pulumi-centos-systemd.owner": "me" } }),
            /labels: "pulumi-centos-systemd\.owner"; allowed/,
        ],
        "an owner without a name": [{ ...web({}), owner: "" }, /^owner: ""; allowed: a name on one line/],
        "an owner of two lines": [{ ...web({}), owner: "me\nyou" }, /^owner: "me\\nyou"; allowed: a name on one line/],
        "an owner with a NUL": [{ ...web({}), owner: "me\0" }, /^owner: "me\\u0000"; allowed: a name on one line/],
    });
});

describe("addresses that nobody has", () => {
    const port = (given: object) => web({ ports: [{ port: 80, ...given }] });
    const ADDRESS = /ports\[0\]\.hostAddress: ".*"; allowed: an IPv4 or IPv6 address of the host, without a zone/;
    refusedBeforehand({
        "a port of the host 0": [
            port({ hostPort: 0 }),
            /ports\[0\]\.hostPort: 0; allowed: a whole number from 1 to 65535/,
        ],
        "a port 65536": [port({ port: 65536 }), /ports\[0\]\.port: 65536; allowed/],
        "a fraction of a port": [port({ port: 80.5 }), /ports\[0\]\.port: 80\.5; allowed/],
        "a short address": [port({ hostAddress: "127.1" }), ADDRESS],
        "an address in octal": [port({ hostAddress: "127.0.0.01" }), ADDRESS],
        "an address with its port": [port({ hostAddress: "127.0.0.1:80" }), ADDRESS],
        "an address in brackets": [port({ hostAddress: "[::1]" }), ADDRESS],
        "no address": [port({ hostAddress: "" }), ADDRESS],
        "a subnet": [port({ hostAddress: "10.0.0.0/8" }), ADDRESS],
        "a name server with a port": [
            web({ dns: ["9.9.9.9:53"] }),
            /dns\[0\]: "9\.9\.9\.9:53"; allowed: the address of a name server/,
        ],
        "a name server with a zone": [web({ dns: ["fe80::1%eth0"] }), /dns\[0\]: "fe80::1%eth0"; allowed: the address/],
        "a name server twice": [
            web({ dns: ["9.9.9.9", "9.9.9.9"] }),
            /dns\[1\]: "9\.9\.9\.9"; allowed: one that isn't in the list already/,
        ],
        "a key of two lines, without showing it": [
            web({ ssh: { publicKey: "ssh-ed25519 AAAA me\nssh-ed25519 AAAB you" } }),
            /ssh\.publicKey: "no public key"; allowed: one line/,
        ],
        "a private key, without showing it": [
            web({ ssh: { publicKey: "-----BEGIN OPENSSH PRIVATE KEY-----" } }),
            /ssh\.publicKey: "no public key"; allowed: one line/,
        ],
    });
});

describe("hosts and images that can't be", () => {
    const host = (address: string): Row => [
        { ...web({}), host: address },
        /^host: ".*"; allowed: ssh:\/\/user@machine\[:port\], tcp/,
    ];
    const image = (reference: string): Row => [
        { ...web({}), baseImage: reference },
        /^baseImage: ".*"; allowed: an image reference/,
    ];
    refusedBeforehand({
        "a host without a scheme": host("big:2376"),
        "a host by http": host("http://big:2376"),
        "a host with a password": [
            { ...web({}), host: "ssh://me:hunter2@big" },
            /^host: "ssh:\/\/me:…@big"; allowed: ssh/,
        ],
        "a host that is an option of ssh": host("ssh://-oProxyCommand=x"),
        "a user that is an option of ssh": host("ssh://-l@big"),
        "a port that there isn't": host("tcp://big:65536"),
        "a host of two lines": host("ssh://big\n"),
        "a host by tcp without certificates": [
            { ...web({}), host: "tcp://big:2375" },
            /^host: "tcp:\/\/big:2375"; allowed: tcp:\/\/ to another machine only with/,
        ],
        "certificates without a host": [
            { ...web({}), certPath: "certs" },
            /^certPath: "certs"; allowed: only beside a `host`/,
        ],
        "one engine by two names": [
            { ...web({}), hosts: { a: { host: "ssh://big" }, b: { host: "ssh://big" } } },
            /^hosts\.b\.host: "ssh:\/\/big"; allowed: the address of an engine that no other host names/,
        ],
        "a further host without an address": [
            { ...web({}), hosts: { a: {} } },
            /^hosts\.a\.host: missing; allowed: the address/,
        ],
        "on a host where there are none": [
            web({ on: "big" }),
            /^machines\.web\.on: "big"; allowed: nothing: the sandbox has no `hosts`/,
        ],
        "on a host that isn't among them": [
            { ...web({ on: "constructor" }), hosts: { big: { host: "ssh://big" } } },
            /^machines\.web\.on: "constructor"; allowed: one of big/,
        ],
        "a base of nothing": [{ ...web({}), base: {} }, /^base: \{\}; allowed: the outputs of a base stack/],
        "a further host's base of nothing": [
            { ...web({}), hosts: { big: { host: "ssh://big", base: {} } } },
            /^hosts\.big\.base: \{\}; allowed: the outputs of a base stack/,
        ],
        "a further host's base of another version": [
            { ...web({}), hosts: { big: { host: "ssh://big", base: { version: "0.0.1", stack: "o/p/s" } } } },
            /^hosts\.big\.base\.version: "0\.0\.1"; .* pulumi up --stack o\/p\/s\./,
        ],
        "a base of another version, without its name": [
            { ...web({}), base: { version: "0.0.1" } },
            /^base\.version: "0\.0\.1"; allowed: a base made by .* Bring the base up with this version: pulumi up, in its own stack\./,
        ],
        "an image in capitals": image("Debian:12"),
        "an image with two tags": image("debian:12:slim"),
        "an image without a tag behind its colon": image("debian:"),
        "an image that is an option": image("--platform=x"),
        "an image with an address": image("https://quay.io/centos/centos:stream9"),
        "an image with half a digest": image("debian@sha256:abc"),
        "an image of two lines": image("debian\nRUN reboot"),
        "a systemd before the first that boots": [
            { ...web({}), systemdVersion: 218 },
            /^systemdVersion: 218; allowed: a whole number from 219 to 999/,
        ],
        "a distribution that every JavaScript object has": [
            { ...web({}), distribution: "constructor" },
            /^distribution: "constructor"; allowed: one of/,
        ],
        "a package that is an option": [
            { ...web({}), packages: ["--nogpgcheck"] },
            /^packages\[0\]: "--nogpgcheck"; allowed: a package/,
        ],
        "two packages in one": [
            { ...web({}), packages: ["vim nginx"] },
            /^packages\[0\]: "vim nginx"; allowed: a package/,
        ],
        "no time to live": [{ ...web({}), ttl: "0h" }, /^ttl: "0h"; allowed: a number of hours, days or weeks/],
        "a time to live without end": [{ ...web({}), ttl: "99999w" }, /^ttl: "99999w"; allowed: a number of hours/],
        "a time to live in minutes": [{ ...web({}), ttl: "30m" }, /^ttl: "30m"; allowed: a number of hours/],
    });
    accepts(
        Object.fromEntries(
            [
                "debian",
                "docker.io/library/debian:12",
                "localhost/pulumi-centos-systemd/debian:12",
                "localhost:5000/a/b_c__d-e.f:V1.0-x_y",
                "[::1]:5000/a",
                `quay.io/centos/centos@sha256:${"a".repeat(64)}`,
                `quay.io/centos/centos:stream9@sha256:${"a".repeat(64)}`,
                `sha256:${"a".repeat(64)}`,
            ].map((reference) => [`the image ${reference}`, problems({ baseImage: reference })]),
        ),
    );
});
