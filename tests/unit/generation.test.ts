import assert from "node:assert/strict";
import {
    buildGeneration,
    containerGeneration,
    networkGeneration,
    staleGenerations,
} from "../../components/docker/generation";
import { NO_LABELS, OUR_LABELS, seenContainer, seenThing } from "../support/seen";

const { instance } = OUR_LABELS;
/** One that nothing has yet. */
const NEW = /^[0-9a-f]{8}$/;

describe("the generation of a build", () => {
    it("is that of the newest that is there", () => {
        assert.equal(buildGeneration(["debian-12", "build-8", "build-7"]), "8");
    });

    it("is another one each time where none is there", () => {
        assert.match(buildGeneration(["debian-12"]), NEW);
        assert.notEqual(buildGeneration([]), buildGeneration([]));
    });
});

describe("the generation of a network", () => {
    const generation = (...labels: Partial<typeof OUR_LABELS>[]) =>
        networkGeneration(
            labels.map((each) => seenThing("alice", each)),
            "alice",
            instance,
        );

    it("stays as long as the network is there", () => assert.equal(generation({}), "7"));

    it("is a new one where it is gone, is another's, or is from before there were any", () => {
        assert.match(generation(), NEW);
        assert.match(generation({ instance: "ffffffff" }), NEW);
        assert.match(generation({ generation: "" }), NEW);
        assert.match(networkGeneration([seenThing("alice-2")], "alice", instance), NEW);
    });

    it("is found among others of its name", () => assert.equal(generation(NO_LABELS, { generation: "9" }), "9"));
});

describe("the generation of a machine", () => {
    const generation = (...seen: ReturnType<typeof seenContainer>[]) =>
        containerGeneration(seen, "alice-web", instance);

    it("stays as long as its container is there, running or not", () => {
        assert.equal(generation(seenContainer("alice-web")), "7");
        assert.equal(generation(seenContainer("alice-web", { status: "exited" })), "7");
    });

    it("is a new one where its container is gone, or is another's", () => {
        assert.match(generation(), NEW);
        assert.match(generation(seenContainer("alice-db")), NEW);
        assert.match(generation(seenContainer("alice-web", { labels: NO_LABELS })), NEW);
    });

    it("says which container has to make room: one that was never started, which no state knows", () => {
        const left = seenContainer("alice-web", { status: "created", started: false });
        assert.match(generation(left), /^[0-9a-f]{8}~7$/);
        const leftAgain = { ...left, labels: { ...OUR_LABELS, generation: "8~7" } };
        assert.match(generation(leftAgain), /^[0-9a-f]{8}~8$/);
    });
});

describe("generations that have to go", () => {
    it("are those in whose place others are", () => {
        assert.deepEqual(staleGenerations({ "alice-web": "8~7", "alice-db": "7", "alice-x": "" }), {
            "alice-web": "7",
        });
        assert.deepEqual(staleGenerations({}), {});
    });

    it("stay the same once their successors are there", () => {
        const successor = seenContainer("alice-web", { labels: { ...OUR_LABELS, generation: "8~7" } });
        const kept = containerGeneration([successor], "alice-web", instance);
        assert.deepEqual(staleGenerations({ "alice-web": kept }), { "alice-web": "7" });
    });
});
