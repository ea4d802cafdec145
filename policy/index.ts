// What a team may ask of its sandboxes: pulumi preview --policy-pack policy
import { PolicyPack, type ResourceValidationArgs, type ResourceValidationPolicy } from "@pulumi/policy";
import {
    capabilityViolations,
    isMachine,
    type Limit,
    LIMITS,
    limitViolations,
    type MachineContainer,
    portViolations,
    privilegeViolations,
} from "./machine";
import { ownerViolations, pidsViolations, SANDBOX, type SandboxInputs, ttlViolations } from "./sandbox";

type Rule<Inputs, Config> = (inputs: Inputs, name: string, config: Config) => string[];
type Validation = Extract<ResourceValidationPolicy["validateResource"], (...args: never[]) => unknown>;

/** Asks the rule about each machine's container. */
function machines<Config extends object>(rule: Rule<MachineContainer, Config>): Validation {
    return reporting(({ urn }) => isMachine(urn), rule);
}

/** Asks the rule about what each sandbox was declared with. */
function sandboxes<Config extends object>(rule: Rule<SandboxInputs, Config>): Validation {
    return reporting(({ type }) => type === SANDBOX, rule);
}

function reporting<Inputs, Config extends object>(
    concerns: (args: ResourceValidationArgs) => boolean,
    rule: Rule<Inputs, Config>,
): Validation {
    return (args, report) => {
        if (concerns(args)) {
            rule(args.props as Inputs, args.name, args.getConfig<Config>()).forEach((violation) => report(violation));
        }
    };
}

const texts = (description: string) => ({
    type: "array" as const,
    items: { type: "string" as const },
    default: [],
    description,
});

const policies: ResourceValidationPolicy[] = [
    {
        name: "no-privileged-machine",
        description: "No machine has the rights of the host's root.",
        configSchema: { properties: { except: texts("Machines that may, by their resource's name: alice-web") } },
        validateResource: machines<{ except: string[] }>((container, name, { except }) =>
            privilegeViolations(container, name, except),
        ),
    },
    {
        name: "ports-on-loopback",
        description: "Ports of machines are published for programs of the host alone.",
        configSchema: { properties: { addresses: texts("Further addresses of hosts that may listen") } },
        validateResource: machines<{ addresses: string[] }>((container, name, { addresses }) =>
            portViolations(container, name, addresses),
        ),
    },
    {
        name: "capabilities-within-list",
        description: "Machines add no capabilities beyond those that engines give unasked.",
        configSchema: { properties: { allowed: texts("Further capabilities that may be added: NET_ADMIN") } },
        validateResource: machines<{ allowed: string[] }>((container, name, { allowed }) =>
            capabilityViolations(container, name, allowed),
        ),
    },
    {
        name: "limits-set",
        description: "No machine can take all of its host.",
        configSchema: {
            properties: {
                limits: {
                    type: "array",
                    items: { type: "string", enum: [...LIMITS] },
                    default: [...LIMITS],
                    description: "Limits that each machine must have",
                },
            },
        },
        validateResource: [
            machines<{ limits: Limit[] }>((container, name, { limits }) => limitViolations(container, name, limits)),
            sandboxes<{ limits: Limit[] }>((sandbox, name, { limits }) => pidsViolations(sandbox, name, limits)),
        ],
    },
    {
        name: "sandbox-has-ttl",
        description: "Each sandbox says how long it may live.",
        configSchema: {
            properties: {
                longest: {
                    type: "string",
                    pattern: "^[1-9]\\d{0,3}[hdw]$",
                    description: "The longest time to live: 8h, 3d, 2w. Left out: any",
                },
            },
        },
        validateResource: sandboxes<{ longest?: string }>((sandbox, name, { longest }) =>
            ttlViolations(sandbox, name, longest),
        ),
    },
    {
        name: "sandbox-has-owner",
        description: "Each sandbox says whom it belongs to.",
        configSchema: {
            properties: {
                pattern: {
                    type: "string",
                    default: ".",
                    description: "A regular expression that the owner's name matches: @example\\.com$",
                },
            },
        },
        validateResource: sandboxes<{ pattern: string }>((sandbox, name, { pattern }) =>
            ownerViolations(sandbox, name, pattern),
        ),
    },
];

new PolicyPack("centos-systemd", {
    enforcementLevel: "mandatory",
    policies,
});
