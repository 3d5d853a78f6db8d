import type { ServerResponse } from "node:http";

/** Sends JSON as the legacy does: compact, UTF-8, `application/json` without a charset, fixed length. */
export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const body = Buffer.from(JSON.stringify(value));
  response
    .writeHead(status, {
      "content-type": "application/json",
      "content-length": String(body.byteLength),
    })
    .end(body);
}
