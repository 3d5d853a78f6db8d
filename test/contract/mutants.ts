import { expect } from "vitest";

import type { Answer, Fault } from "#support/faulty-front.ts";

/** One thing that is wrong, and the case that must notice. */
export interface Mutant {
  readonly name: string;
  readonly case: string;
  readonly fault: Fault;
}

type Json = Record<string, unknown>;

const onBody =
  (change: (body: Json) => unknown) =>
  (answer: Answer): Answer => {
    const body = JSON.parse(answer.body.toString()) as Json;
    return { ...answer, body: Buffer.from(JSON.stringify(change(body) ?? body)) };
  };

const onText =
  (change: (text: string) => string) =>
  (answer: Answer): Answer => {
    const text = answer.body.toString();
    expect(change(text), "the mutation changes something").not.toBe(text);
    return { ...answer, body: Buffer.from(change(text)) };
  };

const withStatus =
  (status: number) =>
  (answer: Answer): Answer => ({ ...answer, status });

const withoutHeader =
  (name: string) =>
  (answer: Answer): Answer => ({
    ...answer,
    headers: answer.headers.filter(
      (_, at) => answer.headers[at - (at % 2)]?.toLowerCase() !== name,
    ),
  });

const withHeader =
  (name: string, value: string) =>
  (answer: Answer): Answer => ({
    ...answer,
    headers: [...withoutHeader(name)(answer).headers, name, value],
  });

const onFrame =
  (number: number, change: (frame: Json) => Json) =>
  (text: string, at: number): readonly string[] =>
    at === number ? [JSON.stringify(change(JSON.parse(text) as Json))] : [text];

/** Frames 1 and 2 in each other's place. */
function swapFrames(): NonNullable<Fault["frame"]> {
  let held = "";
  return (text, at) => {
    if (at === 1) {
      held = text;
      return [];
    }
    return at === 2 ? [text, held] : [text];
  };
}

const without = (body: Json, key: string): Json => {
  const { [key]: _, ...rest } = body;
  return rest;
};

