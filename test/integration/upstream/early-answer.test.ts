import { describe, expect, test } from "vitest";

import { startRawServer, type Wire } from "#support/raw-http.ts";

import { ENGINES } from "./engines.ts";
import { startLeg, toChunk } from "./suite/leg.ts";

const SIZE = 20_000_000;
const TURNS = 10;

const HEAD = "POST /p HTTP/1.1\r\nHost: a\r\n";
const CHUNK = Buffer.from(toChunk("x".repeat(100_000)));

const sendOfKnownLength = (client: Wire): void => {
  client.write(`${HEAD}Content-Length: ${SIZE}\r\n\r\n`);
  client.write(Buffer.alloc(SIZE));
};

const sendInChunks = (client: Wire): void => {
  client.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`);
  for (let sent = 0; sent < SIZE; sent += 100_000) client.write(CHUNK);
  client.write("0\r\n\r\n");
};

/** Answers the head alone, and closes while the body still comes. */
async function refuse(wire: Wire): Promise<void> {
  await wire.until((text) => text.includes("\r\n\r\n"));
  // With bytes unread, its end resets the connection, and the reset is what the next write meets.
  wire.socket.pause();
  wire.socket.end("HTTP/1.1 413 Too Large\r\ncontent-length: 3\r\n\r\nbig");
  wire.socket.destroySoon();
}

describe.each(ENGINES)("an answer in mid-upload on %s", (_, create) => {
  test.each([
    ["of known length", sendOfKnownLength],
    ["in chunks", sendInChunks],
  ])("reaches the client although the upstream closes behind it: a body %s", async (__, send) => {
    await using leg = await startLeg(create, { legacy: await startRawServer({ onWire: refuse }) });
    for (let turn = 0; turn < TURNS; turn += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const client = await leg.proxy.connect();
      send(client);
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const answer = await client.read();
      expect(answer.startLine).toBe("HTTP/1.1 413 Too Large");
      expect(answer.body).toBe("big");
    }
  });

  test("leaves the connection of a client that sends its body to the end fit for its next request", async () => {
    await using leg = await startLeg(create, { legacy: await startRawServer({ onWire: refuse }) });
    const client = await leg.proxy.connect();
    sendInChunks(client);
    expect((await client.read()).body).toBe("big");
    client.write("GET /p HTTP/1.1\r\nHost: a\r\n\r\n");
    expect((await client.read()).body).toBe("big");
  });
});
