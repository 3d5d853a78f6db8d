import { expect, test } from "vitest";

import { createUpstream } from "#routing/upstream/index.ts";
import { startRawServer } from "#support/raw-http.ts";

import { startLeg } from "./suite/leg.ts";

const SIZE = 20_000_000;
const TURNS = 20;

test("an answer in mid-upload reaches the client although the upstream closes behind it", async () => {
  await using leg = await startLeg(createUpstream, {
    legacy: await startRawServer({
      async onWire(wire) {
        await wire.until((text) => text.includes("\r\n\r\n"));
        // With bytes unread, its end resets the connection, and the reset is what the next write meets.
        wire.socket.pause();
        wire.socket.end("HTTP/1.1 413 Too Large\r\ncontent-length: 3\r\n\r\nbig");
        wire.socket.destroySoon();
      },
    }),
  });
  for (let turn = 0; turn < TURNS; turn += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const client = await leg.proxy.connect();
    client.write(`POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: ${SIZE}\r\n\r\n`);
    client.write(Buffer.alloc(SIZE));
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const answer = await client.read();
    expect(answer.startLine).toBe("HTTP/1.1 413 Too Large");
    expect(answer.body).toBe("big");
  }
});
