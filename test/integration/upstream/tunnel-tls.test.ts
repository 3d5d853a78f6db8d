import { once } from "node:events";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import {
  createServer as createTlsServer,
  getCACertificates,
  setDefaultCACertificates,
} from "node:tls";

import { afterEach, describe, expect, test } from "vitest";

import { startTunnelFront, SWITCHING } from "#support/tunnel-front.ts";
import {
  encodeFrame,
  encodeHandshake,
  WebSocketPeer,
  WireReader,
} from "#support/websocket-peer.ts";

/** Made for these tests, for `localhost`, valid for a hundred years. It guards nothing. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBlTCCATugAwIBAgIUIacQjBMdhpAMoiexJSRPMRx+XTIwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNDA2MDg1MFoYDzIxMjYxMDMx
MDYwODUwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAS2Vdp+gz2wIHxrhiETDgRRre6RbceSWjz/KzfcoXZLwNUBI9KHfnfl
IVEBl6ZZ9zBPjon/FZM9TfpfMfDB0dojo2kwZzAdBgNVHQ4EFgQUR8i6Y3Y+RJN9
DczATY9wHsRwv1IwHwYDVR0jBBgwFoAUR8i6Y3Y+RJN9DczATY9wHsRwv1IwFAYD
VR0RBA0wC4IJbG9jYWxob3N0MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwID
SAAwRQIgZHxBOm73F5JOVgTxYK9MzDF/A4ocRuwbr60d/RLSbWECIQC8QcBxsMZe
MT2Jp4k2S4EyY5q2JpbrVER7E4OeqDNMXQ==
-----END CERTIFICATE-----`;
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg8UgqfQ4I7yXmxYSx
dwSN7YVxX4mm/D9e6sEN6iSnEMChRANCAAS2Vdp+gz2wIHxrhiETDgRRre6RbceS
Wjz/KzfcoXZLwNUBI9KHfnflIVEBl6ZZ9zBPjon/FZM9TfpfMfDB0doj
-----END PRIVATE KEY-----`;

async function startTlsUpstream() {
  const readers: WireReader[] = [];
  const serverNames: unknown[] = [];
  const options = { cert: CERTIFICATE, key: KEY, ALPNProtocols: ["h2", "http/1.1"] };
  const server = createTlsServer(options, (socket) => {
    serverNames.push(socket.servername, socket.alpnProtocol);
    readers.push(new WireReader(socket));
    server.emit("accepted");
  });
  server.listen(0, "localhost");
  await once(server, "listening");
  return {
    server,
    readers,
    serverNames,
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const { socket } of readers) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

describe("an upstream behind TLS", () => {
  const trusted = getCACertificates("default");
  afterEach(() => setDefaultCACertificates(trusted));

  test("is tunnelled to by its name, in HTTP/1.1, where its certificate is trusted", async () => {
    setDefaultCACertificates([CERTIFICATE]);
    await using upstream = await startTlsUpstream();
    await using front = await startTunnelFront(`https://localhost:${upstream.port}`);
    await using peer = await WebSocketPeer.connect(front.port);
    peer.socket.write(encodeHandshake("/ws"));
    await once(upstream.server, "accepted");
    expect(upstream.serverNames).toEqual(["localhost", "http/1.1"]);
    const [server] = upstream.readers;
    expect(await server?.head()).toMatch(/^GET \/ws HTTP\/1\.1\r\n/);
    server?.socket.write(SWITCHING);
    await peer.head();
    server?.socket.write(encodeFrame({ payload: "down" }));
    expect((await peer.frame()).payload.toString()).toBe("down");
    peer.send({ payload: "up" });
    expect((await server?.frame())?.payload.toString()).toBe("up");
  });

  test("is not talked to where its certificate is not trusted", async () => {
    await using upstream = await startTlsUpstream();
    await using front = await startTunnelFront(`https://localhost:${upstream.port}`);
    await using peer = await WebSocketPeer.connect(front.port);
    peer.socket.write(encodeHandshake("/ws"));
    expect(await peer.head()).toContain(" 502 ");
    await expect(front.outcomes[0]).resolves.toEqual({
      kind: "failed",
      code: "UPSTREAM_UNREACHABLE",
    });
  });

  test("has until the connect time-out for its own handshake", async () => {
    const silent = createTcpServer((socket) => socket.on("error", () => {}).resume());
    silent.listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as AddressInfo;
    await using front = await startTunnelFront(`https://127.0.0.1:${port}`, {
      timeouts: { connectMs: 50, firstByteMs: 60_000 },
    });
    await using peer = await WebSocketPeer.connect(front.port);
    peer.socket.write(encodeHandshake("/ws"));
    expect(await peer.head()).toContain(" 504 ");
    await expect(front.outcomes[0]).resolves.toEqual({
      kind: "failed",
      code: "UPSTREAM_CONNECT_TIMEOUT",
    });
    silent.close();
  });
});
