import * as pulumi from "@pulumi/pulumi";
import { baseStack } from "./base";
import { readConfig } from "./config";
import { sandboxStack } from "./sandbox";

/** `pulumi up --stack base` makes what the sandboxes share, `--stack alice` alice's sandbox. */
export = async () => {
    const { config, problems } = readConfig();
    return /^base(-|$)/.test(pulumi.getStack()) ? baseStack(config, problems) : await sandboxStack(config, problems);
};
