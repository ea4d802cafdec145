import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/**
 * What the sources say of an interface, a class or a set of words, and of each member.
 *
 * @typedef {object} Documented
 * @property {string} [description]
 * @property {Record<string, { description?: string, isInteger: boolean }>} members those that it inherits too
 *
 * @typedef {{ of: (name: string) => Documented }} Documentation
 */

/**
 * Reads the documentation of all TypeScript below a directory: comments, with their `@default`, and `@asType integer`.
 *
 * @param {string} directory
 * @returns {Documentation}
 */
export function documentation(directory) {
    /** @type {Map<string, { description: string | undefined, members: Documented["members"], parents: string[] }>} */
    const found = new Map();
    for (const file of readdirSync(directory, { recursive: true, encoding: "utf8" })) {
        if (file.endsWith(".ts")) {
            const path = join(directory, file);
            ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true).forEachChild(visit);
        }
    }

    /** @param {ts.Node} node */
    function visit(node) {
        if (ts.isInterfaceDeclaration(node) || (ts.isClassDeclaration(node) && node.name !== undefined)) {
            const parents = (node.heritageClauses ?? []).flatMap(({ types }) => types.map((type) => type.getText()));
            const members = [...node.members].flatMap((member) =>
                member.name === undefined
                    ? []
                    : [
                          /** @type {const} */ ([
                              member.name.getText(),
                              { description: describe(member), isInteger: isInteger(member) },
                          ]),
                      ],
            );
            const name = /** @type {ts.Identifier} */ (node.name).text;
            found.set(name, { description: describe(node), members: Object.fromEntries(members), parents });
        } else if (ts.isVariableStatement(node)) {
            const [declaration] = node.declarationList.declarations;
            if (declaration !== undefined) {
                found.set(declaration.name.getText(), { description: describe(node), members: {}, parents: [] });
            }
        }
    }

    /** @param {string} name @returns {Documented} */
    function of(name) {
        const { description, members = {}, parents = [] } = found.get(name) ?? {};
        const inherited = parents.flatMap((parent) => Object.entries(of(parent).members));
        return { description, members: { ...Object.fromEntries(inherited), ...members } };
    }

    return { of };
}

/** @param {ts.Node} node */
function describe(node) {
    const comment = ts.getJSDocCommentsAndTags(node).find(ts.isJSDoc);
    const text = ts.getTextOfJSDocComment(comment?.comment);
    const byDefault = ts.getJSDocTags(node).find(({ tagName }) => tagName.text === "default");
    const parts = [text, byDefault && `Default: ${ts.getTextOfJSDocComment(byDefault.comment)}`];
    const said = parts
        .filter((part) => part !== undefined && part !== "")
        .map((part) => plain(/** @type {string} */ (part)));
    return said.length === 0 ? undefined : said.join("\n\n");
}

/** Without references that only TypeScript knows, and one line for each paragraph. @param {string} text */
function plain(text) {
    return text
        .replace(/\{@link (\w+)\}/g, "`$1`")
        .split(/\n\s*\n/)
        .map((paragraph) => paragraph.replace(/\s*\n\s*(?!-)/g, " ").trim())
        .join("\n\n");
}

/** @param {ts.Node} node */
function isInteger(node) {
    return ts
        .getJSDocTags(node)
        .some(({ tagName, comment }) => tagName.text === "asType" && ts.getTextOfJSDocComment(comment) === "integer");
}
