import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

describe("the units that an image skips or disables", () => {
    it("are in docs/machines.md, and those there are in the image", () => {
        const names = (text: string, form: RegExp) =>
            [...new Set([...text.matchAll(form)].map(([, name]) => name))].sort();
        const loops = [...readFileSync("components/image/settle", "utf8").matchAll(/^for unit in \\\n(.*?); do/gms)];
        assert.equal(loops.length, 2);
        const settled = names(loops.map(([, units]) => units).join("\n"), /([\w@-]+\.[a-z]+)/g);
        const [, packages] = readFileSync("docs/machines.md", "utf8").split("## Packages and services");
        const tables = packages.split("\n").filter((line) => line.startsWith("|"));
        const documented = names(tables.join("\n"), /`([\w@-]+\.(?:service|socket|mount|automount|timer))`/g);
        // Not in the loops: what starts it is masked.
        assert.deepEqual(documented, [...settled, "console-getty.service"].sort());
    });
});
