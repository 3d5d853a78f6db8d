import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { createAuditLog } from "#pam/audit-log/index.ts";
import type { Database, OpenDatabase } from "#platform/database/index.ts";
import { openEmbedded } from "#platform/database/open-embedded.ts";
import { createLogger } from "#platform/logger.ts";
import { createManualClock } from "#support/manual-clock.ts";

const ME = "11111111-1111-4111-8111-111111111111";
const OTHER = "22222222-2222-4222-8222-222222222222";
const NOW = Date.parse("2026-11-15T12:30:00Z");

let opened: OpenDatabase;
let database: Database;
let log: ReturnType<typeof createAuditLog>;
let lines: string[];

const createLog = (open: () => Promise<Database>): typeof log =>
  createAuditLog({
    database: open,
    clock: createManualClock(NOW),
    logger: createLogger({ level: "warn", write: (line: string) => lines.push(line) }),
  });

beforeAll(async () => {
  opened = await openEmbedded();
  database = opened.database;
});
afterAll(async () => opened.close());
beforeEach(async () => {
  lines = [];
  log = createLog(async () => database);
  await database.deleteFrom("pam_analytics_logs").execute();
});

const EVENT = {
  eventType: "user_action",
  severity: "info",
  message: "Something was done",
  userId: ME,
  requestId: "r1",
  endpoint: "/x",
} as const;

test("an event is listed as it was recorded, to its own user", async () => {
  await log.record({ ...EVENT, context: { n: 1 } });
  expect(await log.list(ME, { limit: 10 })).toEqual([
    {
      eventType: "user_action",
      severity: "info",
      message: "Something was done",
      userId: ME,
      requestId: "r1",
      sessionId: null,
      endpoint: "/x",
      durationMs: null,
      errorCode: null,
      errorMessage: null,
      context: { n: 1 },
      at: expect.stringContaining("2026-11-15T12:30:00"),
    },
  ]);
  expect(await log.list(OTHER, { limit: 10 })).toEqual([]);
});

test("what went wrong, how long it took and when it was are kept where they are said", async () => {
  const failed = { ...EVENT, severity: "error", sessionId: "s", errorMessage: "late" } as const;
  await log.recordAll([
    { ...failed, durationMs: 12.6, atMs: NOW - 1_000 },
    { ...EVENT, userId: "auth0|1" },
  ]);
  expect(await log.list(ME, { limit: 10 })).toMatchObject([
    {
      severity: "error",
      sessionId: "s",
      durationMs: 13,
      errorMessage: "late",
      at: expect.stringContaining("2026-11-15T12:29:59"),
    },
  ]);
});

test("events are found by type, severity and time, and counted by the hour", async () => {
  await log.recordAll([
    { ...EVENT, durationMs: 10 },
    { ...EVENT, durationMs: 20 },
    { ...EVENT, eventType: "ai_request", severity: "warning", atMs: NOW - 7_200_000 },
  ]);
  const count = async (filter: object) => (await log.list(ME, { limit: 10, ...filter })).length;
  expect(await count({ eventType: "ai_request" })).toBe(1);
  expect(await count({ severity: "info" })).toBe(2);
  expect(await count({ fromMs: NOW - 1 })).toBe(2);
  expect(await count({ toMs: NOW - 1 })).toBe(1);
  expect(await log.count(ME, { severity: "info" })).toEqual([
    {
      eventType: "user_action",
      severity: "info",
      hour: expect.stringContaining("2026-11-15T12:00:00"),
      count: 2,
      timedCount: 2,
      totalMs: 30,
    },
  ]);
});

test("rows of other writers are read with what they have", async () => {
  await database
    .insertInto("pam_analytics_logs")
    .values([
      { user_id: ME, success: false, message_preview: "Hi", metadata: { endpoint: 7 } },
      { user_id: ME, created_at: null },
    ])
    .execute();
  const events = await log.list(ME, { limit: 10 });
  expect(events.map(({ message, severity, endpoint }) => [message, severity, endpoint])).toEqual([
    ["Hi", "error", null],
    ["", "info", null],
  ]);
});

test("a user whose id is no UUID has no events", async () => {
  await log.record({ ...EVENT, userId: "auth0|1" });
  expect(await log.list("auth0|1", { limit: 10 })).toEqual([]);
  expect(await log.count("auth0|1", {})).toEqual([]);
});

test("a database that is away makes nobody fail, and is told to the operator", async () => {
  const away = createLog(async () => Promise.reject(new Error("away")));
  await away.record(EVENT);
  expect(lines.join("")).toContain("Cannot write to the audit log");
});
