import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { loadContractKnowledge } from "#cli/serve/shadow/contract-knowledge.ts";
import {
  type Answer,
  compareAnswers,
  compareTranscripts,
  type Transcript,
  type TranscriptClose,
} from "#delivery/compare/index.ts";
import { packageRoot } from "#platform/package-root.ts";

const CONTRACTS = join(packageRoot(), "contracts");
const { rulesOf, explainer } = await loadContractKnowledge(CONTRACTS);

const answer = (body: object, headers: readonly string[] = []): Answer => ({
  status: 200,
  headers,
  body: Buffer.from(JSON.stringify(body)),
});

test("what is new in every answer of a route is no difference on it, and is one on another", () => {
  const [one, other] = [answer({ cached: true }), answer({ cached: false })];
  const differences = (routeId: string) =>
    compareAnswers(one, other, rulesOf(routeId).volatile).differences.length;
  expect([differences("chat.health"), differences("chat.context")]).toEqual([0, 1]);
});

/** Paths of the differences by what explains them. */
function explain(
  routeId: string,
  legacy: Answer,
  native: Answer,
): Readonly<Record<string, string>> {
  const found = compareAnswers(legacy, native, rulesOf(routeId).volatile);
  const explained = explainer.answer(routeId, { legacy, native }, found);
  return Object.fromEntries(explained.map(({ path, explainedBy = "" }) => [path, explainedBy]));
}

test("a header that was decided upon is explained", () => {
  const by = explain("chat.health", answer({}, ["server", "uvicorn"]), answer({}));
  expect(by).toEqual({ "/headers/server": "server-identity" });
});

test("of hardening only what the legacy leaves out is explained", () => {
  const hardened = (value: string) => answer({}, ["x-frame-options", value]);
  expect(explain("chat.health", answer({}), hardened("DENY"))).toEqual({
    "/headers/x-frame-options": "hardened-failures",
  });
  expect(explain("chat.health", hardened("SAMEORIGIN"), hardened("DENY"))).toEqual({
    "/headers/x-frame-options": "",
  });
  expect(explain("chat.health", hardened("DENY"), answer({}))).toEqual({
    "/headers/x-frame-options": "",
  });
});

test("of an answer of the chat one field is explained, and no other", () => {
  const said = {
    response: "Hello",
    intent: null,
    confidence: null,
    suggestions: null,
    actions: [],
    requires_followup: null,
    context_updates: { profile_used: "general", cached_response: false },
    voice_enabled: null,
    conversation_id: "mine",
    session_id: "mine",
    message_id: "mine",
    processing_time_ms: 1,
    timestamp: "2030-01-01T00:00:00.000001",
    tokens_used: null,
  };
  const again = { profile_used: "general", cached_response: true };
  const native = answer({ ...said, response: "Good bye", actions: [1], context_updates: again });
  expect(explain("chat.send", answer(said), native)).toEqual({
    "/body/response": "",
    "/body/actions": "",
    "/body/context_updates/cached_response": "chat-answers-again",
  });
});

test("a deviation that nobody has worked out explains no answer", async () => {
  const folder = await mkdtemp(join(tmpdir(), "contracts-"));
  await using _ = { [Symbol.asyncDispose]: async () => rm(folder, { recursive: true }) };
  await cp(join(CONTRACTS, "deviations"), join(folder, "deviations"), { recursive: true });
  await cp(join(CONTRACTS, "volatile-fields.json"), join(folder, "volatile-fields.json"));
  await writeFile(join(folder, "departures.json"), "{}");
  const ignorant = await loadContractKnowledge(folder);
  const [legacy, native] = [answer({}, ["server", "uvicorn"]), answer({})];
  const found = compareAnswers(legacy, native);
  expect(ignorant.explainer.answer("chat.health", { legacy, native }, found)).toEqual(
    found.differences,
  );
});

const closed = (lines: readonly string[], close: TranscriptClose): Transcript => ({
  frames: lines.map((data) => ({ from: "server", data })),
  close,
});

test("a token that the legacy takes and native does not is explained, and another close is not", () => {
  const legacy = closed(['{"type":"connection"}'], { code: 1000, by: "client" });
  const explained = (code: number) => {
    const native = closed([], { code, by: "server" });
    const found = compareTranscripts(legacy, native, rulesOf("ws.socket"));
    const differences = explainer.conversation("ws.socket", native, found);
    return new Set(differences.map(({ explainedBy }) => explainedBy));
  };
  expect(explained(4001)).toEqual(new Set(["ws-tokens-are-verified"]));
  expect(explained(1011)).toEqual(new Set([undefined]));
});
