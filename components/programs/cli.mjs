import process from "node:process";

/**
 * How a person calls Docker's CLI for the engine that our programs talk to, as components/docker/engine.ts says it of machines. That
 * gives an address with this context to the programs of a site that has one; the others have that of the person's own environment.
 */
export const CLI = command(process.env);

/** @param {NodeJS.ProcessEnv} environment */
function command({ DOCKER_HOST, DOCKER_CONTEXT, DOCKER_CERT_PATH }) {
    if (!DOCKER_HOST || DOCKER_CONTEXT !== "default") {
        return "docker";
    }
    const [ca, cert, key] = ["ca", "cert", "key"].map((name) => `${DOCKER_CERT_PATH}/${name}.pem`);
    return `docker -H ${DOCKER_HOST}${DOCKER_CERT_PATH ? ` --tlsverify --tlscacert ${ca} --tlscert ${cert} --tlskey ${key}` : ""}`;
}
