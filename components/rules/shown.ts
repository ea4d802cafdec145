import names from "../programs/names.json";

/** Controls, formats (bidi among them), surrogates, what Unicode hasn't assigned, and separators that end a line. */
const INVISIBLE = new RegExp(names.invisible, "gu");

/** A text on one line, with all that can't be seen written as `\u{1b}`: names and values are anybody's. */
export function visible(text: string): string {
    return text.replace(INVISIBLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** More of a value than that isn't read by anybody. */
const MOST_CHARACTERS = 120;

/** The beginning of a long text. */
export function shortened(text: string): string {
    return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}…`;
}

/** The two ends of a long way to a value. */
export function abridged(argument: string): string {
    const end = MOST_CHARACTERS / 4;
    return argument.length <= MOST_CHARACTERS + end ? argument : `${shortened(argument)}${argument.slice(-end)}`;
}

/** A value as an error shows it, whatever it is: short, and nothing of what is inside of it, which may be a secret. */
export function shown(value: unknown): string {
    switch (typeof value) {
        case "string":
            return JSON.stringify(shortened(value));
        case "number":
        case "boolean":
            // JSON has no word for NaN.
            return String(value);
        case "undefined":
            return "missing";
        default:
            return isEmpty(value) ? JSON.stringify(value) : kindOf(value);
    }
}

/** What sort of thing it is. */
export function kindOf(value: unknown): string {
    return Array.isArray(value) ? "a list" : isMap(value) ? "names with values" : `a ${nameOf(value)}`;
}

/** Names with values. A Map, a Set or a Date has none, and would be taken for an empty one. */
export function isMap(value: unknown): value is Record<string, unknown> {
    return Object.prototype.toString.call(value) === "[object Object]";
}

function isEmpty(value: unknown): boolean {
    return (Array.isArray(value) || isMap(value)) && Object.keys(value).length === 0;
}

/** `function`, `bigint`; of objects that aren't just names with values, what they call themselves: `Map`. */
function nameOf(value: unknown): string {
    return typeof value === "object"
        ? Object.prototype.toString.call(value).slice("[object ".length, -1)
        : typeof value;
}
