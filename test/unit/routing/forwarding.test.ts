import { expect, test } from "vitest";

import { parseTrust } from "#platform/trust.ts";
import { clientAddress } from "#routing/forwarding.ts";

test("the client's address is the first that can be believed", () => {
  expect(clientAddress("198.51.100.1", "6.6.6.6", parseTrust("off"))).toBe("198.51.100.1");
  const near = parseTrust("198.51.100.0/24");
  expect(clientAddress("198.51.100.1", "6.6.6.6, 203.0.113.9", near)).toBe("203.0.113.9");
  expect(clientAddress("198.51.100.1", ["6.6.6.6", "203.0.113.9"], near)).toBe("203.0.113.9");
  expect(clientAddress("198.51.100.1", "6.6.6.6, 203.0.113.9", parseTrust("on"))).toBe("6.6.6.6");
  expect(clientAddress("::ffff:198.51.100.1", undefined, parseTrust("on"))).toBe("198.51.100.1");
});
