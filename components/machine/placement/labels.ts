import { LABEL_PREFIX } from "../../labels";
import type { BadValue } from "../../rules/problem";
import type { ArgumentTable } from "../argument";

/** How a machine is told apart from others. */
export interface LabelArgs {
    /**
     * Labels of the container, name → value. Each is a group of the Ansible inventory too: `role: "web"` is `role_web`, and
     * `webserver: ""` is `webserver`. A change replaces the machine.
     * @default none
     */
    labels?: Record<string, string>;
}

export interface LabelSpec {
    readonly labels: Readonly<Record<string, string>>;
}

/** Docker's own rule (https://docs.docker.com/engine/manage-resources/labels), and upper case too. */
const LABEL = /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/;

/** Everything wrong with a person's own labels. */
function labelProblems(labels: Record<string, string>, argument: string): BadValue[] {
    return Object.keys(labels)
        .filter((label) => !LABEL.test(label) || label.startsWith(LABEL_PREFIX))
        .map((value) => ({
            argument,
            value,
            allowed: `names of letters, digits, dots, dashes and underscores that don't begin with ${LABEL_PREFIX}`,
        }));
}

/**
 * A machine's groups: those of its labels, and for replicas the name that they have in common.
 * Ansible allows letters, digits and underscores in a group's name; anything else becomes an underscore.
 */
export function inventoryGroups(labels: Readonly<Record<string, string>>, replicas?: string): string[] {
    const keyed = Object.entries(labels).map(([label, value]) => (value === "" ? label : `${label}_${value}`));
    const names = [...keyed, ...(replicas === undefined ? [] : [replicas])];
    return [...new Set(names.map((name) => name.replace(/[^A-Za-z0-9_]/g, "_").replace(/^(?=\d)/, "_")))].sort();
}

export const LABELS = {
    labels: { problems: labelProblems, spec: (labels = {}) => ({ labels }) },
} satisfies ArgumentTable<LabelArgs, LabelSpec>;
