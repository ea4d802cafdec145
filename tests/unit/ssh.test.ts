import assert from "node:assert/strict";
import { type MachineArgs, SystemdSandbox } from "../../components";
import { sshConfig } from "../../components/docker/ssh-config";
import { parseHostKey } from "../../components/operations/host-key";
import { SSH } from "../../components/machine/network/ssh";
import { describeProblems } from "../../components/rules/problem";
import { host } from "../support/host-facts";
import { specOf } from "../support/machine";
import { recordResources } from "../support/mocks";
import { problems } from "../support/problems";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFhB me@here";

const endpoint = {
    container: "alice-web",
    ports: ["127.0.0.1:8080->80/tcp", "127.0.0.1:49153->22/tcp"],
    docker: "docker",
    hostKey: "ssh-ed25519 AAAA",
};

describe("a machine with ssh", () => {
    it("gets a port of 127.0.0.1, the public key, and no sshd but its own", async () => {
        const resources = await recordResources(host({}));
        const { machines } = new SystemdSandbox("alice", {
            packages: ["openssh-server"],
            machines: { web: { ssh: { publicKey: `${KEY}\n` }, ports: [{ port: 80 }] } },
        });
        await new Promise((resolve) => machines.apply(resolve));
        const container = resources.find(({ type }) => type.endsWith(":Container"))?.inputs as Record<
            string,
            unknown[]
        >;
        assert.deepEqual(container.ports, [
            { internal: 22, ip: "127.0.0.1", protocol: "tcp" },
            { internal: 80, ip: "127.0.0.1", protocol: "tcp" },
        ]);
        const uploads = container.uploads as { file: string; content: string }[];
        const content = (file: string) => uploads.find((upload) => upload.file === file)?.content;
        assert.equal(content("/etc/ssh/machine_authorized_keys"), `${KEY}\n`);
        assert.match(content("/etc/systemd/system/machine-setup.service") ?? "", /"?machine-sshd\.service/);
        for (const masked of ["ssh.service", "ssh.socket", "sshd.service", "sshd.socket"]) {
            assert.ok(!content(`/etc/systemd/system/${masked}`), masked);
            assert.ok(
                uploads.some(({ file }) => file === `/etc/systemd/system/${masked}`),
                masked,
            );
        }
        const ready = resources.find(({ name }) => name === "alice-web-ready")?.inputs.environment;
        assert.equal((ready as Record<string, string>).SSH, "yes");
    });

    it("is a block of ssh_config with its host key; a machine of another host is reached through that host", () => {
        assert.equal(
            sshConfig(endpoint),
            `Host alice-web
  HostName 127.0.0.1
  Port 49153
  User root
  HostKeyAlias alice-web
  KnownHostsCommand /bin/echo alice-web ssh-ed25519 AAAA
  UserKnownHostsFile /dev/null
  StrictHostKeyChecking yes
`,
        );
        assert.match(
            sshConfig({ ...endpoint, docker: "docker -H ssh://root@far:2222" }),
            /^ {2}ProxyJump ssh:\/\/root@far:2222$/m,
        );
    });

    it("is reached at the host's own name where it listens on all of its addresses", () => {
        const everywhere = { ...endpoint, ports: ["0.0.0.0:2222->22/tcp"] };
        assert.match(sshConfig({ ...everywhere, docker: "docker -H tcp://far:2376" }), /^ {2}HostName far$/m);
        assert.match(sshConfig({ ...everywhere, docker: "docker" }), /^ {2}HostName 127\.0\.0\.1$/m);
    });

    it("keeps to the port of the host that is published for it", () => {
        const ports = [{ port: 22, hostPort: 2222 }];
        assert.deepEqual(specOf({ ssh: { publicKey: KEY }, ports }).ports, [
            { port: 22, hostPort: 2222, hostAddress: "127.0.0.1", protocol: "tcp" },
        ]);
    });

    it("says its host key in one line of that type, or is not believed", () => {
        const key = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"a".repeat(43)}`;
        assert.equal(parseHostKey(key), key);
        assert.equal(parseHostKey(`${key} root@web`), key);
        for (const hostile of [
            `${key}\n\tProxyCommand touch /tmp/owned`,
            `${key}\r\tProxyCommand touch /tmp/owned`,
            `ssh-ed25519\n\tProxyCommand\ttouch\t/tmp/owned\n#\tx ${key}`,
            `ssh-ed25519 AAAA\tProxyCommand x`,
            `${key}\u2028ProxyCommand x`,
            `${key} \u001b[2J`,
            `${key}=`,
            "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ",
            "",
        ]) {
            assert.equal(parseHostKey(hostile), undefined, JSON.stringify(hostile));
        }
    });

    it("is refused where nobody could reach it", () => {
        const web = { ssh: { publicKey: KEY } };
        const far = (machine: MachineArgs) =>
            describeProblems(problems({ host: "tcp://far:2376", certPath: "tests", machines: { web: machine } }));
        assert.match(
            far(web),
            /machines\.web\.ssh can't be combined with the host tcp:\/\/far:2376: .*can't be reached from here/,
        );
        assert.match(far({ ...web, ports: [{ port: 22, hostAddress: "0.0.0.0" }] }), /^0 arguments/);
        const internal = (network: object, machine: MachineArgs) =>
            describeProblems(problems({ network: { internal: true, ...network }, machines: { web: machine } }));
        assert.match(internal({}, web), /machines\.web\.ssh can't be combined with network\.internal: no port leads/);
        assert.match(
            internal({}, { ports: [{ port: 80 }] }),
            /machines\.web\.ports can't be combined with network\.internal/,
        );
        assert.match(internal({ external: ["theirs"] }, web), /^0 arguments/);
    });

    it("is refused without a public key, and a private key by mistake is not printed", () => {
        assert.deepEqual(SSH.ssh.problems({ publicKey: KEY }, "ssh"), []);
        const mistake = "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VzYW1l\n";
        const message = describeProblems([
            ...SSH.ssh.problems({ publicKey: mistake }, "machines.web.ssh"),
            ...SSH.ssh.problems({} as never, "machines.db.ssh"),
        ]);
        assert.match(message, /machines\.web\.ssh\.publicKey: "no public key"; allowed: one line, "ssh-ed25519/);
        assert.match(message, /machines\.db\.ssh\.publicKey: missing; allowed/);
        assert.doesNotMatch(message, /c2VzYW1l/);
    });
});
