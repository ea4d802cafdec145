import { DISTRIBUTIONS } from "./distributions";
import { imageSource, type ImageSourceArgs } from "./source";

/** What a person should know of a distribution that is out of life; its machines work as before. */
export function endOfLifeWarning(args: ImageSourceArgs, today: Date): string | undefined {
    const { distribution } = imageSource(args);
    const endOfLife = DISTRIBUTIONS[distribution]?.endOfLife;
    return endOfLife !== undefined && endOfLife < today.toISOString().slice(0, 10)
        ? `${distribution} is out of life since ${endOfLife}: its makers mend nothing in it any more, and may take its ` +
              "packages off their servers. Machines work as before; choose another `distribution` for what is to last."
        : undefined;
}
