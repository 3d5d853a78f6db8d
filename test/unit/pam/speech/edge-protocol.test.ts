import { expect, test } from "vitest";

import {
  EDGE_URL,
  isEdgeEnd,
  readEdgeSound,
  toEdgeRequest,
  toEdgeTarget,
} from "#pam/speech/engines/edge-protocol.ts";
import { resolveVoice } from "#pam/speech/index.ts";

const request = (text: string): string =>
  toEdgeRequest({
    requestId: "abc",
    text,
    voice: resolveVoice("pam_british_male"),
    voiceId: "en-GB-RyanNeural",
  });

test("a text cannot leave its place in the markup", () => {
  const markup = request(`</voice><voice name="x">&'`);
  expect(markup).toContain(
    '<voice name="en-GB-RyanNeural">&lt;/voice&gt;&lt;voice name=&quot;x&quot;&gt;&amp;&apos;</voice></speak>',
  );
  expect(markup.match(/<voice /gu)).toHaveLength(1);
});

test("the request names its id, its language and its voice", () => {
  expect(request("Hi").split("\r\n")).toEqual([
    "X-RequestId:abc",
    "Content-Type:application/ssml+xml",
    "Path:ssml",
    "",
    '<speak version="1.0" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="en-GB"><voice name="en-GB-RyanNeural">Hi</voice></speak>',
  ]);
});

const proofAt = (nowMs: number): string | null =>
  toEdgeTarget(EDGE_URL, { nowMs, connectionId: "c" }).searchParams.get("Sec-MS-GEC");

test("the proof in the address is the same for five minutes, and another in the next", () => {
  const nowMs = Date.UTC(2026, 10, 24, 12, 0, 0);
  expect(proofAt(nowMs)).toMatch(/^[0-9A-F]{64}$/u);
  expect(proofAt(nowMs + 299_999)).toBe(proofAt(nowMs));
  expect(proofAt(nowMs + 300_000)).not.toBe(proofAt(nowMs));
});

function binary(head: string, body: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(head.length);
  return Buffer.concat([length, Buffer.from(head), Buffer.from(body)]);
}

test.each([
  ["behind its head", binary("X-RequestId:abc\r\nPath:audio\r\n", "sound"), "sound"],
  [
    "even where it holds what looks like a head",
    binary("Path:audio\r\n", "Path:audio\r\n"),
    "Path:audio\r\n",
  ],
  ["and none in a message of another kind", binary("Path:other\r\n", "sound"), ""],
  ["and none in a message without a head", Buffer.from([1]), ""],
  ["and none in one whose head claims more than there is", Buffer.from([255, 255, 1]), ""],
])("a message's sound is what stands %s", (_, message, sound) => {
  expect(readEdgeSound(message).toString()).toBe(sound);
});

test("the end is a message of its own", () => {
  expect(isEdgeEnd("X-RequestId:abc\r\nPath:turn.end\r\n\r\n{}")).toBe(true);
  expect(isEdgeEnd("X-RequestId:abc\r\nPath:turn.start\r\n\r\nturn.end")).toBe(false);
});
