import type { ArgumentTable } from "../argument";
import { plainUpload, type UploadSpec } from "../files/upload";

/** What becomes of the sandboxing that units ask for and the machine can't give. */
export const ServiceSandboxing = {
    /** It is taken back. */
    adapted: "adapted",
    /** It stays as it is written, and the service fails. */
    strict: "strict",
} as const;
export type ServiceSandboxing = (typeof ServiceSandboxing)[keyof typeof ServiceSandboxing];

/** What becomes of the sandboxing that units ask for and the machine can't give. */
export interface ServiceSandboxingArgs {
    /**
     * What becomes of sandboxing that a unit asks for (`DynamicUser=`, `PrivateUsers=`, systemd.exec(5)) and that the machine
     * can't give: `adapted` takes it back at each boot, so that the service starts; `strict` leaves units as they are
     * written, for tests of the sandboxing itself, and such a service fails. A change replaces the machine.
     * @default "adapted"; drop-ins have the last word either way
     */
    serviceSandboxing?: ServiceSandboxing;
}

/** The image's generator takes it back; an empty file of its name, from a place of higher precedence, masks it (systemd.generator(7)). */
function serviceSandboxingSpec(sandboxing?: ServiceSandboxing): UploadSpec {
    const file = "/etc/systemd/system-generators/pulumi-centos-systemd-sandboxing";
    return { uploads: sandboxing === "strict" ? [plainUpload(file, "")] : [] };
}

export const SERVICE_SANDBOXING = {
    serviceSandboxing: { spec: serviceSandboxingSpec },
} satisfies ArgumentTable<ServiceSandboxingArgs, UploadSpec>;
