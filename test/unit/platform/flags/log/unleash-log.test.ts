import { expect, test } from "vitest";

import { createUnleashLog } from "#platform/flags/index.ts";

const eventOf = (id: number, more: Readonly<Record<string, unknown>> = {}) => ({
  id,
  type: "feature-environment-enabled",
  createdAt: "2026-03-15T12:00:00.000Z",
  createdBy: "ada",
  createdByUserId: 3,
  environment: "development",
  featureName: "pam.chat",
  data: null,
  preData: null,
  ...more,
});

/** A server whose log is this, the newest event first. */
function open(
  events: readonly object[],
  me: () => Response = () => new Response("", { status: 500 }),
) {
  const asked: URL[] = [];
  const answer = async (input: string | URL | Request): Promise<Response> => {
    const url = new URL(input instanceof Request ? input.url : input);
    asked.push(url);
    if (url.pathname.endsWith("/user")) return me();
    const offset = Number(url.searchParams.get("offset"));
    const page = events.slice(offset, offset + Number(url.searchParams.get("limit")));
    return Response.json({ events: page, total: events.length });
  };
  const log = createUnleashLog({
    url: "https://unleash.example/api",
    token: "secret",
    clientToken: "pam:development.secret",
    fetch: answer,
  });
  return { log, asked };
}

const countDown = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => eventOf(from - index));

test("what came after an event is told, the oldest first, and what is no flip is passed over", async () => {
  const { log, asked } = open([
    eventOf(9, { type: "feature-stale-on" }),
    { id: 8, type: "nonsense" },
    eventOf(7),
    eventOf(6, { createdByUserId: -42 }),
    eventOf(5),
  ]);
  expect(await log.newestId()).toBe(9);
  const { flips, ...rest } = await log.after(5);
  expect(rest).toEqual({ lastId: 9, isCut: false });
  expect(flips.map(({ id, isByToken }) => [id, isByToken])).toEqual([
    [6, true],
    [7, false],
  ]);
  expect(asked[0]?.searchParams.get("project")).toBe("IS:pam");
  expect(await log.after(9)).toEqual({ flips: [], lastId: 9, isCut: false });
});

test("the events of the token's own user are those of a token", async () => {
  const { log } = open([eventOf(1)], () => Response.json({ user: { id: 3 } }));
  expect((await log.after(0)).flips).toMatchObject([{ isByToken: true }]);
});

test("an empty log has nothing, and whatever comes is new", async () => {
  const { log } = open([]);
  expect(await log.newestId()).toBe(0);
});

test("pages are read up to what is known", async () => {
  const { log, asked } = open(countDown(1_000, 1_000));
  const { flips, lastId, isCut } = await log.after(750);
  expect([flips.length, lastId, isCut]).toEqual([250, 1_000, false]);
  expect(asked.filter(({ pathname }) => pathname.endsWith("/events"))).toHaveLength(3);
});

test("of a flood of events the newest 500 are read, and that there were more is told", async () => {
  const { log } = open(countDown(5_000, 5_000));
  const { flips, isCut } = await log.after(1);
  expect([flips.length, flips[0]?.id, isCut]).toEqual([500, 4_501, true]);
});

test.each<[string, () => Response, string]>([
  ["is refused", () => new Response("no", { status: 403 }), "answered 403 to /search/events"],
  ["is a page", () => new Response("<html>"), "is not valid JSON"],
  ["is nonsense", () => Response.json({ events: [{}] }), "cannot be read"],
  ["does not end", () => new Response("x".repeat(9_000_000)), "more than 8388608 bytes"],
])("a log that %s rejects", async (_, answer, problem) => {
  const log = createUnleashLog({
    url: "https://unleash.example/api",
    token: "secret-token",
    clientToken: "*:development.x",
    fetch: async () => answer(),
  });
  await expect(log.after(0)).rejects.toThrow(problem);
});
