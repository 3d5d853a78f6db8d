import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { createPushes, type Pushes } from "#pam/pushes/index.ts";
import { systemClock } from "#platform/clock.ts";
import { type OpenDatabase, openDatabase } from "#platform/database/index.ts";
import { silentLogger } from "#platform/logger.ts";
import { createMetrics } from "#platform/metrics.ts";
import { type Call, createCaller } from "#support/native-caller.ts";
import { openPam, USER_ID } from "#support/pam-socket.ts";
import { startTestListener, type TestListener } from "#support/test-listener.ts";

const SECRET = "a-secret-of-the-workers";
const NOTIFY = "/internal/notify-timer";
const DISMISS = "/internal/dismiss-timer";
const TIMER_ID = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";
const TIMER = {
  user_id: USER_ID,
  timer_id: "t-1",
  label: "Pasta",
  timer_type: "alarm",
  message: "Pasta is done",
  timestamp: "2030-01-01T00:00:00Z",
};

let listener: TestListener;
let opened: OpenDatabase;
let pushes: Pushes;
let call: Call;

async function start(internalSecret: string | undefined): Promise<void> {
  pushes = createPushes({ metrics: createMetrics({ version: "0" }), logger: silentLogger });
  listener = await startTestListener({
    origin: new URL("http://127.0.0.1:1"),
    flags: { "pam.ws": "on" },
    dependencies: { internalSecret, pushes, database: async () => opened.database },
  });
  call = createCaller(listener);
}

beforeAll(async () => {
  opened = await openDatabase({ url: undefined, clock: systemClock, logger: silentLogger });
}, 60_000);
afterAll(async () => {
  await opened.close();
});
beforeEach(async () => start(SECRET));
afterEach(async () => {
  await listener[Symbol.asyncDispose]();
});

describe("a timer that ran out", () => {
  test("is told to the user's sockets, for whoever shows the secret in the query", async () => {
    const socket = await openPam(listener);
    const answer = await call("POST", `${NOTIFY}?x_internal_secret=${SECRET}`, { body: TIMER });
    expect(answer).toEqual({
      status: 200,
      body: {
        success: true,
        message: `Notification sent to user ${USER_ID}`,
        websocket_connected: true,
      },
    });
    expect(await socket.frame()).toEqual({
      type: "timer_expired",
      timer_id: "t-1",
      label: "Pasta",
      timer_type: "alarm",
      message: "Pasta is done",
      timestamp: "2030-01-01T00:00:00Z",
      action: "show_notification",
      notification: {
        title: "Alarm Complete!",
        body: "Pasta is done",
        requireInteraction: true,
        tag: "timer-t-1",
      },
    });
  });

  test("or in the header, as the legacy's worker does", async () => {
    const response = await fetch(new URL(`/api/v1/pam${NOTIFY}`, listener.url), {
      method: "POST",
      headers: { "content-type": "application/json", "x-internal-secret": SECRET },
      body: JSON.stringify(TIMER),
    });
    expect(await response.json()).toMatchObject({ success: true, websocket_connected: false });
  });

  test.each([
    ["no secret", ""],
    ["another secret", "?x_internal_secret=no"],
    ["an empty one", "?x_internal_secret="],
  ])("is told to nobody for %s", async (_, query) => {
    const socket = await openPam(listener);
    const answer = await call("POST", NOTIFY + query, { body: TIMER });
    expect(answer).toEqual({ status: 401, body: { detail: "Invalid internal API secret" } });
    await socket.quiet();
  });

  test("is told to nobody where no secret is set, whatever is shown", async () => {
    await listener[Symbol.asyncDispose]();
    await start(undefined);
    for (const query of ["", "?x_internal_secret=", "?x_internal_secret=undefined"]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await call("POST", NOTIFY + query, { body: TIMER })).toMatchObject({ status: 401 });
    }
  });

  test("is refused where it is no notice but a book", async () => {
    const body = { ...TIMER, message: "x".repeat(4_001) };
    const answer = await call("POST", `${NOTIFY}?x_internal_secret=${SECRET}`, { body });
    expect(answer).toMatchObject({ status: 413 });
  });
});

describe("a timer that is put away", () => {
  const statusOf = async (): Promise<unknown> =>
    opened.database
      .selectFrom("timers_and_alarms")
      .select("status")
      .where("id", "=", TIMER_ID)
      .executeTakeFirst();

  beforeEach(async () => {
    await opened.database.deleteFrom("timers_and_alarms").execute();
    await opened.database
      .insertInto("timers_and_alarms")
      .values({
        id: TIMER_ID,
        user_id: USER_ID,
        type: "timer",
        status: "active",
        scheduled_time: "2030-01-01T00:00:00Z",
      })
      .execute();
  });

  const QUERY = `?timer_id=${TIMER_ID}&user_id=${USER_ID}`;
  const DONE = { status: 200, body: { success: true, message: "Timer dismissed" } };
  const NOT_FOUND = { status: 404, body: { success: false, error: "Timer not found" } };

  test("is so by its user, as the web client asks for it", async () => {
    const body = { timer_id: TIMER_ID, user_id: USER_ID };
    expect(await call("POST", DISMISS, { body, claims: { sub: USER_ID } })).toEqual(DONE);
    expect(await statusOf()).toEqual({ status: "dismissed" });
  });

  test("is so by its user with parameters, and by whoever shows the secret", async () => {
    expect(await call("POST", DISMISS + QUERY, { claims: { sub: USER_ID } })).toEqual(DONE);
    expect(await call("POST", `${DISMISS}${QUERY}&x_internal_secret=${SECRET}`)).toEqual(DONE);
  });

  test("is not so by anybody else", async () => {
    const claims = { sub: "22222222-2222-4222-8222-222222222222" };
    expect(await call("POST", DISMISS + QUERY, { claims })).toEqual(NOT_FOUND);
    expect(await call("POST", DISMISS + QUERY)).toMatchObject({ status: 401 });
    expect(await call("POST", `${DISMISS}${QUERY}&x_internal_secret=no`)).toEqual({
      status: 401,
      body: { detail: "Invalid internal API secret" },
    });
    expect(await statusOf()).toEqual({ status: "active" });
  });

  test("is not found where it is none", async () => {
    const claims = { sub: USER_ID };
    for (const id of ["nope", "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"]) {
      const query = `?timer_id=${id}&user_id=${USER_ID}`;
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await call("POST", DISMISS + query, { claims })).toEqual(NOT_FOUND);
    }
  });

  test.each([
    ["half of the parameters", `?timer_id=${TIMER_ID}`, undefined],
    ["a body that is no JSON", "", "{"],
    ["a body of something else", "", '{"timer_id":1}'],
  ])("is refused for %s, in the legacy's words", async (_, query, text) => {
    const options = { claims: { sub: USER_ID }, ...(text !== undefined && { text }) };
    const { status, body } = await call("POST", DISMISS + query, options);
    expect(status).toBe(422);
    expect(JSON.stringify(body)).toContain('"loc":["query","user_id"]');
  });
});
