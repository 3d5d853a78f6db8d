import { describe, expect, test } from "vitest";

import { SpeechError, toSound } from "#pam/speech/sound.ts";
import { withTrueSizes } from "#pam/speech/wave.ts";

const PLACEHOLDER = 0x7ffff000;

function wave(samples: Buffer, chunksBefore: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(12);
  head.write("RIFF", 0, "latin1");
  head.writeUInt32LE(PLACEHOLDER + 36, 4);
  head.write("WAVE", 8, "latin1");
  const data = Buffer.alloc(8);
  data.write("data", 0, "latin1");
  data.writeUInt32LE(PLACEHOLDER, 4);
  return Buffer.concat([head, chunksBefore, data, samples]);
}

function chunk(name: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(name, 0, "latin1");
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}

describe("the sizes of a wave from a pipe", () => {
  test("become those of its bytes, and nothing else changes", () => {
    const before = wave(Buffer.from([1, 2, 3, 4]), chunk("fmt ", Buffer.alloc(16, 7)));
    const after = withTrueSizes(before);
    expect(after.length).toBe(before.length);
    expect(after.readUInt32LE(4)).toBe(before.length - 8);
    expect(after.readUInt32LE(12 + 24 + 4)).toBe(4);
    expect(after.subarray(8, 40)).toEqual(before.subarray(8, 40));
    expect(after.subarray(44)).toEqual(Buffer.from([1, 2, 3, 4]));
  });

  test("are found behind a chunk of odd length, which is padded", () => {
    const after = withTrueSizes(wave(Buffer.from([9, 9]), chunk("LIST", Buffer.from("abc"))));
    expect(after.readUInt32LE(12 + 8 + 4 + 4)).toBe(2);
  });

  test.each([
    ["without a data chunk", Buffer.from("RIFF0000WAVE")],
    ["that is empty", Buffer.alloc(0)],
    [
      "whose chunk claims to reach beyond its end",
      Buffer.concat([Buffer.from("RIFF0000WAVEfmt "), Buffer.alloc(4, 255)]),
    ],
  ])("of something %s are left alone", (_, bytes) => {
    expect(withTrueSizes(bytes)).toEqual(bytes);
  });
});

describe("a sound is told by its first bytes", () => {
  test.each([
    ["audio/wav", wave(Buffer.alloc(2))],
    ["audio/mpeg", Buffer.from("ID3\u0004")],
    ["audio/mpeg", Buffer.from([0xff, 0xf3, 0x64, 0xc4])],
    ["audio/mpeg", Buffer.from([0xff, 0xfb, 0x90, 0x00])],
  ])("%s", (mediaType, bytes) => {
    expect(toSound(bytes)).toEqual({ bytes, mediaType });
  });

  test.each([
    ["nothing", Buffer.alloc(0)],
    ["a page", Buffer.from("<!doctype html>")],
    ["RIFF of another kind", Buffer.from("RIFF0000AVI ")],
    ["half a frame's head", Buffer.from([0xff, 0x10])],
  ])("%s is none", (_, bytes) => {
    expect(() => toSound(bytes)).toThrow(SpeechError);
  });
});