/** Of a legacy: one or more for each concern. */
export const LEGACY_MUTANTS: readonly Mutant[] = [
  {
    name: "chat: a field is missing",
    case: "chat/happy",
    fault: { answer: onBody((body) => without(body, "intent")) },
  },
  {
    name: "chat: a field more",
    case: "chat/happy",
    fault: { answer: onBody((body) => ({ ...body, debug: true })) },
  },
  {
    name: "chat: fields in another order",
    case: "chat/happy",
    fault: { answer: onBody(({ response, ...rest }) => ({ ...rest, response })) },
  },
  {
    name: "chat: a whole number becomes a fraction",
    case: "chat/happy",
    fault: { answer: onBody((body) => ({ ...body, processing_time_ms: 1.5 })) },
  },
  {
    name: "chat: a timestamp gets a zone",
    case: "chat/happy",
    fault: { answer: onBody((body) => ({ ...body, timestamp: `${String(body["timestamp"])}Z` })) },
  },
  {
    name: "chat: an id that is no UUID",
    case: "chat/happy",
    fault: { answer: onBody((body) => ({ ...body, message_id: "1" })) },
  },
  {
    name: "chat: null becomes an empty list",
    case: "chat/happy",
    fault: { answer: onBody((body) => ({ ...body, suggestions: [] })) },
  },
  { name: "chat: 401 becomes 403", case: "chat/noauth", fault: { answer: withStatus(403) } },
  {
    name: "chat: the challenge is missing",
    case: "chat/noauth",
    fault: { answer: withoutHeader("www-authenticate") },
  },
  {
    name: "chat: Allow names another method",
    case: "chat/405",
    fault: { answer: withHeader("allow", "GET") },
  },
  {
    name: "chat: the redirect goes elsewhere",
    case: "chat/slash",
    fault: { answer: withHeader("location", "/api/v1/pam/chat") },
  },
  {
    name: "chat: a generic 500 tells more",
    case: "history.get/happy",
    fault: { answer: onBody((body) => ({ ...body, trace: "x" })) },
  },
  {
    name: "analytics: a number becomes a text",
    case: "monthly-savings/happy",
    fault: {
      answer: onText((text) => text.replace(/"total_savings":([\d.]+)/, '"total_savings":"$1"')),
    },
  },
  {
    name: "analytics: a number is rounded",
    case: "monthly-savings/happy",
    fault: {
      answer: onText((text) => text.replace(/"subscription_cost":9\.99/, '"subscription_cost":10')),
    },
  },
  {
    name: "analytics: a list is wrapped in an object",
    case: "savings.recent/happy",
    fault: { answer: onBody((body) => ({ ...body, events: { items: body["events"] } })) },
  },
  {
    name: "analytics: an error text in other words",
    case: "savings.record/happy",
    fault: { answer: onBody(() => ({ detail: "Failed" })) },
  },
  {
    name: "analytics: another content type",
    case: "logs.search/happy",
    fault: { answer: withHeader("content-type", "application/json; charset=utf-8") },
  },
  {
    name: "analytics: a 422 without the place",
    case: "savings.record/emptyobj",
    fault: {
      answer: onBody((body) => ({
        detail: (body["detail"] as Json[]).map((item) => without(item, "loc")),
      })),
    },
  },
  {
    name: "analytics: a 422 with one error less",
    case: "savings.record/emptyobj",
    fault: { answer: onBody((body) => ({ detail: (body["detail"] as Json[]).slice(1) })) },
  },
  {
    name: "analytics: 422 becomes 400",
    case: "savings.record/emptyobj",
    fault: { answer: withStatus(400) },
  },
  {
    name: "cache: a flag becomes a text",
    case: "cache.status/happy",
    fault: {
      answer: onText((text) =>
        text.replace('"multi_level_caching":true', '"multi_level_caching":"true"'),
      ),
    },
  },
  {
    name: "cache: a percentage becomes a number",
    case: "cache.status/happy",
    fault: { answer: onText((text) => text.replace('"hit_rate":"0.00%"', '"hit_rate":0')) },
  },
  {
    name: "cache: null is left out",
    case: "cache.invalidate/happy",
    fault: { answer: onText((text) => text.replace('"user_id":null,', "")) },
  },
  { name: "cache: 200 becomes 204", case: "cache.warm/happy", fault: { answer: withStatus(202) } },
  {
    name: "security: a list in another order",
    case: "msgsize.status/happy",
    fault: {
      answer: onBody((body) => ({
        ...body,
        message_type_limits: Object.fromEntries(
          Object.entries(body["message_type_limits"] as Json).toReversed(),
        ),
      })),
    },
  },
  {
    name: "security: a key is renamed",
    case: "security.audit/happy",
    fault: {
      answer: onBody((body) => ({ ...without(body, "timestamp"), time: body["timestamp"] })),
    },
  },
  {
    name: "security: a header of the hardening is missing",
    case: "security.audit/happy",
    fault: { answer: withoutHeader("x-content-type-options") },
  },
  {
    name: "agentic: an error becomes a success",
    case: "agentic.plan/happy",
    fault: { answer: onBody((body) => ({ ...body, success: true })) },
  },
  {
    name: "agentic: the fallback is missing",
    case: "agentic.plan/happy",
    fault: { answer: onBody((body) => without(body, "fallback_available")) },
  },
  {
    name: "agentic: one of two server headers",
    case: "agentic.cap/happy",
    fault: { answer: withHeader("server", "uvicorn") },
  },
  {
    name: "tts: a byte of sound is another",
    case: "voice.test/happy",
    fault: {
      answer: (answer) => ({
        ...answer,
        body: Buffer.concat([answer.body.subarray(0, -1), Buffer.from("?")]),
      }),
    },
  },
  {
    name: "tts: a header that names the engine is missing",
    case: "voice.test/happy",
    fault: { answer: withoutHeader("x-tts-engine") },
  },
  {
    name: "tts: bytes as text",
    case: "voice/happy",
    fault: { answer: onBody((body) => ({ ...body, audio: String(body["audio"]) })) },
  },
  {
    name: "tts: a constant is another",
    case: "hybrid.health/happy",
    fault: { answer: onBody((body) => ({ ...body, architecture: "native" })) },
  },
  {
    name: "debug: a constant is another",
    case: "simple-status/happy",
    fault: { answer: onBody((body) => ({ ...body, status: "enabled" })) },
  },
  {
    name: "routing: 404 in other words",
    case: "route/unknown",
    fault: { answer: onBody(() => ({ detail: "Not found" })) },
  },
  {
    name: "routing: a preflight allows less",
    case: "cors/preflight.staging",
    fault: { answer: withHeader("access-control-allow-methods", "GET, POST") },
  },
  {
    name: "routing: a refused origin is let in",
    case: "cors/preflight.bad",
    fault: { answer: withHeader("access-control-allow-origin", "*") },
  },
  { name: "routing: a HEAD is answered", case: "health/head", fault: { answer: withStatus(200) } },
  {
    name: "ws: the reach of a notification is not told",
    case: "timer.notify/happy",
    fault: { answer: onBody((body) => ({ ...body, websocket_connected: null })) },
  },
  {
    name: "ws: 404 with a detail",
    case: "timer.dismiss/unknown",
    fault: { answer: onBody((body) => ({ detail: body["error"] })) },
  },
  {
    name: "ws: the welcome says something else",
    case: "ws/connect-good",
    fault: { frame: onFrame(0, (frame) => ({ ...frame, status: "ready" })) },
  },
  {
    name: "ws: the welcome is missing",
    case: "ws/connect-good",
    fault: { frame: (text, at) => (at === 0 ? [] : [text]) },
  },
  {
    name: "ws: an answer comes twice",
    case: "ws/ping",
    fault: { frame: (text, at) => (at === 1 ? [text, text] : [text]) },
  },
  {
    name: "ws: a pong echoes",
    case: "ws/ping",
    fault: { frame: onFrame(1, (frame) => ({ ...frame, timestamp: 1 })) },
  },
  {
    name: "ws: a field of the answer is missing",
    case: "ws/chat",
    fault: { frame: onFrame(1, (frame) => without(frame, "content")) },
  },
  {
    name: "ws: a failure shows as one",
    case: "ws/chat",
    fault: { frame: onFrame(1, (frame) => ({ ...frame, error: true })) },
  },
  {
    name: "ws: an error without its code",
    case: "ws/type-missing",
    fault: { frame: onFrame(1, (frame) => without(frame, "error_code")) },
  },
  {
    name: "ws: two answers in each other's place",
    case: "ws/pipelined-chat-and-ping",
    fault: { frame: swapFrames() },
  },
  {
    name: "ws: silence is broken",
    case: "ws/auth",
    fault: { frame: (text) => [text, '{"type":"init_ack"}'] },
  },
  {
    name: "ws: another close code",
    case: "ws/connect-expired-token",
    fault: { close: (_, reason) => [4000, reason] },
  },
  {
    name: "ws: another close reason",
    case: "ws/connect-expired-token",
    fault: { close: (code) => [code, "Token expired"] },
  },
  {
    name: "ws: the bridge closes in another way",
    case: "ws/bridge-invalid-json",
    fault: { close: () => [1007, ""] },
  },
  {
    name: "ws: the bridge's answer is another kind",
    case: "ws/bridge-supervisor",
    fault: { frame: onFrame(0, (frame) => ({ ...frame, type: "assistant_response" })) },
  },
];

