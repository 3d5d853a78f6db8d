import { describe, expect, test } from "vitest";

import { maskBody, maskHeader } from "#contracts/recordings/mask.ts";
import { fillPlaceholders, matchesHeaderValue } from "#contracts/recordings/volatile.ts";

describe("what is volatile is masked, everything else stays byte for byte", () => {
  test("in a body", () => {
    const volatile = { "/timestamp": "timestamp", "/id": "uuid" } as const;
    expect(maskBody('{"id":"1","cost":14.0,"timestamp":"2026"}', volatile)).toBe(
      '{"id":<uuid>,"cost":14.0,"timestamp":<timestamp>}',
    );
  });

  test("null is not the same as a value", () => {
    expect(maskBody('{"id":null}', { "/id": "uuid" })).toBe('{"id":null}');
  });

  test("a sentence that counts seconds is kept but for the number", () => {
    const body = '{"message":"Try again in 58 seconds.","retry_after":58}';
    const volatile = { "/message": "seconds-left", "/retry_after": "seconds-left" } as const;
    expect(maskBody(body, volatile)).toBe(
      '{"message":"Try again in <n> seconds.","retry_after":<seconds-left>}',
    );
  });

  test("a body that is state as a whole", () => {
    expect(maskBody("a,b\r\n", { "": "state" })).toBe("<state>");
  });

  test("in headers", () => {
    expect(maskHeader("Date", "Sun, 22 Nov 2026 21:27:53 GMT")).toBe("<volatile>");
    expect(maskHeader("content-security-policy", "x 'nonce-aEK7LepGtwv3amXiLssH1A' y")).toBe(
      "x 'nonce-<volatile>' y",
    );
    expect(maskHeader("location", "http://127.0.0.1:1/a")).toBe("http://<volatile>/a");
    expect(maskHeader("content-type", "application/json")).toBe("application/json");
  });
});

describe("placeholders of recorded headers", () => {
  test("are filled by name, and unknown ones left alone", () => {
    expect(fillPlaceholders("{{milliseconds}}ms {{token:x}} {{other}}", () => "1.25")).toBe(
      "1.25ms {{token:x}} {{other}}",
    );
  });

  test.each([
    ["{{milliseconds}}ms", "143.95ms", true],
    ["{{milliseconds}}ms", "fast", false],
    ["http://{{host}}/a?b=(c)", "http://localhost:1/a?b=(c)", true],
    ["http://{{host}}/a?b=(c)", "http://localhost:1/a?b=c", false],
    ["no-cache", "no-cache", true],
    ["{{http-date}}", "Sun, 22 Nov 2026 21:27:53 GMT", true],
  ])("%j holds %j: %s", (recorded, actual, expected) => {
    expect(matchesHeaderValue(recorded, actual)).toBe(expected);
  });
});
