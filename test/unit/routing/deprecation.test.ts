import { describe, expect, test } from "vitest";

import { parseDeprecations } from "#routing/deprecation.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";

const parse = (entries: unknown) => parseDeprecations(JSON.stringify(entries), ROUTE_TABLE);
const SIDE = ["x-banyan-side", "legacy"];
const headersOf = (entry: object): readonly string[] =>
  parse({ "chat.health": entry }).addTo([], "chat.health");

describe("the headers of a route", () => {
  test("say since when it is deprecated, in the form of RFC 9745", () => {
    // The example of RFC 9745 §2.1.
    expect(headersOf({ deprecation: "2023-06-30T23:59:59Z" })).toEqual([
      "deprecation",
      "@1688169599",
    ]);
  });

  test("say when it ends, in the form of RFC 8594, and where to read more", () => {
    expect(
      headersOf({
        deprecation: "2018-11-11T23:59:59+00:00",
        sunset: "2018-12-31T23:59:59.900Z",
        link: "https://docs.example/pam?a=b c",
        sunsetLink: "https://docs.example/end",
      }),
    ).toEqual([
      "deprecation",
      "@1541980799",
      "sunset",
      "Mon, 31 Dec 2018 23:59:59 GMT",
      "link",
      '<https://docs.example/pam?a=b%20c>; rel="deprecation", <https://docs.example/end>; rel="sunset"',
    ]);
  });

  test("stand behind those of the side, and are made once", () => {
    const deprecations = parse({ "chat.health": { deprecation: "2026-01-01T00:00:00Z" } });
    const headers = deprecations.addTo(SIDE, "chat.health");
    expect(headers).toEqual([...SIDE, "deprecation", "@1767225600"]);
    expect(deprecations.addTo(SIDE, "chat.health")).toBe(headers);
    expect(deprecations.addTo(["x-banyan-side", "native"], "chat.health")[1]).toBe("native");
  });

  test.each(["chat.send", undefined])("leave others alone: %s", (id) => {
    const deprecations = parse({ "chat.health": { deprecation: "2026-01-01T00:00:00Z" } });
    expect(deprecations.addTo(SIDE, id)).toBe(SIDE);
  });
});

const GOOD = { deprecation: "2026-01-01T00:00:00Z" };

test.each([
  ["an unknown route", { "chat.nowhere": GOOD }, /chat\.nowhere: .*No route has this id/u],
  ["no date", { "chat.health": {} }, /chat\.health\.deprecation/u],
  ["a day without a time", { "chat.health": { deprecation: "2026-01-01" } }, /instant/u],
  [
    "an end before the deprecation",
    { "chat.health": { ...GOOD, sunset: "2025-12-31T23:59:59Z" } },
    /chat\.health\.sunset: .*not before/u,
  ],
  [
    "a link that would end its brackets",
    { "chat.health": { ...GOOD, link: "javascript:alert(1)" } },
    /chat\.health\.link/u,
  ],
  [
    "a link to an end that is not set",
    { "chat.health": { ...GOOD, sunsetLink: "https://a.example" } },
    /sunsetLink: Expected a sunset/u,
  ],
  ["a misspelt field", { "chat.health": { ...GOOD, sunSet: GOOD.deprecation } }, /sunSet/u],
])("%s is told at the start", (_, entries, message) => {
  expect(() => parse(entries)).toThrow(
    expect.objectContaining({
      code: "CONFIGURATION_INVALID",
      message: expect.stringMatching(message),
    }),
  );
});

test("what is no JSON is told at the start", () => {
  expect(() => parseDeprecations("{", ROUTE_TABLE)).toThrow("Cannot read the deprecations as JSON");
});

test("no character of a link gets out of its brackets", () => {
  const [, , , value = ""] = headersOf({ ...GOOD, link: 'https://a.example/">x\r\ny<' });
  expect(value).not.toMatch(/[\r\n"](?!deprecation"|$)|<.*<|>.*>/u);
});