/** Of the native sides. */
export const NATIVE_MUTANTS: readonly Mutant[] = [
  {
    name: "a deviation is not what it says",
    case: "agentic.cap/happy",
    fault: { answer: withHeader("x-xss-protection", "1; mode=block") },
  },
  {
    name: "a limiter's header comes back",
    case: "agentic.cap/happy",
    fault: { answer: withHeader("x-ratelimit-limit", "100") },
  },
  {
    name: "a version becomes a number",
    case: "agentic.cap/happy",
    fault: { answer: onBody((body) => ({ ...body, version: 1 })) },
  },
  {
    name: "a forged token is let in",
    case: "auth.jwt/tampered",
    fault: { answer: withStatus(200) },
  },
  {
    name: "a refusal in other words",
    case: "auth.jwt/none",
    fault: { answer: onBody(() => ({ detail: "Invalid signature" })) },
  },
  {
    name: "a refusal without a challenge",
    case: "agentic.cap/noauth",
    fault: { answer: withoutHeader("www-authenticate") },
  },
  {
    name: "a time becomes a text",
    case: "health/happy",
    fault: {
      answer: onBody((body) => ({ ...body, response_time_ms: String(body["response_time_ms"]) })),
    },
  },
  {
    name: "a negative age",
    case: "health/happy",
    fault: { answer: onBody((body) => ({ ...body, cached: true, cache_age_seconds: -1 })) },
  },
  {
    name: "a zone is added",
    case: "health/happy",
    fault: {
      answer: onBody((body) => ({ ...body, timestamp: `${String(body["timestamp"])}+00:00` })),
    },
  },
  {
    name: "an origin that nobody allowed",
    case: "cors/get.prod",
    fault: { answer: withHeader("access-control-allow-origin", "https://elsewhere.example") },
  },
  {
    name: "the other side answered",
    case: "health/happy",
    fault: { answer: withHeader("x-banyan-side", "legacy") },
  },
];
