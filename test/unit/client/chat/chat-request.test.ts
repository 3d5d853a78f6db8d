import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { prepareChat, type Pam2ChatRequest } from "#client/chat/chat-request.ts";
import { PamClientError } from "#client/index.ts";
import { chatBody } from "#contracts/chat/send.contract.ts";
import { inboundEnvelope } from "#contracts/ws/inbound-frames.ts";

const USER = "11111111-1111-4111-8111-111111111111";
const ignore = (): void => {};

function failureOf(request: Pam2ChatRequest): unknown {
  try {
    return prepareChat(request, ignore);
  } catch (error) {
    return error instanceof PamClientError ? [error.failure, error.mayHaveArrived] : error;
  }
}

test("the context is repaired, completed with the user, and each repair told", () => {
  const told: string[] = [];
  // As plain JavaScript sends it.
  const context: Record<string, string> = { sessionId: "s" };
  const body = prepareChat({ user_id: USER, message: "Hello", context }, ({ path }) =>
    told.push(path),
  );
  expect(body).toEqual({
    type: "chat",
    user_id: USER,
    message: "Hello",
    context: { session_id: "s", user_id: USER },
  });
  expect(told).toEqual(["sessionId"]);
});

test.each(["", "someone", "ABCDEFAB-1111-4111-8111-111111111111"])(
  "a user %j, whom the backend would refuse, is named in the context alone",
  (user_id) => {
    const context = { user_id: "owner" };
    expect(prepareChat({ user_id, message: "Hello", context }, ignore)).toEqual({
      type: "chat",
      message: "Hello",
      context,
    });
  },
);

describe("what the backend would refuse is not sent", () => {
  test.each([
    ["an empty text", { message: " \n " }, "message"],
    ["2,001 code points", { message: "🚐".repeat(2001) }, "message"],
    ["a session id with a blank", { message: "x", session_id: "a b" }, "session_id"],
    [
      "eleven attachments",
      { message: "x", attachments: Array.from({ length: 11 }, String) },
      "attachments",
    ],
  ])("%s", (_title, fields, path) => {
    expect(failureOf({ user_id: USER, ...fields })).toEqual([
      { kind: "invalid-request", issues: [{ path, message: expect.any(String) }] },
      false,
    ]);
  });

  test("fifty-one fields of a context", () => {
    const context = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`f${index}`, 1]));
    expect(failureOf({ user_id: USER, message: "x", context })).toMatchObject([
      { kind: "invalid-request", issues: [{ path: "context" }] },
      false,
    ]);
  });

  test("a context with errors", () => {
    // @ts-expect-error -- a place without coordinates or city
    const context: Pam2ChatRequest["context"] = { user_location: { country: "Australia" } };
    expect(failureOf({ user_id: USER, message: "x", context })).toMatchObject([
      { kind: "invalid-context", issues: [{ code: "USER_LOCATION_EMPTY" }] },
      false,
    ]);
  });

  test("2,000 emoji are not too long", () => {
    expect(failureOf({ user_id: USER, message: "🚐".repeat(2000) })).toHaveProperty("type", "chat");
  });
});

test("whatever is sent passes both of the backend's envelopes", () => {
  const request = fc.record(
    {
      user_id: fc.oneof(fc.constant(USER), fc.string()),
      message: fc.oneof(fc.string({ unit: "grapheme" }), fc.constant("x".repeat(2000))),
      session_id: fc.oneof(fc.constant("s-1"), fc.string()),
      context: fc.dictionary(fc.string(), fc.jsonValue()),
    },
    { requiredKeys: ["user_id", "message"] },
  );
  fc.assert(
    fc.property(request, (fields) => {
      // @ts-expect-error -- contexts as a careless program makes them
      const sent = failureOf(fields);
      const frame: unknown = JSON.parse(JSON.stringify(sent));
      const isSent = !Array.isArray(sent);
      expect([
        isSent,
        inboundEnvelope.safeParse(frame).success && chatBody.safeParse(frame).success,
      ]).toEqual([isSent, isSent]);
    }),
    { numRuns: 500 },
  );
});
