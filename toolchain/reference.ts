// docs/reference.md: every argument and output, from the schema; examples and errors are those that the unit tests prove.
import yaml from "js-yaml";
import { describeProblems, type Problem } from "../components/rules/problem";
import { type Fields, referredType, type Shape } from "../components/rules/shape";
import schema from "../components/schema.json";
import { ANY, MACHINE, type Row, SANDBOX } from "../tests/support/argument-rows";
import { problems } from "../tests/support/problems";

type Documented = Shape & { readonly description?: string };
type Rows = Readonly<Record<string, Row<unknown>>>;

/** A longer example is read by nobody. */
const MOST_CHARACTERS = 300;

/** The page, as Markdown that Prettier has yet to put in form. */
export function referencePage(): string {
    const resources = Object.entries(schema.resources).reverse();
    return [
        "<!-- Made by `npm run schema` from the interfaces in components/. -->",
        "# Reference",
        INTRODUCTION,
        ...resources.flatMap(([token, resource]) => [
            `## ${lastPart(token)}`,
            `In YAML: \`type: ${token}\`.`,
            resource.description,
            "### Arguments",
            fields(
                { properties: resource.inputProperties, required: resource.requiredInputs },
                lastPart(token) === "SystemdSandbox" ? sandboxRows : undefined,
            ),
            "### Outputs",
            fields({ properties: resource.properties }),
        ]),
        "## Types",
        ...Object.entries(schema.types as Readonly<Record<string, NamedType>>).flatMap(([token, type]) => [
            `### ${lastPart(token)}`,
            type.description,
            type.enum === undefined
                ? fields(type, lastPart(token) === "ReplicatedMachine" ? machineRows : undefined)
                : type.enum
                      .map(({ value, description }) => `- \`${value}\`${description ? `: ${description}` : ""}`)
                      .join("\n"),
        ]),
    ].join("\n\n");
}

interface NamedType extends Partial<Fields> {
    readonly description: string;
    readonly enum?: readonly { readonly value: string; readonly description?: string }[];
}

const INTRODUCTION = `Arguments have these names in TypeScript and YAML. In Python they are \`snake_case\`, in Go and C# they begin with a capital.

Values are looked at before anything is made, on \`pulumi preview\` too, and all that is wrong comes as one error, with a line for each value.
**Output** is said of what may be known only later, or be a secret of Pulumi's; everything else has to be known when the program runs.`;

const sandboxRows = examples(SANDBOX, (given) => given);
const machineRows = examples(MACHINE, (given) => ({ machines: { web: given } }));

interface Example {
    readonly value?: string;
    readonly refused?: string;
}

function examples(rows: Rows, args: (given: object) => object): (name: string) => Example {
    return (name) => {
        if (!Object.hasOwn(rows, name)) {
            return {};
        }
        const { value, refused } = rows[name];
        return {
            value: short(yaml.safeDump({ [name]: value }, { flowLevel: 1, lineWidth: -1 }).trim()),
            refused: refused === ANY ? undefined : short(refusal(problems(args({ [name]: refused[0] })))),
        };
    };
}

/** The line of the one problem. */
function refusal(found: readonly Problem[]): string {
    return describeProblems(found).split("\n")[1].trim();
}

function short(text: string): string | undefined {
    return text.length <= MOST_CHARACTERS ? text : undefined;
}

function fields(
    { properties = {}, required = [] }: Partial<Fields>,
    exampleOf: (name: string) => Example = () => ({}),
) {
    return Object.entries<Documented>(properties)
        .map(([name, property]) => {
            const { value, refused } = exampleOf(name);
            return [
                `- **\`${name}\`**: ${typeText(property)}${required.includes(name) ? ", required" : ""}`,
                property.description,
                value && `Example: ${code(value)}`,
                refused && `Refused: ${code(refused)}`,
            ]
                .flatMap((part) => (part ? [part.replaceAll(/\n(?!\n)/g, "\n  ")] : []))
                .join("\n\n  ");
        })
        .join("\n\n");
}

/** Markdown's way to have a backtick in code. */
function code(text: string): string {
    return text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``;
}

function typeText(shape: Shape): string {
    const { $ref, items, additionalProperties, plain, type = "" } = shape;
    if ($ref !== undefined) {
        return `[${lastPart($ref)}](#${lastPart($ref).toLowerCase()})${referredType(shape)?.enum ? ", a word" : ""}`;
    }
    if (items !== undefined) {
        return `list of ${typeText(items)}`;
    }
    return additionalProperties === undefined
        ? `${WORDS[type]}${plain ? "" : ", output"}`
        : `names, each with ${typeText(additionalProperties)}`;
}

const WORDS: Readonly<Record<string, string>> = {
    string: "text",
    integer: "whole number",
    number: "number",
    boolean: "true or false",
};

function lastPart(token: string): string {
    return token.split(":").at(-1) ?? token;
}
