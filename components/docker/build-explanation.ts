import * as pulumi from "@pulumi/pulumi";
import { AsyncResource } from "node:async_hooks";
import type { Engine } from "./engine";
import { askProgramNow, type Variables } from "../operations/program";

/**
 * Says why an image could not be built. The provider's error is the engine's last word (`exit code: 1`); what the failing step
 * said is passing status. So the steps are done once more, in a container, and their last lines stand beside the error.
 *
 * Pulumi's engine calls it when the image has failed; nothing happens otherwise.
 */
export function explainBuild(
    name: string,
    { environment }: Engine,
    variables: Variables,
    image: pulumi.Resource,
): pulumi.ResourceTransformation {
    // Known by then, for the build had them too.
    const known = new Promise<Record<string, string>>(
        (resolve) => void pulumi.output({ ...environment, ...variables }).apply(resolve),
    );
    // Bound, because the SDK finds its engine by the call's context, and calls hooks from none.
    const callback = AsyncResource.bind(async () => {
        await pulumi.log.error(await askProgramNow("explain-build", await known, { parent: image }), image);
        // The same again would fail again.
        return false;
    });
    const hooks = whereKnown({ name: `${name}-build`, callback });
    // No plain option: a resource of a provider merges those into copies, at once.
    return ({ props, opts }) => ({ props, opts: { ...opts, hooks } });
}

/**
 * The hook, where Pulumi's CLI and its language host know such hooks; elsewhere the engine's word has to do. The SDK reads the
 * binding when the image's inputs are known, which is long after it has been told.
 */
function whereKnown(hook: pulumi.ErrorHook): pulumi.ResourceHookBinding {
    const onError: pulumi.ErrorHook[] = [];
    // The SDK's mocks, by which programs are tested, would never answer.
    if ("registerErrorHook" in (pulumi.runtime.getMonitor() ?? {})) {
        pulumi.runtime.registerErrorHook(hook).then(
            () => onError.push(hook),
            () => undefined,
        );
    }
    return { onError };
}
