import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import type { Service } from "./services";
import { CHECKOUT } from "./stack";

const PAGE = join(CHECKOUT, "docs", "services.md");
const BETWEEN = /(<!-- results: npm run test:services -->\n)[^]*(<!-- end of results -->)/;

/** Puts the table of what came of each service into the page that people read. */
export async function writeResults(
    services: readonly Service[],
    results: ReadonlyMap<string, ReadonlyMap<string, string>>,
): Promise<void> {
    const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
    const machines = [...results.values()];
    const table = [
        row(["package", ...results.keys()]),
        row(["---", ...machines.map(() => "---")]),
        ...services.map(({ package: name, impossible }) => {
            const came = machines.map((machine) => machine.get(name) ?? "not run");
            return row([`\`${name}\`${impossible ? `: ${impossible.reason}` : ""}`, ...came]);
        }),
    ].join("");
    const page = readFileSync(PAGE, "utf8").replace(BETWEEN, `$1\n${table}\n$2`);
    writeFileSync(PAGE, await format(page, { ...(await resolveConfig(PAGE)), parser: "markdown" }));
}
