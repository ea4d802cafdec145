import assert from "node:assert/strict";
import { BASE } from "../support/base-outputs";
import { host } from "../support/host-facts";
import { accepts, problems, refuses } from "../support/problems";
import { inputsOf, sandboxOn } from "../support/recorded-sandbox";

describe("packages", () => {
    const buildArgs = async (packages?: string[]) => {
        const { resources } = await sandboxOn(host({}), { machines: { web: {} }, packages });
        return (inputsOf(resources, "image:Image", "alice").build as { args: Record<string, string> }).args;
    };

    it("are an argument of the image's build, so that another list makes another image", async () => {
        assert.equal((await buildArgs()).PACKAGES, "");
        assert.equal((await buildArgs(["nginx", "cron"])).PACKAGES, "nginx cron");
    });

    refuses({
        "a package with a blank": [problems({ packages: ["a b"] }), /packages\[0\]: "a b"; allowed: a package as the/],
        "an option": [problems({ packages: ["-y"] }), /packages\[0\]: "-y"; allowed/],
        "a shell's command": [problems({ packages: ["a", "$(b)"] }), /packages\[1\]: "\$\(b\)"; allowed/],
        "packages beside a base": [
            problems({ packages: ["nginx"], base: BASE }),
            /packages can't be combined with base: .*the base's image/,
        ],
        "what the shell would expand": [problems({ packages: ["lib*"] }), /packages\[0\]: "lib\*"; allowed/],
    });
    accepts({
        "versions, groups, architectures and addresses": problems({
            packages: ["nginx=1.22.1-9+deb12u1", "@Development-Tools", "libc6:i386", "https://example.org/a_1~b.rpm"],
        }),
    });
});
