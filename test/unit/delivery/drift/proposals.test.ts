import { describe, expect, test } from "vitest";
import { z } from "zod";

import { toSteps, writtenCaseSchema } from "#contract-suite/cases/written-case.ts";
import { compareAnswers as holdTo } from "#contract-suite/compare/compare-answers.ts";
import { deviationSchema } from "#contract-suite/deviations/deviation.ts";
import { type Answer, compareAnswers, type Transcript } from "#delivery/compare/index.ts";
import {
  type DriftExample,
  proposeCase,
  proposeDeviation,
  toConversationExample,
  toExchangeExample,
} from "#delivery/drift/index.ts";
import { signToken } from "#support/sign-token.ts";

const KEY = Buffer.alloc(32, 7);
const SUBJECT = "9f0c1c1e-7d7b-4a55-8f52-0d2f4c3a7b11";
const token = await signToken({ sub: SUBJECT, email: "ada@lovelace.example" });
const OPTIONS = {
  token: { name: "1-1111_valid", subject: "11111111-1111-4111-8111-111111111111" },
};

const answer = (status: number, headers: readonly string[], body: unknown): Answer => ({
  status,
  headers: ["Content-Type", "application/json", ...headers],
  body: Buffer.from(JSON.stringify(body)),
});

const legacy = answer(200, ["server", "uvicorn"], {
  response: "Hello Ada",
  user_id: SUBJECT,
  message_id: "0b5c4b5e-1e0c-4a5e-9f43-1f0f8f5b3a10",
  timestamp: "2026-11-22T20:33:44.820145",
  processing_time_ms: 12,
  email: "ada@lovelace.example",
});
const native = answer(200, [], { response: "Hello Ada", user_id: SUBJECT, extra: [1] });

const facts = {
  id: "7",
  atMs: Date.UTC(2026, 10, 22),
  requestId: "request-1",
  routeId: "chat.send",
  omitted: 0,
  effects: [],
};

function toExample(more: { native?: Answer; body?: string } = {}): DriftExample {
  const other = more.native ?? native;
  return toExchangeExample(
    { ...facts, differences: compareAnswers(legacy, other).differences },
    {
      request: {
        method: "POST",
        target: `/api/v1/pam/chat?user=${SUBJECT}`,
        headers: [
          "Authorization",
          `Bearer ${token}`,
          "Cookie",
          "a=b",
          "Content-Type",
          "application/json",
        ],
        body: Buffer.from(more.body ?? '{"message": "mail ada@lovelace.example"}'),
      },
      legacy,
      native: other,
    },
    KEY,
  );
}

/** The text of a file that was proposed, as JSON. */
function read(result: ReturnType<typeof proposeCase>): { path: string; json: unknown } {
  if (result.kind === "impossible") throw new Error(result.reason);
  return { path: result.proposal.path, json: JSON.parse(result.proposal.text) };
}

const readCase = (example: DriftExample) =>
  z
    .array(writtenCaseSchema)
    .length(1)
    .parse(read(proposeCase(example, OPTIONS)).json)[0];

test("an example holds neither tokens nor what leads to a person", () => {
  const text = JSON.stringify(toExample());
  for (const secret of [token, SUBJECT, "lovelace", "a=b"]) expect(text).not.toContain(secret);
  expect(text).toContain("user@example.com");
});

test("a body that is too long to be redacted whole is not kept at all", () => {
  const example = toExample({ body: JSON.stringify({ message: "x".repeat(9_000) }) });
  expect(example.kind === "exchange" && example.request.body).toBeNull();
  expect(proposeCase(example).kind).toBe("impossible");
});

