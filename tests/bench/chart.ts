import { PHASES } from "./contender";
import type { Result } from "./race";

/** Time against count, a picture for each phase, as SVG. */
export async function chart(results: readonly Result[]): Promise<string> {
    // ES modules, which no require() loads.
    const [{ compile }, { parse, View }] = await Promise.all([import("vega-lite"), import("vega")]);
    const values = results.flatMap(({ machines, contender, costs }) =>
        PHASES.flatMap((phase) => {
            const seconds = costs[phase]?.seconds;
            return seconds === undefined ? [] : [{ machines, contender, phase, seconds }];
        }),
    );
    const { spec } = compile({
        data: { values },
        facet: { field: "phase", title: null, sort: [...PHASES] },
        columns: 2,
        spec: {
            width: 300,
            height: 180,
            mark: { type: "line", point: true },
            encoding: {
                x: { field: "machines", type: "quantitative", axis: { values: counts(results) } },
                y: { field: "seconds", type: "quantitative", axis: { tickCount: 5 } },
                color: { field: "contender", title: null, sort: contenders(results) },
            },
        },
        resolve: { scale: { y: "independent" } },
        // Readable on dark pages too.
        background: "white",
    });
    return new View(parse(spec), { renderer: "none" }).toSVG();
}

function counts(results: readonly Result[]): number[] {
    return [...new Set(results.map(({ machines }) => machines))];
}

function contenders(results: readonly Result[]): string[] {
    return [...new Set(results.map(({ contender }) => contender))];
}
