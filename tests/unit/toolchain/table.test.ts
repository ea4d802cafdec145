import assert from "node:assert/strict";

const machine = (name: string, ports: string[]) => ({
    container: `dev-${name}`,
    address: "172.20.0.2",
    ports,
    state: "running",
    bootSeconds: 0.8123,
    systemdVersion: "252",
    shell: `docker exec -it dev-${name} bash -l`,
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
