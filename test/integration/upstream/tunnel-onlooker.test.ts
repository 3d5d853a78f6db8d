import { expect, test } from "vitest";

import { createRecordingSocketTap } from "#support/recording-taps.ts";
import { startRawTunnel, SWITCHING } from "#support/tunnel-front.ts";
import { encodeFrame } from "#support/websocket-peer.ts";

test("an onlooker is shown what passes behind the 101, both ways, what came with it included", async () => {
  const tap = createRecordingSocketTap();
  await using tunnel = await startRawTunnel({ socketTap: tap });
  const { peer, server } = await tunnel.shake();
  const early = encodeFrame({ payload: "early" });
  server.socket.write(Buffer.concat([Buffer.from(SWITCHING), early]));
  await peer.head();
  await peer.bytes(early.length);
  const asked = encodeFrame({ payload: "asked", maskingKey: Buffer.from("mask") });
  peer.socket.write(asked);
  await server.bytes(asked.length);
  peer.socket.end();
  server.socket.end();
  const outcome = await tunnel.front.outcomes[0];
  if (outcome?.kind === "opened") await outcome.socket.closed;

  expect(tap.shown).toEqual([
    `upstream ${early.toString("latin1")}`,
    `client ${asked.toString("latin1")}`,
    "ended",
  ]);
});

test("an onlooker is shown nothing of a handshake that is refused", async () => {
  const tap = createRecordingSocketTap();
  await using tunnel = await startRawTunnel({ socketTap: tap });
  const { peer, server } = await tunnel.shake();
  server.socket.write("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
  expect(await peer.head()).toContain("403");
  await tunnel.front.outcomes[0];

  expect(tap.shown).toEqual([]);
});
