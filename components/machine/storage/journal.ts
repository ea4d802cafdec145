import type { ArgumentTable } from "../argument";
import { plainUpload, type UploadSpec } from "../files/upload";

/** Where a journal is kept. */
export const JournalStorage = {
    /** On the machine's disk, across its restarts. */
    persistent: "persistent",
    /** In memory. */
    volatile: "volatile",
} as const;
export type JournalStorage = (typeof JournalStorage)[keyof typeof JournalStorage];

/** What becomes of a machine's journal. */
export interface JournalArgs {
    /**
     * Where the journal is kept: `persistent` on the machine's disk, across its restarts; `volatile` in memory
     * (journald.conf(5), Storage=).
     * @default "persistent"
     */
    journal?: JournalStorage;
}

/** The image's journald keeps its journal across restarts; this file comes after the image's own and has the last word. */
function journalSpec(journal?: JournalStorage): UploadSpec {
    const file = "/etc/systemd/journald.conf.d/20-storage.conf";
    return { uploads: journal === undefined ? [] : [plainUpload(file, `[Journal]\nStorage=${journal}\n`)] };
}

export const JOURNAL = {
    journal: { spec: journalSpec },
} satisfies ArgumentTable<JournalArgs, UploadSpec>;
