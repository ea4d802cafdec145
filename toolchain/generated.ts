// Writes what is made from components/schema.json and the table of distributions: npm run schema (--check: only says whether it is up to date)
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import prettier from "prettier";
import { distributionsPage } from "./distributions-page";
import { projectFile } from "./project-file";
import { referencePage } from "./reference";

const FILES: Readonly<Record<string, (current: string) => string>> = {
    "Pulumi.yaml": projectFile,
    "docs/distributions.md": distributionsPage,
    "docs/reference.md": referencePage,
};

async function main() {
    for (const [name, make] of Object.entries(FILES)) {
        const path = join(__dirname, "..", name);
        const current = readFileSync(path, "utf8");
        const text = await prettier.format(make(current), { ...(await prettier.resolveConfig(path)), filepath: path });
        if (!process.argv.includes("--check")) {
            writeFileSync(path, text);
        } else if (text !== current) {
            console.error(`${name} isn't what the components say: npm run schema`);
            process.exitCode = 1;
        }
    }
}

void main();
