import { type HostFacts, type InfoAnswer, parseHostFacts, type VersionAnswer } from "../../components/host/facts";
import { docker } from "./docker";

/** What the components know of an engine's host. */
export async function factsOf(environment: Record<string, string>): Promise<HostFacts> {
    const [version, info] = await Promise.all([
        docker(["version", "--format={{json .Server}}"], environment),
        docker(["info", "--format={{json .}}"], environment),
    ]);
    return parseHostFacts(JSON.parse(version) as VersionAnswer, JSON.parse(info) as InfoAnswer);
}
