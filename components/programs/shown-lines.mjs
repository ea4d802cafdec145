import { printable } from "./printable.mjs";

/** A plugin of Pulumi's stops reading, and so hangs for ever, at a line of 64 KiB; nobody reads one of a quarter either. */
const MOST_CHARACTERS = 4096;
/** Until a line ends, this much of it is kept beside the length of a secret, so that none is cut in two. */
const MOST_KEPT = 1 << 20;

/**
 * Shows what a step writes, line by line, while it runs: without its secrets, without what would do more to a terminal than be
 * read, and in lines that aren't too long. A progress bar writes its lines with carriage returns.
 */
export class ShownLines {
    /** What isn't shown yet. */
    #rest = "";
    /** Whether a carriage return came last: a line feed that follows belongs to it. */
    #returned = false;
    /** @type {string[]} longest first, so that one that is part of another doesn't spoil it */
    #secrets;
    /** @type {(line: string) => void} */
    #show;

    /**
     * @param {string[]} secrets each line of each is hidden
     * @param {(line: string) => void} show
     */
    constructor(secrets, show) {
        const lines = secrets.flatMap((secret) => secret.split(/[\r\n]+/)).filter((line) => line.trim() !== "");
        this.#secrets = [...new Set(lines)].sort((a, b) => b.length - a.length);
        this.#show = show;
    }

    /** @param {string} text */
    write(text) {
        const more = this.#returned && text.startsWith("\n") ? text.slice(1) : text;
        const lines = (this.#rest + more).split(/\r\n|[\r\n]/);
        this.#returned = text === "" ? this.#returned : text.endsWith("\r");
        this.#rest = lines.pop() ?? "";
        lines.forEach((line) => this.#showLine(line));
        const longest = this.#secrets[0]?.length ?? 0;
        if (this.#rest.length > MOST_KEPT + longest) {
            // What is kept may be the beginning of a secret.
            const hidden = this.#hide(this.#rest);
            const end = Math.max(0, hidden.length - longest);
            this.#showLine(hidden.slice(0, end));
            this.#rest = hidden.slice(end);
        }
    }

    /** Shows a last line that had no end. */
    end() {
        if (this.#rest !== "") {
            this.#showLine(this.#rest);
            this.#rest = "";
        }
    }

    /** @param {string} text */
    #hide(text) {
        return this.#secrets.reduce((rest, secret) => rest.replaceAll(secret, "[secret]"), text);
    }

    /** @param {string} line */
    #showLine(line) {
        const shown = printable(this.#hide(line).replaceAll("\t", "    "));
        for (let start = 0; start === 0 || start < shown.length; start += MOST_CHARACTERS) {
            this.#show(shown.slice(start, start + MOST_CHARACTERS));
        }
    }
}