describe("a case", () => {
  test("is one that the contract suite reads, in a file that it looks for", () => {
    expect(read(proposeCase(toExample())).path).toBe(
      "contracts/cases/written/live-chat.send-2026-11-22-7.json",
    );
    expect(readCase(toExample())).toMatchObject({
      id: "live/chat.send-2026-11-22-7",
      route: "chat.send",
    });
  });

  test("asks as a caller whom the recordings know, with nothing that was taken out", () => {
    const [step] = readCase(toExample())?.steps ?? [];
    expect(step).toMatchObject({
      request: {
        method: "POST",
        target: `/api/v1/pam/chat?user=${OPTIONS.token.subject}`,
        headers: {
          authorization: "Bearer {{token:1-1111_valid}}",
          "content-type": "application/json",
        },
        body: { json: { message: "mail user@example.com" } },
      },
    });
    expect(JSON.stringify(step)).not.toContain("[redacted]");
  });

  test("is fulfilled by what legacy answers another time, and not by what native did", () => {
    const given = readCase(toExample());
    const [step] = given === undefined ? [] : toSteps(given);
    if (step?.kind !== "exchange") throw new Error("Not an exchange");
    const again = answer(200, ["server", "uvicorn"], {
      response: "Hello Ada",
      user_id: OPTIONS.token.subject,
      message_id: "1b5c4b5e-1e0c-4a5e-9f43-1f0f8f5b3a11",
      timestamp: "2027-01-01T00:00:00",
      processing_time_ms: 80,
      email: "user@example.com",
    });
    expect(holdTo(step.expected, again, { isExact: false })).toEqual([]);
    expect(holdTo(step.expected, native, { isExact: false })).not.toEqual([]);
  });
});

describe("a deviation", () => {
  test("is one that the contract suite reads, shows the case, and leaves the decision to be written", () => {
    const { path, json } = read(proposeDeviation(toExample(), { since: "0.2.0" }));
    const deviation = deviationSchema.parse(json);
    expect(path).toBe(`contracts/deviations/${deviation.id}.json`);
    expect(deviation.routes).toEqual(["chat.send"]);
    expect(deviation.why).toContain("TO BE WRITTEN");
    expect(deviation.shows[0]).toMatchObject({
      cases: ["live/chat.send-2026-11-22-7"],
      headers: { server: null },
      body: { kind: "object" },
    });
  });

  test("of another status shows that status", () => {
    const refused = toExample({ native: answer(401, [], { detail: "Who are you?" }) });
    const { json } = read(proposeDeviation(refused, { since: "0.2.0" }));
    expect(deviationSchema.parse(json).shows[0]).toMatchObject({ status: 401 });
  });

  test("of no answer there is none", () => {
    const example = toExample();
    if (example.kind !== "exchange") throw new Error("Not an exchange");
    const { native: _native, ...unanswered } = example;
    expect(proposeDeviation(unanswered, { since: "0.2.0" }).kind).toBe("impossible");
  });
});

const toTalk = (said: Transcript): DriftExample =>
  toConversationExample(
    { ...facts, routeId: "ws.socket", differences: [] },
    {
      request: { target: `/api/v1/pam/ws/${SUBJECT}?token=${token}`, headers: ["Origin", "a"] },
      legacy: said,
      native: undefined,
    },
    KEY,
  );

describe("of a conversation", () => {
  const talk: Transcript = {
    frames: [
      { from: "server", data: '{"type":"connection","message":"Welcome to all"}' },
      { from: "client", data: '{"type":"chat","message":"hi"}' },
      { from: "server", data: '{"type":"chat_response","content":"Good day"}' },
    ],
    close: { code: 4001, by: "server" },
  };
  test("the case has its turns, with words left to whoever answers", () => {
    expect(readCase(toTalk(talk))?.steps[0]).toMatchObject({
      socket: {
        target: `/api/v1/pam/ws/${OPTIONS.token.subject}?token={{token:1-1111_valid}}`,
        headers: { origin: "a" },
      },
      turns: [
        { expect: { kind: "object" } },
        { send: { json: { type: "chat", message: "hi" } } },
        { expect: { kind: "object" } },
        { end: { code: 4001 } },
      ],
    });
  });

  test("one with bytes in it cannot be said again", () => {
    const bytes: Transcript = {
      frames: [{ from: "client", data: Buffer.from([1]) }],
      close: undefined,
    };
    expect(proposeCase(toTalk(bytes)).kind).toBe("impossible");
  });
});
