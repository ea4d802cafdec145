import type { HostFacts } from "./facts";

/** The first version of the API that each release speaks on which something here depends (docs.docker.com/reference/api/engine). */
const FIRST_API: readonly (readonly [release: number, minor: number])[] = [
    [28, 48],
    [27, 46],
    [26, 45],
];

/** Docker's major version. Builds of somebody's own call themselves `dev` and the like: of them the API tells it. */
export function dockerMajor({ engineVersion, apiVersion }: Pick<HostFacts, "engineVersion" | "apiVersion">): number {
    const said = parseInt(engineVersion, 10);
    const minor = Number(apiVersion.split(".")[1]);
    return Number.isNaN(said) ? (FIRST_API.find(([, first]) => minor >= first)?.[0] ?? 0) : said;
}
