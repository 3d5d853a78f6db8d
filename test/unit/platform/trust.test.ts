import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { AppError } from "#platform/errors.ts";
import { parseTrust, toForwardingChain, toPlainAddress } from "#platform/trust.ts";

const chainOf = (
  peer: string,
  forwardedFor: string | undefined,
  trust: string,
): readonly string[] => toForwardingChain(peer, forwardedFor, parseTrust(trust));

function kindOf(text: string): string {
  try {
    return parseTrust(text).kind;
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

describe("the setting", () => {
  test.each(["", "off", "false", "0", " OFF "])('"%s" trusts nobody', (text) => {
    expect(parseTrust(text)).toEqual({ kind: "off" });
  });

  test.each(["on", "true", " True "])('"%s" trusts whoever connects', (text) => {
    expect(parseTrust(text)).toEqual({ kind: "all" });
  });

  test("a number trusts as many hops", () => {
    expect(parseTrust("1")).toEqual({ kind: "hops", hops: 1 });
    expect(parseTrust("3")).toEqual({ kind: "hops", hops: 3 });
  });

  test("a list trusts addresses and blocks of both families", () => {
    expect(parseTrust("10.0.0.0/8, 192.0.2.1, 2001:db8::/32").kind).toBe("addresses");
  });

  test.each([
    "yes",
    "10.0.0.0/33",
    "10.0.0.0/-1",
    "10.0.0.0/",
    "10.0.0.0/8/9",
    "10.0.0",
    "33",
    "1.5",
    "::1/129",
    "10.0.0.1,,",
  ])('"%s" is refused', (text) => {
    expect(() => parseTrust(text)).toThrow(AppError);
  });

  test("any text is read or refused by name", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6()), (text) => {
        expect(kindOf(text)).toMatch(/^(off|all|hops|addresses|CONFIGURATION_INVALID)$/);
      }),
    );
  });
});

describe("the chain of addresses", () => {
  test.each([
    ["nobody is believed", "off", "203.0.113.9", ["198.51.100.1"]],
    [
      "the peer is believed about its own peer",
      "on",
      "203.0.113.9",
      ["203.0.113.9", "198.51.100.1"],
    ],
    [
      "with all that it says",
      "on",
      "6.6.6.6, 203.0.113.9",
      ["6.6.6.6", "203.0.113.9", "198.51.100.1"],
    ],
    [
      "hops end with the last that is trusted",
      "2",
      "5.5.5.5, 6.6.6.6, 203.0.113.9",
      ["6.6.6.6", "203.0.113.9", "198.51.100.1"],
    ],
    [
      "two hops reach one further",
      "2",
      "6.6.6.6, 203.0.113.9, 10.0.0.1",
      ["203.0.113.9", "10.0.0.1", "198.51.100.1"],
    ],
    ["a chain may be shorter than the hops", "5", "203.0.113.9", ["203.0.113.9", "198.51.100.1"]],
    [
      "a trusted block is walked through",
      "198.51.100.0/24,10.0.0.0/8",
      "6.6.6.6, 203.0.113.9, 10.9.9.9",
      ["203.0.113.9", "10.9.9.9", "198.51.100.1"],
    ],
    ["a peer outside the list is not believed", "10.0.0.0/8", "203.0.113.9", ["198.51.100.1"]],
    ["ports are left out", "on", "203.0.113.9:4711", ["203.0.113.9", "198.51.100.1"]],
    ["brackets are left out", "on", "[2001:db8::1]:443", ["2001:db8::1", "198.51.100.1"]],
    [
      "what is no address ends the chain",
      "3",
      "203.0.113.9, unknown, 10.0.0.1",
      ["10.0.0.1", "198.51.100.1"],
    ],
    ["an empty header says nothing", "on", "", ["198.51.100.1"]],
  ] as const)("%s", (...[, trust, forwardedFor, chain]) => {
    expect(chainOf("198.51.100.1", forwardedFor, trust)).toEqual(chain);
  });

  test("an IPv4 peer of a dual-stack listener is an IPv4 peer", () => {
    expect(toPlainAddress("::ffff:198.51.100.1")).toBe("198.51.100.1");
    expect(chainOf("::ffff:10.0.0.1", "203.0.113.9", "10.0.0.0/8")).toEqual([
      "203.0.113.9",
      "10.0.0.1",
    ]);
  });

  test("whatever a header says, the chain ends at the peer and holds only addresses", () => {
    const entry = fc.oneof(fc.string(), fc.ipV4(), fc.ipV6());
    const trust = fc.constantFrom("off", "on", "4", "0.0.0.0/0, ::/0");
    fc.assert(
      fc.property(fc.array(entry), trust, (entries, setting) => {
        const chain = chainOf("198.51.100.1", entries.join(","), setting);
        expect(chain.at(-1)).toBe("198.51.100.1");
        expect(chain.join("")).toMatch(/^[\da-fA-F:.%\w]*$/);
      }),
    );
  });

  test("nobody outside the trusted hops can add to it", () => {
    fc.assert(
      fc.property(fc.array(fc.ipV4()), fc.ipV4(), fc.ipV4(), (claims, client, proxy) => {
        const forwardedFor = [...claims, client, proxy].join(", ");
        expect(chainOf("198.51.100.1", forwardedFor, "2")).toEqual([client, proxy, "198.51.100.1"]);
      }),
    );
  });
});
