import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer } from "node:tls";

/** An engine's socket, as one that listens on tcp:// with TLS, and lets in nobody without a certificate. */
export interface TlsRelay {
    /** For `DOCKER_HOST`: `tcp://127.0.0.1:port`. */
    readonly address: string;
    /** The client's `ca.pem`, `cert.pem` and `key.pem`. */
    readonly certPath: string;
    stop(): Promise<void>;
}

// One authority, and what it signed: a server's certificate for 127.0.0.1, and a client's.
const certificates = `
set -eu; cd "$1"; exec 2>&1
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ca-key.pem -out ca.pem
sign() {
    openssl req -newkey rsa:2048 -nodes -subj "/CN=$1" -keyout "$1key.pem" -out "$1.csr"
    openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 2 -extfile "$1.ext" -out "$1cert.pem"
}
echo 'subjectAltName=IP:127.0.0.1' >server-.ext; sign server-
echo 'extendedKeyUsage=clientAuth' >client.ext; sign client
mv clientcert.pem cert.pem; mv clientkey.pem key.pem`;

export async function startTlsRelay(socket: string): Promise<TlsRelay> {
    const certPath = mkdtempSync(join(tmpdir(), "tls-relay-"));
    writeFileSync(join(certPath, "certificates.sh"), certificates);
    execFileSync("sh", [join(certPath, "certificates.sh"), certPath]);
    const read = (file: string) => readFileSync(join(certPath, file));
    const server = createServer(
        {
            ca: read("ca.pem"),
            cert: read("server-cert.pem"),
            key: read("server-key.pem"),
            requestCert: true,
            allowHalfOpen: true,
        },
        (from) => {
            const to = createConnection({ path: socket, allowHalfOpen: true });
            from.pipe(to).pipe(from);
            for (const end of [from, to]) {
                end.on("error", () => (from.destroy(), to.destroy()));
            }
        },
    );
    await once(server.listen(0, "127.0.0.1"), "listening");
    return {
        address: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
        certPath,
        stop: async () => {
            server.close();
            await once(server, "close");
            rmSync(certPath, { recursive: true });
        },
    };
}
