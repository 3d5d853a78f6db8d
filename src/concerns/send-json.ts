import type { ServerResponse } from "node:http";
import { gzip } from "node:zlib";

/** Shorter bodies gain nothing. The legacy's figure. */
const MIN_GZIP_BYTES = 1_024;

function send(response: ServerResponse, status: number, body: Buffer): void {
  response
    .writeHead(status, {
      "content-type": "application/json",
      "content-length": String(body.byteLength),
    })
    .end(body);
}

/** As the legacy reads it: anywhere in the header, whatever its weight. */
const acceptsGzip = ({ req: { headers } }: ServerResponse): boolean =>
  String(headers["accept-encoding"]).includes("gzip");

function sendPacked(response: ServerResponse, status: number, body: Buffer): void {
  const other = response.getHeader("vary");
  response.setHeader(
    "vary",
    other === undefined ? "Accept-Encoding" : `Accept-Encoding, ${String(other)}`,
  );
  gzip(body, (error, packed) => {
    if (response.headersSent || response.destroyed) return;
    if (error !== null) {
      send(response, status, body);
      return;
    }
    response.setHeader("content-encoding", "gzip");
    send(response, status, packed);
  });
}

/**
 * Sends JSON as the legacy does: compact, UTF-8, `application/json` without a charset, fixed length, and in gzip from
 * 1 KiB on for who accepts it.
 */
export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const body = Buffer.from(JSON.stringify(value));
  if (body.byteLength >= MIN_GZIP_BYTES && acceptsGzip(response))
    sendPacked(response, status, body);
  else send(response, status, body);
}
