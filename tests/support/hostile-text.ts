/** What a terminal would obey, or a reader not see. */
export const HOSTILE: [what: string, text: string, shown: string][] = [
    ["a colour", "a\x1b[31mred", "a\\u{1b}[31mred"],
    ["a window's title", "\x1b]0;root@host\x07", "\\u{1b}]0;root@host\\u{7}"],
    ["an eight-bit control", "\x9b2J", "\\u{9b}2J"],
    ["a line end", "fine\n$ rm -r /", "fine\\u{a}$ rm -r /"],
    ["a return to the line's beginning", "evil\rgood", "evil\\u{d}good"],
    ["a tab, a backspace, a delete", "\t\b\x7f", "\\u{9}\\u{8}\\u{7f}"],
    ["another direction", "txt.\u202egpj", "txt.\\u{202e}gpj"],
    ["an isolate", "\u2066a\u2069", "\\u{2066}a\\u{2069}"],
    ["nothing to be seen", "a\u200bb\u2060c\ufeff\u00ad", "a\\u{200b}b\\u{2060}c\\u{feff}\\u{ad}"],
    ["Unicode's own line ends", "a\u2028b\u2029", "a\\u{2028}b\\u{2029}"],
    ["a tag", "a\u{e0041}", "a\\u{e0041}"],
    ["half a character", "a\ud83d", "a\\u{d83d}"],
    ["a private character", "\ue000", "\\u{e000}"],
];
