import { expect, test } from "vitest";

import { parseDeprecations } from "#routing/deprecation.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";
import { type ChatLegacyOptions, startChatLegacy } from "#support/chat-legacy.ts";
import { startTestListener } from "#support/test-listener.ts";

const HEALTH = "/api/v1/pam/health";
const deprecations = parseDeprecations(
  JSON.stringify({
    "chat.health": {
      deprecation: "2023-06-30T23:59:59Z",
      sunset: "2027-01-01T00:00:00Z",
      link: "https://docs.example/pam",
      sunsetLink: "https://docs.example/end",
    },
  }),
  ROUTE_TABLE,
);
const answering: ChatLegacyOptions = {
  onRequest: (_request, response) =>
    response
      .writeHead(200, { link: "<https://a.example>; rel=next", "content-length": 2 })
      .end("{}"),
};

const toSeen = ({ headers }: Response): readonly (string | null)[] => [
  headers.get("x-banyan-side"),
  headers.get("deprecation"),
  headers.get("sunset"),
  headers.get("link"),
];
const LINKS =
  '<https://docs.example/pam>; rel="deprecation", <https://docs.example/end>; rel="sunset"';
const ENDS = ["@1688169599", "Fri, 01 Jan 2027 00:00:00 GMT"];

test("a route that will not stay says so on both sides, beside what the side says itself", async () => {
  await using legacy = await startChatLegacy(answering);
  const { origin } = legacy;
  await using strangled = await startTestListener({ origin, deprecations });
  await using native = await startTestListener({
    origin,
    deprecations,
    flags: { "pam.chat": "on" },
  });
  expect(toSeen(await fetch(new URL(HEALTH, strangled.url)))).toEqual([
    "legacy",
    ...ENDS,
    `<https://a.example>; rel=next, ${LINKS}`,
  ]);
  expect(toSeen(await fetch(new URL(HEALTH, native.url)))).toEqual(["native", ...ENDS, LINKS]);
});

test("Banyan's own answers on such a route say so too", async () => {
  await using legacy = await startChatLegacy({
    onRequest: (request) => request.socket.destroy(),
  });
  await using listener = await startTestListener({ origin: legacy.origin, deprecations });
  const response = await fetch(new URL(HEALTH, listener.url));
  expect(response.status).toBe(502);
  expect(toSeen(response)).toEqual(["legacy", ...ENDS, LINKS]);
});

test("other routes, and all routes without the setting, say nothing", async () => {
  await using legacy = await startChatLegacy({
    onRequest: (_request, response) => response.writeHead(200, { "content-length": 2 }).end("{}"),
  });
  const { origin } = legacy;
  await using some = await startTestListener({ origin, deprecations });
  await using none = await startTestListener({ origin });
  const nothing = ["legacy", null, null, null];
  expect(toSeen(await fetch(new URL("/api/v1/pam/history", some.url)))).toEqual(nothing);
  expect(toSeen(await fetch(new URL("/api/v1/pam/nowhere", some.url)))).toEqual(nothing);
  expect(toSeen(await fetch(new URL(HEALTH, none.url)))).toEqual(nothing);
});
