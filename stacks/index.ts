import * as pulumi from "@pulumi/pulumi";
import names from "../components/programs/names.json";
import { baseStack } from "./base";
import { readConfig } from "./config";
import { sandboxStack } from "./sandbox";

/** `pulumi up --stack base` makes what the sandboxes share, `--stack alice` alice's sandbox. */
export = async () => {
    const { config, problems } = readConfig();
    return new RegExp(names.baseStack).test(pulumi.getStack())
        ? baseStack(config, problems)
        : await sandboxStack(config, problems);
};
