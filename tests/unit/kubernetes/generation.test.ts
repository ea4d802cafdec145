import assert from "node:assert/strict";
import type { PodFacts } from "../../../components/kubernetes/facts";
import { podGeneration } from "../../../components/kubernetes/generation";
import { pod } from "../../support/cluster-facts";

/** One that nothing has yet. */
const NEW = /^[0-9a-f]{8}$/;

describe("the generation of a Pod", () => {
    const generation = (...pods: Partial<PodFacts>[]) =>
        podGeneration(
            pods.map((facts) => pod("web", { generation: "7", instance: "0a1b2c3d", ...facts })),
            "web",
            "0a1b2c3d",
        );

    it("stays as long as the Pod lives", () => assert.equal(generation({}), "7"));

    it("is a new one, each time, where the Pod is gone or has stopped", () => {
        assert.match(generation(), NEW);
        assert.match(generation({ isAlive: false }), NEW);
        assert.notEqual(generation(), generation());
    });

    it("is a new one where the Pod is another machine's, another sandbox's, or none of ours", () => {
        assert.match(generation({ name: "db" }), NEW);
        assert.match(generation({ instance: "ffffffff" }), NEW);
        assert.match(generation({ generation: "" }), NEW);
    });

    it("is found among others", () => assert.equal(generation({ instance: "" }, { generation: "9" }), "9"));
});
