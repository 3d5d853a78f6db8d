/* What the client reads, held against everything that the legacy was recorded to answer, and against anything at all. */
import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { z } from "zod";

import * as answers from "#client/rest/answers.ts";
import { toFailure } from "#client/rest/refusal.ts";
import { readServerFrame } from "#client/socket/server-frame.ts";
import { loadRecordings } from "#contracts/recordings/load-recordings.ts";
import { toBodyBytes } from "#contracts/recordings/recording.ts";
import { packageRoot } from "#platform/package-root.ts";

const { http, ws } = loadRecordings(join(packageRoot(), "contracts", "recordings"));

const READERS: Readonly<Record<string, z.ZodType>> = {
  "POST /api/v1/pam/chat": answers.chatAnswer,
  "POST /api/v1/pam/voice": answers.voiceAnswer,
  "GET /api/v1/pam/health": answers.healthAnswer,
  "GET /api/v1/pam/savings/guarantee-status": answers.guaranteeAnswer,
  "GET /api/v1/pam/savings/recent": answers.recentSavingsAnswer,
  "POST /api/v1/pam/internal/dismiss-timer": answers.doneAnswer,
};

const given = http
  .filter(({ response }) => response.body.kind !== "omitted")
  .map(({ id, request, response }) => ({
    id,
    route: `${request.method} ${request.target.split("?")[0]}`,
    status: response.status,
    text: toBodyBytes(response.body).toString(),
  }));

describe.each(Object.entries(READERS))("%s", (route, reader) => {
  test("every success that was recorded can be read", () => {
    const successes = given.filter((answer) => answer.route === route && answer.status === 200);
    expect(successes.length).toBeGreaterThan(0);
    const unread = successes.filter(({ text }) => !reader.safeParse(JSON.parse(text)).success);
    expect(unread.map(({ id }) => id)).toEqual([]);
  });
});

test("every refusal that was recorded has a kind, and words where it has a body", () => {
  const refusals = given.filter(({ status, route }) => status >= 400 && route in READERS);
  expect(refusals.length).toBeGreaterThan(50);
  const wordless = refusals.filter(({ status, text }) => {
    const body: unknown = text.startsWith("{") ? JSON.parse(text) : text;
    const failure = toFailure({ status, body, retryAfterMs: undefined });
    return !("detail" in failure) || failure.detail === "";
  });
  expect(wordless.map(({ id }) => id)).toEqual([]);
});

test("every limit that was recorded says how long to wait, without its header", () => {
  const limits = given.filter(({ status, route }) => status === 429 && route in READERS);
  expect(limits.length).toBeGreaterThan(0);
  const open = limits.filter(({ text }) => {
    const failure = toFailure({ status: 429, body: JSON.parse(text), retryAfterMs: undefined });
    return failure.kind !== "rate-limited" || failure.retryAfterMs === undefined;
  });
  // That one names a time of the server's own zone.
  expect(open.filter(({ text }) => !text.includes("Client Blocked")).map(({ id }) => id)).toEqual(
    [],
  );
});

/** What the types of frames are to the client. */
const KINDS: Readonly<Record<string, string>> = {
  connection: "welcome",
  ping: "ping",
  pong: "pong",
  chat_response: "answer",
  error: "refusal",
  timer_expired: "timer-expired",
  context_updated: "other",
};

test("every frame that was recorded is what its type says", () => {
  const texts = ws
    .filter(({ open }) => open.target.startsWith("/api/v1/pam/ws/"))
    .flatMap(({ id, events }) =>
      events.flatMap((event) => (event.kind === "receive" ? [{ id, text: event.text }] : [])),
    );
  expect(texts.length).toBeGreaterThan(200);
  const wrong = texts.filter(({ text }) => {
    const { type }: { type: string } = JSON.parse(text);
    return readServerFrame(text).kind !== KINDS[type];
  });
  expect(wrong).toEqual([]);
});

test("no answer and no frame makes a reader throw", () => {
  const readers = [...Object.values(READERS), answers.historyAnswer, answers.recordedSavingsAnswer];
  const status = fc.integer({ min: 0, max: 599 });
  fc.assert(
    fc.property(fc.jsonValue(), status, (body, code) => {
      for (const reader of readers) expect(reader.safeParse(body)).toHaveProperty("success");
      expect(toFailure({ status: code, body, retryAfterMs: undefined })).toHaveProperty("kind");
      expect(readServerFrame(JSON.stringify(body))).toHaveProperty("kind");
      expect(readServerFrame(body)).toHaveProperty("kind");
    }),
  );
});
