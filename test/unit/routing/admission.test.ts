import fc from "fast-check";
import { expect, test } from "vitest";

import { admit } from "#routing/admission.ts";

const HOST = "banyan.example";
const limits = { maxUrlBytes: 100, isUpgrade: false };
const request = (url: string) => ({
  url,
  method: "OPTIONS",
  httpVersion: "1.1",
  headers: { host: HOST },
  rawHeaders: ["Host", HOST],
});
const target = (url: string, more = {}) => admit(request(url), { ...limits, ...more });

test.each([
  "/",
  "/api/v1/pam/health",
  "//double//slash",
  "/a/../b/./c",
  "/a%2Fb%00?q=%0d%0a",
  "/?",
  "/;x=1",
  "*",
])("the origin form %s goes on as it is", (url) => {
  expect(target(url)).toEqual({ kind: "admitted", target: url });
});

test.each([
  ["http://banyan.example/api?x=1", "/api?x=1"],
  ["HTTP://BANYAN.example//api/../x", "//api/../x"],
  ["http://banyan.example", "/"],
  ["http://banyan.example?x", "/?x"],
])("the absolute form %s goes on as %s where it names the Host", (url, expected) => {
  expect(target(url)).toEqual({ kind: "admitted", target: expected });
});

test.each([
  "http://inside.example/api",
  "ftp://banyan.example/",
  "banyan.example:80",
  "",
  "x",
  "http://",
])("%s is refused", (url) => {
  expect(target(url)).toEqual({ kind: "refused", code: "REQUEST_MALFORMED" });
});

test("an upgrade with an absolute form is refused even where it names the Host", () => {
  const refused = { kind: "refused", code: "REQUEST_MALFORMED" };
  expect(target("http://banyan.example/ws", { isUpgrade: true })).toEqual(refused);
  expect(target("*", { isUpgrade: true })).toEqual(refused);
});

test("the whole server can be meant by OPTIONS only", () => {
  const refused = { kind: "refused", code: "REQUEST_MALFORMED" };
  expect(admit({ ...request("*"), method: "GET" }, limits)).toEqual(refused);
});

test("a request that readers could differ about is refused on an upgrade too", () => {
  const twice = { ...request("/"), rawHeaders: ["Host", HOST, "Host", "inside.example"] };
  const refused = { kind: "refused", code: "REQUEST_MALFORMED" };
  expect(admit(twice, limits)).toEqual(refused);
  expect(admit(twice, { ...limits, isUpgrade: true })).toEqual(refused);
});

test("a target over the limit is refused as too long", () => {
  expect(target(`/${"x".repeat(100)}`)).toEqual({ kind: "refused", code: "URL_TOO_LONG" });
  expect(target(`/${"x".repeat(99)}`).kind).toBe("admitted");
});

test("a target in origin form is refused for a delimiter or what no byte is, and for nothing else", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
      const isRefused = text
        .split("")
        .some(
          (unit) =>
            unit < "!" || unit === "#" || (unit >= "\u007F" && unit < "\u0080") || unit > "\u00FF",
        );
      const expected = isRefused
        ? { kind: "refused", code: "REQUEST_MALFORMED" }
        : { kind: "admitted", target: `/${text}` };
      expect(target(`/${text}`)).toEqual(expected);
    }),
  );
});
