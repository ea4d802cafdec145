// Writes components/schema.json, the one source of what arguments there are: npm run schema (--check: only says whether it is up to date)
// The SDK's own analyzer reads the interfaces; what it leaves out is added here from their documentation.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";
import prettier from "prettier";
import { documentation } from "./documentation.mjs";
import { parseJson } from "./json.mjs";
import { checkout, inCheckout, isMain } from "./paths.mjs";
import { main, Problem } from "./problem.mjs";

/** @type {(id: string) => unknown} */
const ofSdk = createRequire(import.meta.resolve("@pulumi/pulumi/provider/experimental/index.js"));
const { Analyzer } = /** @type {{ Analyzer: AnalyzerClass }} */ (ofSdk("./analyzer.js"));
const { generateSchema } = /** @type {{ generateSchema: (...args: unknown[]) => Schema }} */ (ofSdk("./schema.js"));

/** Pulumi's name of the package: tokens are `centos-systemd:index:SystemdSandbox`. */
const name = "centos-systemd";
const published = ["SystemdSandbox", "SystemdBase", "SystemdCluster"];

/**
 * @typedef {object} Property
 * @property {string} [type]
 * @property {string} [$ref]
 * @property {string} [description]
 * @property {boolean} [optional]
 * @property {boolean} [plain]
 * @property {Property} [items]
 * @property {Property} [additionalProperties]
 *
 * @typedef {{ name: string, value: string, description?: string }} Member
 * @typedef {{ type: string, description?: string, properties?: Record<string, Property>, required?: string[], enum?: Member[] }} Type
 * @typedef {{ description?: string, inputProperties: Record<string, Property>, requiredInputs: string[], properties: Record<string, Property>, required: string[] }} Resource
 * @typedef {new (directory: string, name: string, manifest: object, published: Set<string>) => { analyze(): { components: unknown, typeDefinitions: unknown } }} AnalyzerClass
 * @typedef {{ name: string, displayName?: string, description?: string, resources: Record<string, Resource>, types: Record<string, Type> }} Schema
 */

/** @returns {Schema} */
export function makeSchema() {
    const manifest = { name, main: join("components", "index.ts") };
    const { components, typeDefinitions } = new Analyzer(checkout, name, manifest, new Set(published)).analyze();
    const analyzed = generateSchema(name, undefined, undefined, components, typeDefinitions, [], undefined);
    const docs = documentation(inCheckout("components"));
    const manifestOf = readFileSync(inCheckout("package.json"), "utf8");
    const { description } = /** @type {{ description: string }} */ (parseJson(manifestOf));
    return {
        ...analyzed,
        displayName: "systemd machines",
        description,
        resources: mapValues(analyzed.resources, (resource, token) => ({
            ...resource,
            description: docs.of(lastPart(token)).description,
            inputProperties: properties(resource.inputProperties, docs, `${lastPart(token)}Args`),
            properties: properties(resource.properties, docs, lastPart(token)),
        })),
        types: Object.fromEntries(
            Object.entries(analyzed.types).map(([token, type]) => [
                shortened(token),
                typeOf(type, docs, lastPart(token)),
            ]),
        ),
    };
}

/**
 * @param {Type} type
 * @param {import("./documentation.mjs").Documentation} docs
 * @param {string} source what it is called in TypeScript
 * @returns {Type}
 */
function typeOf(type, docs, source) {
    const described = { ...type, description: docs.of(source).description };
    return type.properties === undefined
        ? described
        : { ...described, properties: properties(type.properties, docs, source) };
}

/**
 * @param {Record<string, Property>} all
 * @param {import("./documentation.mjs").Documentation} docs
 * @param {string} source
 */
function properties(all, docs, source) {
    return mapValues(all, (property, key) => {
        const { description, isInteger } = docs.of(source).members[key] ?? {};
        return { ...completed(property, isInteger ?? false), description };
    });
}

/**
 * A property in Pulumi's words: TypeScript has one kind of number, and its names of types end in what is clear without.
 *
 * @param {Property} property
 * @param {boolean} isInteger
 * @returns {Property}
 */
function completed({ optional: _, type, $ref, items, additionalProperties, ...rest }, isInteger) {
    return {
        ...(type !== undefined && { type: type === "number" && isInteger ? "integer" : type }),
        ...($ref !== undefined && { $ref: shortened($ref) }),
        ...rest,
        ...(items !== undefined && { items: completed(items, isInteger) }),
        ...(additionalProperties !== undefined && {
            additionalProperties: completed(additionalProperties, isInteger),
        }),
    };
}

/** SDKs add `Args` themselves. @param {string} token */
const shortened = (token) => token.replace(/Args$/, "");

/** @param {string} token */
const lastPart = (token) => /** @type {string} */ (token.split(":").at(-1));

/**
 * @template T, U
 * @param {Record<string, T>} object
 * @param {(value: T, key: string) => U} map
 * @returns {Record<string, U>}
 */
function mapValues(object, map) {
    return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value, key)]));
}

/** As it lies in the checkout. */
export async function schemaText() {
    return prettier.format(JSON.stringify(makeSchema()), { parser: "json", printWidth: 120 });
}

export const schemaFile = inCheckout("components", "schema.json");

if (isMain(import.meta.url)) {
    await main(async () => {
        const text = await schemaText();
        if (!process.argv.includes("--check")) {
            writeFileSync(schemaFile, text);
        } else if (text !== readFileSync(schemaFile, "utf8")) {
            throw new Problem("components/schema.json isn't what the sources say.", "npm run schema");
        }
    });
}
