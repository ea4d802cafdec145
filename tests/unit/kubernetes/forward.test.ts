import assert from "node:assert/strict";
import { forwardCommand } from "../../../components/kubernetes/forward";
import { type PortArgs, portSpec } from "../../../components/machine/network/ports";

describe("the command that brings a machine's ports to this computer", () => {
    const forward = (...ports: PortArgs[]) => forwardCommand("kubectl --namespace alice", "web", portSpec(ports).ports);

    it("is none without ports", () => assert.equal(forward(), undefined));

    it("has each at its own port, or at one that kubectl chooses", () =>
        assert.equal(
            forward({ port: 80, hostPort: 8080 }, { port: 443 }),
            "kubectl --namespace alice port-forward pod/web 8080:80 :443",
        ));

    it("listens where the person says, once for each address", () => {
        assert.equal(
            forward({ port: 80, hostAddress: "0.0.0.0" }, { port: 81, hostAddress: "0.0.0.0" }),
            "kubectl --namespace alice port-forward --address 0.0.0.0 pod/web :80 :81",
        );
        assert.match(forward({ port: 80, hostAddress: "::1" }, { port: 81 }) ?? "", / --address ::1,127\.0\.0\.1 /);
    });
});
