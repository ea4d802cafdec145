import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";

const machine = (name: string, ports: string[]) => ({
    container: `dev-${name}`,
    address: "172.20.0.2",
    ports,
    state: "running",
    bootSeconds: 0.8123,
    systemdVersion: 252,
    docker: "docker",
});

describe("what npm start shows at its end", () => {
    const table = () => import("../../../toolchain/table.mjs");

    it("is a table of the machines", async () => {
        const text = (await table()).table({
            web: machine("web", ["127.0.0.1:8080->80/tcp", "127.0.0.1:8443->443/tcp"]),
            client: machine("client", []),
        });
        assert.deepEqual(text.split("\n"), [
            "MACHINE  CONTAINER   STATE    BOOT   SYSTEMD  ADDRESS     PORTS",
            "web      dev-web     running  0.8 s  252      172.20.0.2  127.0.0.1:8080->80/tcp, 127.0.0.1:8443->443/tcp",
            "client   dev-client  running  0.8 s  252      172.20.0.2  -",
        ]);
    });

    it("and for Pods kubectl's commands, with the one that brings their ports here", async () => {
        const { nextCommands } = await table();
        const kubectl = "kubectl --context far --namespace dev";
        const forward = `${kubectl} port-forward pod/web 8080:80`;
        const web = { ...machine("web", ["10.0.0.7:80->80/tcp"]), container: "web", docker: "", kubectl, forward };
        assert.deepEqual(nextCommands({ web }).split("\n"), [
            `forward  ${forward}`,
            `shell    ${kubectl} exec -it web -- bash -l`,
            `journal  ${kubectl} exec -it web -- journalctl -f`,
            "stop     npm stop",
        ]);
    });

    it("and the commands that come next", async () => {
        const { nextCommands } = await table();
        assert.deepEqual(
            nextCommands({ client: machine("client", []), web: machine("web", ["127.0.0.1:8080->80/tcp"]) }).split(
                "\n",
            ),
            [
                "ask      curl http://127.0.0.1:8080",
                "shell    docker exec -it dev-client bash -l",
                "journal  docker exec -it dev-client journalctl -f",
                "stop     npm stop",
            ],
        );
        assert.equal(nextCommands({}), "");
    });

    it("calls Docker's command line as the machine's engine wants it", async () => {
        const { nextCommands } = await table();
        const far = { ...machine("web", ["[::1]:8080->80/tcp"]), docker: "docker -H ssh://alice@far" };
        assert.deepEqual(nextCommands({ web: far }).split("\n").slice(0, 2), [
            "ask      curl 'http://[::1]:8080'",
            "shell    docker -H ssh://alice@far exec -it dev-web bash -l",
        ]);
    });

    it("stays a table whatever the outputs say, and its commands stay one command each", async () => {
        const { table: tabular, nextCommands } = await table();
        const text = "\x1b[2J\u202e\n$(touch /tmp/owned); 'x";
        const hostile = { ...machine("web", [text]), container: text, address: text, state: text, docker: text };
        const shown = "\\u{1b}[2J\\u{202e}\\u{a}$(touch /tmp/owned); 'x";
        assert.deepEqual(
            tabular({ [text]: hostile })
                .split("\n")
                .slice(1),
            [[shown, shown, shown, "0.8 s", "252    ", shown, shown].join("  ")],
        );
        const [ask, shell, journal, stop, ...more] = nextCommands({ [text]: hostile }).split("\n");
        assert.deepEqual(more, []);
        for (const line of [ask, shell, journal, stop]) {
            assert.doesNotMatch(line, /\p{C}/u);
        }
        const words = (line: string) =>
            execFileSync("bash", ["-c", `printf '%s\\0' ${line.slice("journal  ".length)}`], { encoding: "utf8" })
                .split("\0")
                .slice(0, -1);
        const docker = text.split(" ");
        assert.deepEqual(words(ask), ["curl", `http://${text}`]);
        assert.deepEqual(words(shell), [...docker, "exec", "-it", text, "bash", "-l"]);
        assert.deepEqual(words(journal), [...docker, "exec", "-it", text, "journalctl", "-f"]);
    });

    it("and npm stop says what it removed", async () => {
        const { removed } = await import("../../../toolchain/stop.mjs");
        const resource = (type: string, name: string) => ({ type, urn: `urn:pulumi:dev::p::${type}::${name}` });
        const resources = [
            resource("docker:index/container:Container", "dev-web"),
            resource("docker:index/container:Container", "dev-client"),
            resource("docker:index/network:Network", "dev"),
            resource("command:local:Command", "dev-setup"),
        ];
        assert.equal(removed(resources), "Removed: 2 containers (dev-web, dev-client), 1 network (dev).");
        assert.equal(removed([resource("command:local:Command", "x")]), "Removed: 1 resources.");
    });
});
