/** What programs/step.mjs reads: a step with every default filled in. */
export const STEP = {
    title: "provision[0] (inline)",
    script: "#!/bin/sh\necho hello\n",
    args: [],
    user: "root",
    directory: "/",
    environment: {},
    files: [],
    secrets: [],
};

/** What programs/ready.mjs and in-machine/ready.sh find in their environment where nothing else is waited for. */
export const WAITING = {
    SSH: "no",
    TIMEOUT: "1",
    STATES: "running",
    UNITS: "",
    PORTS: "",
    COMMAND: "",
};
