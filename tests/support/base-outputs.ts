import type { BaseOutputs } from "../../components";
import { VERSION } from "../../components/version";
import { host } from "./host-facts";

/** What a base stack of this version says of itself. */
export const BASE: BaseOutputs = {
    stack: "organization/team/base",
    version: VERSION,
    distribution: "debian-12",
    systemdVersion: 252,
    imageId: `sha256:${"b".repeat(64)}`,
    imageName: "localhost/pulumi-centos-systemd/base:debian-12",
    host: "",
    facts: host({}),
};
