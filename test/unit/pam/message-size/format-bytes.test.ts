import { createHash } from "node:crypto";

import { expect, test } from "vitest";

import { formatBytes } from "#pam/message-size/index.ts";

test.each([
  [0, "0B"],
  [1_023, "1023B"],
  [1_024, "1.0KB"],
  [12_000, "11.7KB"],
  [40_448, "39.5KB"],
  [141_417, "138.1KB"],
  [1_048_575, "1024.0KB"],
  [1_048_576, "1.0MB"],
  [10_485_760, "10.0MB"],
])("%d bytes are written %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test("a tie goes to the even digit, as in Python", () => {
  expect(formatBytes(1_280)).toBe("1.2KB");
  expect(formatBytes(1_792)).toBe("1.8KB");
});

test("every seventh size up to three million is written as CPython writes it", () => {
  const hash = createHash("sha256");
  for (let bytes = 0; bytes < 3_000_000; bytes += 7) hash.update(`${formatBytes(bytes)}\n`);
  // hashlib.sha256 over the same lines, with f"{n / 1024:.1f}KB" and f"{n / 1048576:.1f}MB".
  expect(hash.digest("hex")).toBe(
    "f0da98f06909c5e1218663ffc39fc0fcc3e2b130e27118ab28fed548d40945da",
  );
});
