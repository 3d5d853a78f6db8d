import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { encodeRequestHead } from "#routing/upstream/request-head.ts";

const encode = (...headers: readonly string[]): string =>
  encodeRequestHead({ method: "GET", target: "/api", headers }, "legacy:8000");

const REFUSED = "refused";

/** The lines of the head as a lenient reader would see them. */
function linesOf(...headers: readonly string[]): readonly string[] | typeof REFUSED {
  try {
    return encode(...headers).split(/\r\n|\r|\n/u);
  } catch (error) {
    if (error instanceof TypeError) return REFUSED;
    throw error;
  }
}

/** A pair as the wire brings it, or with what no wire could bring. */
const name = fc.oneof(
  fc.constantFrom("Accept", "x-a", "TE", "host"),
  fc.string({ unit: fc.constantFrom("a", "-", " ", "\r", "\n", "\0", "é") }),
);
const value = fc.string({
  unit: fc.oneof(fc.constantFrom("\r\n", "\r", "\n", "\0", "\t", ": "), fc.string()),
});

describe("the head of a request for the upstream", () => {
  it("has the headers as they are given, in their order and spelling", () => {
    expect(encode("HOST", "a", "X-Two", "1", "x-two", "2", "x-empty", "")).toBe(
      "GET /api HTTP/1.1\r\nHOST: a\r\nX-Two: 1\r\nx-two: 2\r\nx-empty: \r\n\r\n",
    );
  });

  it("names the upstream's host where the client named none", () => {
    expect(encode("accept", "*/*")).toContain("\r\nHost: legacy:8000\r\n");
  });

  it("says that TE is for this hop", () => {
    expect(encode("host", "a", "te", "trailers")).toContain("\r\nConnection: TE\r\n");
  });

  it.each([
    ["a line end in a value", "x-a", "1\r\nx-evil: 2"],
    ["a line end behind a value", "x-a", "1\r\n"],
    ["a bare line feed", "x-a", "1\nx-evil: 2"],
    ["a bare carriage return", "x-a", "1\rx-evil: 2"],
    ["NUL", "x-a", "1\0"],
    ["a letter beyond latin1", "x-a", "ā"],
    ["a blank in a name", "x a", "1"],
    ["an empty name", "", "1"],
  ])("is not written with %s", (_what, ...pair) => {
    expect(() => encode("host", "a", ...pair)).toThrow(TypeError);
  });

  it("has one line for each header, whatever they hold, or is not written", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value), { maxLength: 5 }), (pairs) => {
        const own = pairs.some(([known]) => known.toLowerCase() === "te") ? ["Connection: TE"] : [];
        const given = pairs.map(([known, said]) => `${known}: ${said}`);
        const whole = ["GET /api HTTP/1.1", "host: a", ...given, ...own, "", ""];
        expect([REFUSED, whole]).toContainEqual(linesOf("host", "a", ...pairs.flat()));
      }),
    );
  });
});
