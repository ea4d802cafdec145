import { accepts, machineProblems } from "../../support/problems";
import { refusedBeforehand, web } from "../../support/refusals";

describe("capabilities that Linux doesn't have", () => {
    const KNOWN = /allowed: a capability in capitals, "NET_ADMIN" or "ALL" \(capabilities\(7\)\)/;
    refusedBeforehand({
        "one that sounds like one": [
            web({ capabilities: { add: ["NET_ADMINISTRATOR"] } }),
            new RegExp(`^machines\\.web\\.capabilities\\.add\\[0\\]: "NET_ADMINISTRATOR"; ${KNOWN.source}`),
        ],
        "one that is to be dropped": [
            web({ capabilities: { drop: ["CHOWN", "CAP_SETUIDS"] } }),
            new RegExp(`capabilities\\.drop\\[1\\]: "CAP_SETUIDS"; ${KNOWN.source}`),
        ],
        "all of them with a prefix": [web({ capabilities: { add: ["CAP_ALL"] } }), KNOWN],
        "none in words": [web({ capabilities: { drop: ["NONE"] } }), KNOWN],
        "an empty one": [web({ capabilities: { add: [""] } }), KNOWN],
        "one with a blank": [web({ capabilities: { add: ["NET_ADMIN "] } }), KNOWN],
    });
    accepts({ "new ones": machineProblems({ capabilities: { add: ["BPF", "CAP_PERFMON", "CHECKPOINT_RESTORE"] } }) });
});

describe("profiles that no engine takes", () => {
    const ALLOW = { defaultAction: "SCMP_ACT_ALLOW" };
    const profile = (given: unknown) => web({ seccomp: typeof given === "string" ? given : JSON.stringify(given) });
    const rule = (given: unknown) => profile({ ...ALLOW, syscalls: [given] });
    const refusal = (fault: string) =>
        new RegExp(`^machines\\.web\\.seccomp: ".*"; allowed: "default", "unconfined" or .*; ${fault}`);
    refusedBeforehand({
        "no profile": [profile(""), refusal("it isn't JSON\\. Give the text of a file")],
        "what isn't JSON": [profile("{defaultAction: 1}"), refusal("it isn't JSON\\.$")],
        "a list": [profile("[]"), refusal("it isn't a JSON object")],
        null: [profile("null"), refusal("it isn't a JSON object")],
        "a default that there isn't": [
            profile({ defaultAction: "SCMP_ACT_DENY" }),
            refusal("defaultAction is none of SCMP_ACT_ALLOW"),
        ],
        "architectures that are none": [
            profile({ ...ALLOW, architectures: ["amd64"] }),
            refusal("architectures\\[0\\] isn't SCMP_ARCH_…"),
        ],
        "one architecture": [
            profile({ ...ALLOW, architectures: "SCMP_ARCH_X86" }),
            refusal("its architectures or its syscalls aren't"),
        ],
        "architectures in two ways": [
            profile({ ...ALLOW, architectures: ["SCMP_ARCH_X86"], archMap: [{}] }),
            refusal("it has both architectures and archMap"),
        ],
        "rules by name": [
            profile({ ...ALLOW, syscalls: { read: "allow" } }),
            refusal("its architectures or its syscalls aren't a list"),
        ],
        "a rule that is a name": [rule("read"), refusal("syscalls\\[0\\] isn't an object")],
        "a rule for nothing": [
            rule({ action: "SCMP_ACT_ERRNO" }),
            refusal("syscalls\\[0\\] has not exactly one of name and names"),
        ],
        "a rule with names that are numbers": [
            rule({ names: [0], action: "SCMP_ACT_ERRNO" }),
            refusal("syscalls\\[0\\]\\.names isn't a list of names"),
        ],
        "a rule with a bad action": [
            rule({ names: ["read"], action: "SCMP_ACT_NOSUCH" }),
            refusal("syscalls\\[0\\]\\.action is none of SCMP_ACT_ALLOW"),
        ],
        "a rule without an action": [rule({ names: ["read"] }), refusal("syscalls\\[0\\]\\.action is none of")],
        "a rule with a seventh argument": [
            rule({ names: ["read"], action: "SCMP_ACT_ERRNO", args: [{ index: 6, value: 1, op: "SCMP_CMP_EQ" }] }),
            refusal("syscalls\\[0\\]\\.args\\[0\\]\\.index isn't a number from 0 to 5"),
        ],
        "a rule with a comparison that there isn't": [
            rule({ names: ["read"], action: "SCMP_ACT_ERRNO", args: [{ index: 0, value: 1, op: "==" }] }),
            refusal("syscalls\\[0\\]\\.args\\[0\\]\\.op is none of SCMP_CMP_NE"),
        ],
        "an AppArmor profile of two lines": [
            web({ appArmor: "a\nb" }),
            /appArmor: "a\\nb"; allowed: the name of a profile/,
        ],
        "an AppArmor profile without a name": [web({ appArmor: "" }), /appArmor: ""; allowed: the name of a profile/],
    });
    accepts({
        "what the engine's own has": machineProblems({
            seccomp: JSON.stringify({
                defaultAction: "SCMP_ACT_ERRNO",
                defaultErrnoRet: 1,
                archMap: [{ architecture: "SCMP_ARCH_X86_64", subArchitectures: ["SCMP_ARCH_X86", "SCMP_ARCH_X32"] }],
                syscalls: [
                    { names: ["accept", "read"], action: "SCMP_ACT_ALLOW", args: null, includes: {}, excludes: {} },
                    {
                        name: "personality",
                        action: "SCMP_ACT_ALLOW",
                        args: [{ index: 0, value: 8, op: "SCMP_CMP_MASKED_EQ" }],
                    },
                ],
            }),
        }),
    });
});
