import { choiceProblems, type Problem } from "../problems";
import type { Upload } from "./upload";

/** Where the journal lives: on disk, or in memory until the machine stops. */
const STORAGES = ["persistent", "volatile"];

/** The image's journald keeps its journal across restarts; this file comes after the image's own and has the last word. */
export function journalUploads(journal?: string): Upload[] {
    return journal === undefined
        ? []
        : [
              {
                  file: "/etc/systemd/journald.conf.d/20-storage.conf",
                  content: `[Journal]\nStorage=${journal}\n`,
                  permissions: "0644",
              },
          ];
}

export function journalProblems(journal: string | undefined, argument: string): Problem[] {
    return choiceProblems(argument, journal, STORAGES);
}
