import assert from "node:assert/strict";
import { runShell, scriptText, SHELLS, when } from "../../support/shell";

for (const shell of SHELLS) {
    describe(`a command that enters a Pod, by ${shell}`, () => {
        /** What setpriv(1) is called with comes first, then what the command sees. */
        const enter = (user: string, directory = "/usr", environment: Record<string, string> = {}) =>
            runShell(scriptText("in-machine/enter"), {
                shell,
                words: ["enter", user, directory, "/bin/sh", "-c", 'echo "$HOME $(pwd) $1"', "sh", "it's"],
                environment,
                commands: {
                    getent: when({
                        "passwd ann": "echo ann:x:1000:1001:Ann,,,:/home/ann:/bin/sh",
                        "passwd 1000": "echo ann:x:1000:1001::/home/ann:/bin/sh",
                        "group adm": "echo adm:x:4:ann",
                        "*": "exit 2",
                    }),
                    setpriv: 'while [ "${1#--}" != "$1" ]; do shift; done; exec "$@"',
                },
            });

        it("is root's as it is", async () => {
            for (const user of ["root", "0"]) {
                const { status, stdout, calls } = await enter(user, "/usr", { HOME: "/root" });
                assert.deepEqual([status, stdout, calls], [0, "/root /usr it's\n", []]);
            }
        });

        it("finds what a container has where nothing is said", async () => {
            const { stdout } = await runShell(`unset HOME HOSTNAME\n${scriptText("in-machine/enter")}`, {
                shell,
                words: ["enter", "root", "/", "/usr/bin/env"],
            });
            assert.match(stdout, /^HOME=\/root$/m);
            assert.match(stdout, /^HOSTNAME=./m);
        });

        for (const [user, options, home] of [
            ["ann", "--reuid=1000 --regid=1001 --init-groups", "/home/ann"],
            ["1000", "--reuid=1000 --regid=1001 --init-groups", "/home/ann"],
            ["ann:adm", "--reuid=1000 --regid=4 --clear-groups", "/home/ann"],
            ["ann:7", "--reuid=1000 --regid=7 --clear-groups", "/home/ann"],
            ["4321", "--reuid=4321 --regid=0 --clear-groups", "/"],
            ["4321:8", "--reuid=4321 --regid=8 --clear-groups", "/"],
        ]) {
            it(`is its user's, at home where that is: ${user}`, async () => {
                const { status, stdout, calls } = await enter(user);
                assert.deepEqual([status, stdout], [0, `${home} /usr it's\n`]);
                assert.ok(calls.at(-1)?.startsWith(`setpriv ${options} /bin/sh -c `), calls.at(-1));
            });
        }

        for (const [user, directory, said] of [
            ["bob", "/", "unable to find user bob: no matching entries in passwd file\n"],
            ["ann:none", "/", "unable to find group none: no matching entries in group file\n"],
            ["root", "/no such", "there is no directory /no such\n"],
        ]) {
            it(`isn't run where it can't be so: ${user} in ${directory}`, async () => {
                const { status, stdout, stderr } = await enter(user, directory);
                assert.deepEqual([status, stdout, stderr], [126, "", said]);
            });
        }
    });
}
