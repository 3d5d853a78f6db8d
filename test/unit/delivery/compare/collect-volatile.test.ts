import { join } from "node:path";

import { expect, test } from "vitest";

import { loadRecordings } from "#contracts/recordings/load-recordings.ts";
import { toBodyBytes } from "#contracts/recordings/recording.ts";
import { collectVolatile, compareAnswers, createVolatileRules } from "#delivery/compare/index.ts";
import { packageRoot } from "#platform/package-root.ts";
import { createRouteMatcher } from "#routing/match-route.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";

const match = createRouteMatcher(ROUTE_TABLE);
const { http } = loadRecordings(join(packageRoot(), "contracts/recordings"));
const tables = collectVolatile(http, (method, target) => match(method, target)?.route.id);

test("what the recordings of a route call volatile is collected", () => {
  expect(tables.get("chat.send")).toMatchObject({
    "/conversation_id": "uuid",
    "/processing_time_ms": "duration",
    "/timestamp": "timestamp",
  });
  for (const table of tables.values()) expect(Object.keys(table)).not.toContain("");
});

const answer = (text: string) => ({ status: 200, headers: [], body: Buffer.from(text) });

test("with it a recorded answer with other ids and times is the same answer, and with other words is not", () => {
  const recorded = http.find(({ id }) => id === "chat/happy");
  if (recorded === undefined) throw new Error("No recording of a chat");
  const body = toBodyBytes(recorded.response.body).toString();
  const again = body
    .replace(
      /"conversation_id":"[^"]+"/,
      '"conversation_id":"0b5c4b5e-1e0c-4a5e-9f43-1f0f8f5b3a10"',
    )
    .replace(/"timestamp":"[^"]+"/, '"timestamp":"2030-01-01T00:00:00"');
  const rules = createVolatileRules(tables.get("chat.send"));
  expect(again).not.toBe(body);
  expect(compareAnswers(answer(body), answer(again)).differences).not.toEqual([]);
  expect(compareAnswers(answer(body), answer(again), rules).differences).toEqual([]);
  const other = body.replace(/"response":"/, '"response":"No. ');
  expect(compareAnswers(answer(body), answer(other), rules).differences).toMatchObject([
    { field: "/body/response" },
  ]);
});
