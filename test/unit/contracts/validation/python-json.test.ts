import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { readLegacyBody } from "#contracts/validation/legacy-request.ts";
import { toPythonJson } from "#contracts/validation/python-json-text.ts";
import { MAX_JSON_DEPTH, readPythonJson } from "#contracts/validation/python-json.ts";

// What CPython 3.13's `json` made of each text.
import vectors from "./python-json-vectors.json" with { type: "json" };

const read = (text: string): ReturnType<typeof readLegacyBody> =>
  readLegacyBody("application/json", Buffer.from(text));

const malformed = (position: number, message: string): unknown => ({
  ok: false,
  status: 422,
  body: JSON.stringify({
    detail: [
      {
        type: "json_invalid",
        loc: ["body", position],
        msg: "JSON decode error",
        input: {},
        ctx: { error: message },
      },
    ],
  }),
});

describe("malformed JSON is refused with CPython's message and place", () => {
  const faulty = vectors.flatMap(({ text, message, position }) =>
    message === undefined || position === undefined
      ? []
      : [{ name: JSON.stringify(text), text, message, position }],
  );

  test.each(faulty)("$name", ({ text, message, position }) => {
    expect(read(text)).toEqual(malformed(position, message));
  });

  test("a place is counted in code points", () => {
    expect(read('{"😀": "😀" "b"}')).toEqual(malformed(10, "Expecting ',' delimiter"));
  });
});

describe("well-formed JSON is read and written as CPython does", () => {
  const sound = vectors.flatMap(({ text, json }) =>
    json === undefined ? [] : [{ name: JSON.stringify(text), text, json }],
  );

  test.each(sound)("$name", ({ text, json }) => {
    const reading = readPythonJson(text);
    expect(reading.kind === "value" && toPythonJson(reading.value)).toBe(json);
  });

  test.each([
    ["1.0", "1.0"],
    ["-0.0", "-0.0"],
    ["-0", "0"],
    ["1e16", "1e+16"],
    ["123456789012345680.0", "1.2345678901234568e+17"],
    ["0.0001", "0.0001"],
    ["0.00001", "1e-05"],
    ["123456789012345678901234567890", "123456789012345678901234567890"],
  ])("%s is written as %s", (text, written) => {
    const reading = readPythonJson(text);
    expect(reading.kind === "value" && toPythonJson(reading.value)).toBe(written);
  });

  test("the last of equal keys wins, at the place of the first", () => {
    const reading = readPythonJson('{"a": 1, "b": 2, "a": 3}');
    expect(reading.kind === "value" && toPythonJson(reading.value)).toBe('{"a":3,"b":2}');
  });

  test("NaN and the infinities are numbers", () => {
    expect(readPythonJson("[NaN, Infinity, -Infinity]")).toEqual({
      kind: "value",
      value: [
        { float: Number.NaN },
        { float: Number.POSITIVE_INFINITY },
        { float: Number.NEGATIVE_INFINITY },
      ],
    });
  });

  test("whatever JavaScript writes is read as the same", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const reading = readPythonJson(text);
        const written = reading.kind === "value" ? toPythonJson(reading.value) : "";
        expect(JSON.parse(written)).toEqual(JSON.parse(text));
      }),
    );
  });
});

const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

describe("what CPython's parser gives up on is refused without a place", () => {
  const unreadable = {
    ok: false,
    status: 400,
    body: '{"detail":"There was an error parsing the body"}',
  };

  test("nesting is bounded", () => {
    expect(read(nested(MAX_JSON_DEPTH)).ok).toBe(true);
    expect(read(nested(MAX_JSON_DEPTH + 1))).toEqual(unreadable);
    expect(read("[".repeat(1_000_000))).toEqual(unreadable);
    expect(read('{"a":'.repeat(1_000_000))).toEqual(unreadable);
  });

  test("siblings do not count as depth", () => {
    expect(read(`[${"[],".repeat(MAX_JSON_DEPTH)}[]]`).ok).toBe(true);
  });

  test("an integer may have 4300 digits", () => {
    expect(read(`-${"9".repeat(4300)}`).ok).toBe(true);
    expect(read("9".repeat(4301))).toEqual(unreadable);
  });

  test("bytes must be UTF-8", () => {
    expect(readLegacyBody("application/json", Buffer.from([0x22, 0xff, 0x22]))).toEqual(unreadable);
    expect(readLegacyBody("text/plain", Buffer.from([0xff]))).toEqual(unreadable);
  });
});
