import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** As much of a container registry as a push needs, for one user. */
export interface Registry {
    /** What an image's name begins with. The engine trusts 127.0.0.1 without TLS. */
    host: string;
    /** By `repository:tag`, the digest of what was pushed. */
    manifests: Map<string, string>;
    stop(): void;
}

export async function startRegistry(user: { username: string; password: string }): Promise<Registry> {
    const manifests = new Map<string, string>();
    const blobs = new Map<string, number>();
    const uploads = new Map<string, Buffer[]>();
    const login = `Basic ${Buffer.from(`${user.username}:${user.password}`).toString("base64")}`;

    const server = createServer((request, response) => {
        answer(request, response).catch((error) => response.writeHead(500).end(String(error)));
    });

    async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
        const chunks: Buffer[] = [];
        for await (const chunk of request) {
            chunks.push(chunk as Buffer);
        }
        const body = Buffer.concat(chunks);
        const { pathname, searchParams } = new URL(request.url ?? "", "http://registry");
        const [, repository, kind, name] =
            /^\/v2\/(?:(.+)\/(blobs\/uploads|blobs|manifests)\/(.*))?$/.exec(pathname) ?? [];
        if (request.headers.authorization !== login) {
            response.writeHead(401, { "WWW-Authenticate": 'Basic realm="test"' }).end();
            return;
        }
        switch (`${request.method} ${kind ?? ""}`) {
            case "GET ":
                response.writeHead(200).end("{}");
                break;
            case "HEAD blobs": {
                const length = blobs.get(name);
                response.writeHead(length === undefined ? 404 : 200, { "Content-Length": length ?? 0 }).end();
                break;
            }
            case "POST blobs/uploads": {
                const id = randomUUID();
                uploads.set(id, []);
                response.writeHead(202, { Location: `/v2/${repository}/blobs/uploads/${id}` }).end();
                break;
            }
            case "PATCH blobs/uploads":
                uploads.get(name)?.push(body);
                response.writeHead(202, { Location: pathname, Range: `0-${body.length - 1}` }).end();
                break;
            case "PUT blobs/uploads": {
                const blob = Buffer.concat([...(uploads.get(name) ?? []), body]);
                const digest = sha256(blob);
                blobs.set(digest, blob.length);
                response
                    .writeHead(searchParams.get("digest") === digest ? 201 : 400, { "Docker-Content-Digest": digest })
                    .end();
                break;
            }
            case "PUT manifests": {
                const digest = sha256(body);
                manifests.set(`${repository}:${name}`, digest);
                response.writeHead(201, { "Docker-Content-Digest": digest }).end();
                break;
            }
            default:
                response.writeHead(404).end();
        }
    }

    await once(server.listen(0, "127.0.0.1"), "listening");
    return {
        host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
        manifests,
        stop: () => {
            server.closeAllConnections();
            server.close();
        },
    };
}

function sha256(data: Buffer): string {
    return `sha256:${createHash("sha256").update(data).digest("hex")}`;
}
