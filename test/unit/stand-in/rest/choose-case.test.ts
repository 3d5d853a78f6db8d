import { describe, expect, test } from "vitest";

import type { HttpRecording } from "#contracts/recordings/recording.ts";
import { findNearest, findRecorded } from "#stand-in/rest/choose-case.ts";
import {
  digestRequest,
  toAnswerKey,
  type RecordedCase,
  type RequestDigest,
} from "#stand-in/rest/recorded-case.ts";

const check = { secret: "s", nowSeconds: 0 };

interface Case {
  readonly id: string;
  readonly target?: string;
  readonly body?: string;
  readonly headers?: readonly string[];
  readonly token?: Readonly<Record<string, unknown>>;
  readonly status?: number;
  readonly answer?: string;
}

const toToken = (claims: Readonly<Record<string, unknown>>): string =>
  [{ alg: "none" }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");

function digest({
  target = "/x",
  body = "",
  headers = [],
  token,
}: Omit<Case, "id">): RequestDigest {
  const authorization =
    token === undefined ? [] : ["Authorization", `Bearer ${toToken({ sub: "u", ...token })}.`];
  return digestRequest(
    { method: "POST", target, headers: [...headers, ...authorization], body: Buffer.from(body) },
    "jwt",
    check,
  );
}

function recorded(given: Case): RecordedCase {
  const recording: HttpRecording = {
    id: given.id,
    title: given.id,
    environment: "default",
    at: "2026-11-22T21:27:53Z",
    request: { method: "POST", target: "/x", headers: [], body: { kind: "none" } },
    response: {
      status: given.status ?? 200,
      headers: [],
      body: { kind: "text", text: given.answer ?? given.id },
    },
    volatile: {},
  };
  return { ...digest(given), recording, answerKey: toAnswerKey(recording) };
}

const choose = (cases: readonly Case[], request: Omit<Case, "id">): string | undefined =>
  findRecorded(cases.map(recorded), digest(request))?.recording.id;

const nearest = (cases: readonly Case[], request: Omit<Case, "id">): string | undefined =>
  findNearest(cases.map(recorded), digest(request))?.recording.id;

describe("the recording of this very request", () => {
  test("has the same credentials in the legacy's eyes", () => {
    const cases = [
      { id: "none", status: 401 },
      { id: "accepted", token: {} },
    ];
    expect(choose(cases, {})).toBe("none");
    expect(choose(cases, { token: { sub: "somebody else" } })).toBe("accepted");
  });

  test("has the same body, however it is written", () => {
    const cases = [
      { id: "one", token: {}, body: '{"a": 1, "b": [2]}' },
      { id: "two", token: {}, body: '{"a": 1}' },
    ];
    expect(choose(cases, { token: {}, body: '{"b":[2],"a":1}' })).toBe("one");
    expect(choose(cases, { token: {}, body: '{"a":2}' })).toBeUndefined();
  });

  test("has the same text in a body that is no JSON, and the same type", () => {
    const text = ["Content-Type", "text/plain"];
    const cases = [{ id: "text", token: {}, body: '{"a":1}', headers: text }];
    expect(choose(cases, { token: {}, body: '{"a":1}', headers: text })).toBe("text");
    expect(choose(cases, { token: {}, body: '{"a":1}' })).toBeUndefined();
    expect(choose(cases, { token: {}, body: '{"a": 1}', headers: text })).toBeUndefined();
  });

  test("has the same parameters, of repeated ones the last", () => {
    const cases = [{ id: "limit", token: {}, target: "/x?limit=2" }];
    expect(choose(cases, { token: {}, target: "/x?limit=1&limit=2" })).toBe("limit");
    expect(choose(cases, { token: {}, target: "/x" })).toBeUndefined();
  });

  test("needs every header by which it stood out, and is preferred with them", () => {
    const cases = [
      { id: "plain", token: {} },
      { id: "note", token: {}, headers: ["X-Note", "1 or 1=1"] },
    ];
    expect(choose(cases, { token: {} })).toBe("plain");
    expect(choose(cases, { token: {}, headers: ["x-note", "1 or 1=1"] })).toBe("note");
  });

  test("is the caller's own where there is one", () => {
    const cases = [
      { id: "known", token: { sub: "a" } },
      { id: "unknown", token: { sub: "b" }, status: 500 },
      { id: "admin", token: { sub: "a", role: "admin" } },
    ];
    expect(choose(cases, { token: { sub: "b" } })).toBe("unknown");
    expect(choose(cases, { token: { sub: "a", role: "admin" } })).toBe("admin");
  });

  test("is the answer given most often where answers differ by what the legacy remembered", () => {
    const cases = [
      { id: "first", token: {}, answer: "fresh" },
      { id: "second", token: {}, answer: "cached" },
      { id: "third", token: {}, answer: "cached" },
    ];
    expect(choose(cases, { token: {} })).toBe("second");
  });
});

describe("the nearest success", () => {
  test("is a success, whatever else is more alike", () => {
    const cases = [
      { id: "refused", token: {}, body: '{"a":1,"b":2}', status: 422 },
      { id: "good", token: {}, body: '{"a":2}' },
    ];
    expect(nearest(cases, { token: {}, body: '{"a":1,"b":3}' })).toBe("good");
  });

  test("shares the most names", () => {
    const cases = [
      { id: "message", token: {}, body: '{"message":"Hello"}' },
      { id: "session", token: {}, body: '{"message":"Hi","session_id":"s"}' },
      { id: "voice", token: {}, body: '{"message":"Hi","voice_input":true}' },
    ];
    expect(nearest(cases, { token: {}, body: '{"message":"What now?"}' })).toBe("message");
    expect(nearest(cases, { token: {}, body: '{"message":"Yo","session_id":"t"}' })).toBe(
      "session",
    );
    expect(nearest(cases, { token: {}, body: '{"message":"Yo","voice_input":true}' })).toBe(
      "voice",
    );
  });

  test("has the values of the request rather than its names alone", () => {
    const cases = [
      { id: "english", token: {}, body: '{"message":"Hi","language":"en"}' },
      { id: "spanish", token: {}, body: '{"message":"Hola","language":"es"}' },
    ];
    expect(nearest(cases, { token: {}, body: '{"message":"Yo","language":"es"}' })).toBe("spanish");
  });

  test("of a route that never succeeded is its handler's own failure", () => {
    const cases = [
      { id: "invalid", token: {}, status: 422 },
      { id: "failed", token: {}, status: 500 },
    ];
    expect(nearest(cases, { token: {}, target: "/x?page=2" })).toBe("failed");
  });

  test("is not looked for among other credentials", () => {
    expect(nearest([{ id: "accepted", token: {} }], {})).toBeUndefined();
  });
});
