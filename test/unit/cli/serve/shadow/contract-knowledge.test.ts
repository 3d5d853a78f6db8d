import { join } from "node:path";

import { expect, test } from "vitest";

import { loadContractKnowledge } from "#cli/serve/shadow/contract-knowledge.ts";
import {
  compareAnswers,
  compareTranscripts,
  type Transcript,
  type TranscriptClose,
} from "#delivery/compare/index.ts";
import { packageRoot } from "#platform/package-root.ts";

const { rulesOf, explainer } = await loadContractKnowledge(join(packageRoot(), "contracts"));

const answer = (body: object, headers: readonly string[] = []) => ({
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

test("a header that was decided upon is explained", () => {
  const native = answer({});
  const found = compareAnswers(answer({}, ["server", "uvicorn"]), native);
  expect(explainer.answer("chat.health", native, found)).toMatchObject([
    { explainedBy: "server-identity" },
  ]);
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
