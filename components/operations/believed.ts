import type * as pulumi from "@pulumi/pulumi";
import { refusal } from "../refusal";

/** What a machine said of itself, where it had the form that it must have; its root user could have said anything. */
export function believed<T>(container: string, what: string, said: T | undefined, resource: pulumi.Resource): T {
    if (said === undefined) {
        throw refusal(
            `${container} does not say ${what} in the form that it must have, so nothing of it is used. ` +
                "Somebody has changed what runs in it: look inside, or make it anew with pulumi up --replace.",
            resource,
        );
    }
    return said;
}
