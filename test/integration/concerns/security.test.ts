import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";

import { createRateLimits, type RateLimits } from "#pam/rate-limits/index.ts";
import { createMemoryViolationStore } from "#pam/safety/violations/memory-violation-store.ts";
import type { ViolationStore } from "#pam/safety/violations/violation-store.ts";
import { createManualClock, type ManualClock } from "#support/manual-clock.ts";
import { type Call, createCaller } from "#support/native-caller.ts";
import { startTestListener, type TestListener } from "#support/test-listener.ts";

const USER = { sub: "11111111-1111-4111-8111-111111111111" };
const OTHER = { sub: "22222222-2222-4222-8222-222222222222" };
const ADMIN = { sub: "99999999-9999-4999-8999-999999999999", role: "admin" };

const statusSchema = z.object({ most_common_violations: z.record(z.string(), z.number()) });

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

let clock: ManualClock;
let listener: TestListener;
let violations: ViolationStore;
let rateLimits: RateLimits;
let call: Call;

beforeEach(async () => {
  clock = createManualClock();
  violations = createMemoryViolationStore(clock);
  rateLimits = createRateLimits({ redis: undefined, clock });
  listener = await startTestListener({
    // Nothing is there: whatever is not native fails.
    origin: new URL("http://127.0.0.1:1"),
    flags: { "pam.security": "on" },
    dependencies: { violations, rateLimits },
  });
  call = createCaller(listener);
});
afterEach(async () => {
  await listener[Symbol.asyncDispose]();
});

async function violate(): Promise<void> {
  await violations.record(USER.sub, "VALIDATION_FAILURE");
  await violations.record(USER.sub, "VALIDATION_FAILURE");
  await violations.record(OTHER.sub, "REST_SUSPICIOUS_MESSAGE");
}

describe("the audit", () => {
  test("tells callers of their own violations, and of the totals", async () => {
    await violate();
    const { body } = await call("GET", "/security/audit", { claims: OTHER });
    expect(body["security_status"]).toEqual({
      blocked_ips_count: 0,
      suspicious_activity_events: 1,
      total_security_events: 3,
      most_common_violations: { [`${OTHER.sub}:REST_SUSPICIOUS_MESSAGE`]: 1 },
    });
  });

  test("tells administrators of everybody's, the most frequent first, ten at most", async () => {
    await violate();
    await Promise.all(
      Array.from({ length: 12 }, async (_, number) =>
        violations.record(`user-${number}`, "SECURITY_ERROR"),
      ),
    );
    const { body } = await call("GET", "/security/audit", { claims: ADMIN });
    const { most_common_violations: most } = statusSchema.parse(body["security_status"]);
    expect(Object.keys(most)).toHaveLength(10);
    expect(Object.keys(most)[0]).toBe(`${USER.sub}:VALIDATION_FAILURE`);
  });

  test("counts who is being limited", async () => {
    await rateLimits.rest_api.take(USER.sub);
    await rateLimits.rest_api.take(USER.sub);
    await rateLimits.rest_api.take(OTHER.sub);
    const { body } = await call("GET", "/security/audit", { claims: USER });
    expect(body).toMatchObject({
      rate_limiting: {
        active_limiters: { rest_api: { active_users: 2, total_active_requests: 3 } },
      },
    });
  });
});

describe("the reset", () => {
  test.each(["authenticated", "anon", "administrator", "ADMIN", ""])(
    "is refused to the role %s",
    async (role) => {
      await violate();
      expect(await call("POST", "/security/reset", { claims: { ...USER, role } })).toEqual({
        status: 403,
        body: { detail: "Administrator access required" },
      });
      expect(await violations.top(10)).toHaveLength(2);
    },
  );

  test.each(["admin", "service_role"])("forgets all violations for the role %s", async (role) => {
    await violate();
    const answer = await call("POST", "/security/reset", { claims: { ...USER, role } });
    expect(answer).toMatchObject({ status: 200, body: { message: "Security counters reset" } });
    expect(await violations.top(10)).toEqual([]);
  });

  test("is refused to whoever only says to be an administrator", async () => {
    const claims = encode({ ...ADMIN, exp: 4_102_444_800 });
    const response = await fetch(new URL("/api/v1/pam/security/reset", listener.url), {
      method: "POST",
      headers: { authorization: `Bearer ${encode({ alg: "none" })}.${claims}.` },
    });
    expect(response.status).toBe(401);
  });
});

describe("the caller's limits", () => {
  test("tell what was used, and when it is free again", async () => {
    await rateLimits.feedback.take(USER.sub);
    clock.advance(20_500);
    await rateLimits.feedback.take(USER.sub);
    await rateLimits.feedback.take(OTHER.sub);
    const { body } = await call("GET", "/rate-limits/status", { claims: USER });
    expect(body).toMatchObject({
      user_id: USER.sub,
      rate_limits: {
        feedback: {
          max_requests: 5,
          window_seconds: 60,
          used: 2,
          remaining: 3,
          reset_in_seconds: 40,
        },
        rest_api: { used: 0, remaining: 30, reset_in_seconds: 0 },
      },
    });
  });

  test("are not used up by asking", async () => {
    const claims = USER;
    const first = await call("GET", "/rate-limits/status", { claims });
    const second = await call("GET", "/rate-limits/status", { claims });
    expect(second.body["rate_limits"]).toEqual(first.body["rate_limits"]);
  });
});

const validate = async (type: string, body: unknown): Promise<Readonly<Record<string, unknown>>> =>
  (await call("POST", `/message-size/validate?message_type=${type}`, { claims: USER, body })).body;

describe("the sizes of messages", () => {
  test("are judged by the rules of the surface", async () => {
    expect(await validate("voice_synthesis", { text: "a".repeat(2_000) })).toMatchObject({
      valid: true,
      error: null,
      violation_count: 0,
    });
    expect(await validate("rest_api_chat", { message: "a".repeat(5_001) })).toMatchObject({
      valid: false,
      error: "One or more fields exceed size limits",
      field_violations: { message: "Field 'message' length 5001 exceeds limit 5000" },
      violation_count: 1,
    });
  });

  test("that were judged are counted in the status", async () => {
    await validate("feedback", { x: "a".repeat(5_000) });
    await validate("feedback", { x: "a" });
    const { body } = await call("GET", "/message-size/status", { claims: USER });
    expect(body["validation_statistics"]).toEqual({
      total_validations: 2,
      size_violations: 1,
      field_violations: 0,
      largest_message_seen: { bytes: 5_008, formatted: "4.9KB" },
      violation_rate: "50.0%",
    });
  });

  test("count floats as Python writes them", async () => {
    const { body } = await call("POST", "/message-size/validate", {
      claims: USER,
      text: '{"x": 2.0}',
    });
    expect(body).toMatchObject({ size_info: { message_size_bytes: 9 } });
  });

  test("malformed JSON is told before a missing token, a body that is no object after it", async () => {
    expect((await call("POST", "/message-size/validate", { text: "{" })).status).toBe(422);
    expect((await call("POST", "/message-size/validate", { body: [] })).status).toBe(401);
    const answer = await call("POST", "/message-size/validate", { claims: USER, body: [] });
    expect(answer.status).toBe(422);
  });
});
