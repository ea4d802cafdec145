/** What every container that runs once on the host is started with: it is gone afterwards, and has no right that isn't added. */
export const ONE_SHOT = [
    "--rm",
    "--network=none",
    "--log-driver=none",
    "--read-only",
    "--cap-drop=ALL",
    "--security-opt=no-new-privileges",
    "--security-opt=label=disable",
    "--userns=host",
] as const;
