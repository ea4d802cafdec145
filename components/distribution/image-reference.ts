/** The grammar of https://github.com/distribution/reference, reference.go. */
const HOST =
    /(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9A-Fa-f:]+\])(?::\d+)?/;
const COMPONENT = /[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*/;
const TAG = /\w[\w.-]{0,127}/;
const DIGEST = /[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9A-Fa-f]{32,}/;
const REFERENCE = new RegExp(
    `^(?:${HOST.source}/)?${COMPONENT.source}(?:/${COMPONENT.source})*(?::${TAG.source})?(?:@${DIGEST.source})?$`,
);

/** Whether an engine takes a text for the name of an image. */
export function isImageReference(text: string): boolean {
    return REFERENCE.test(text);
}
