import assert from "node:assert/strict";
import { networkWarning } from "../../../components/kubernetes/network-policy";

describe("a network that enforces no policy", () => {
    const warning = (...daemonSets: string[]) => networkWarning({ daemonSets });

    it("is warned of where it is known", () =>
        assert.match(
            warning("kube-proxy", "kube-flannel-ds") ?? "",
            /^The cluster's network \(kube-flannel-ds\) enforces no NetworkPolicy: machines of other namespaces can reach these\.$/,
        ));

    it("is not where another one enforces them beside it, nor where nothing is known", () => {
        assert.equal(warning("canal", "kube-flannel-ds"), undefined);
        assert.equal(warning("kube-flannel-ds", "kube-router"), undefined);
        assert.equal(warning("kube-proxy"), undefined);
        assert.equal(networkWarning({}), undefined);
    });
});
