import type { Answer, Comparison, FieldDifference } from "#delivery/compare/index.ts";
import { cleanText, compareAnswers } from "#delivery/compare/index.ts";
import { toExchangeExample } from "#delivery/drift/index.ts";
import { createEffectRecorder, type EffectRecorder } from "#delivery/shadow/effects.ts";
import type { CapturedExchange } from "#delivery/shadow/exchange-tap.ts";
import type { HeldShare } from "#delivery/shadow/held-bytes.ts";
import { recordResult } from "#delivery/shadow/record-result.ts";
import type { ShadowJob } from "#delivery/shadow/run-queue.ts";
import type { ShadowParts } from "#delivery/shadow/shadow-parts.ts";
import type { ShadowSubject } from "#delivery/shadow/subject.ts";
import { groupHeaders } from "#platform/comparison/index.ts";
import { decodeBody } from "#platform/decode-body.ts";
import { toMessage } from "#platform/errors.ts";

/** An answer as a client reads it. Rejects where its coding cannot be undone within `maxBytes`. */
async function decode(answer: Answer, maxBytes: number): Promise<Answer> {
  const encoding = groupHeaders(answer.headers).get("content-encoding")?.join(",");
  return { ...answer, body: await decodeBody(encoding, answer.body, maxBytes) };
}

async function toAnswer(captured: CapturedExchange, maxBytes: number): Promise<Answer> {
  const { status, headers, answerBody } = captured;
  return decode({ status, headers, body: Buffer.concat(answerBody) }, maxBytes);
}

const toFailure = (legacy: Answer, words: string): FieldDifference => ({
  kind: "failed",
  path: "/",
  field: "/",
  legacy: `answered ${legacy.status}`,
  native: cleanText(words).slice(0, 120),
});

/** What native would do where legacy refuses, nobody has asked for. */
function compareEffects(legacy: Answer, { effects }: EffectRecorder): readonly FieldDifference[] {
  if (legacy.status < 400 || effects.length === 0) return [];
  return [
    {
      kind: "effect",
      path: "/effects",
      field: "/effects",
      legacy: `refused with ${legacy.status}`,
      native: effects
        .map(({ kind, summary }) => `${kind}: ${summary}`)
        .join(", ")
        .slice(0, 120),
    },
  ];
}

/** Runs one request natively and compares the answer with legacy's. */
export function createExchangeJob(
  subject: ShadowSubject,
  { captured, share }: { readonly captured: CapturedExchange; readonly share: HeldShare },
  parts: ShadowParts,
): ShadowJob {
  const { counters, drift, explainer, limits, rulesOf, runNative } = parts;
  const { routeId } = subject;
  const recorder = createEffectRecorder();
  let requestBody = Buffer.alloc(0);
  let legacy: Answer | undefined;
  let isJudged = false;

  function record(expected: Answer, native: Answer | undefined, found: Comparison): void {
    isJudged = true;
    recordResult(
      parts,
      { ...subject, recorder },
      {
        differences:
          native === undefined
            ? found.differences
            : explainer.answer(routeId, { legacy: expected, native }, found),
        omitted: found.omitted,
        isFailed: native === undefined,
        toExample: (facts) =>
          toExchangeExample(
            facts,
            { request: { ...subject, body: requestBody }, legacy: expected, native },
            parts.pseudonymKey,
          ),
      },
    );
  }

  function fail(expected: Answer, words: string): void {
    counters.count("failed");
    record(expected, undefined, { differences: [toFailure(expected, words)], omitted: 0 });
  }

  async function compareNative(expected: Answer, signal: AbortSignal): Promise<void> {
    try {
      const run = { effects: recorder, signal, legacy: expected };
      const native = await decode(
        await runNative(subject, requestBody, run),
        limits.maxDecodedBytes,
      );
      if (signal.aborted) return;
      const { differences, omitted } = compareAnswers(expected, native, rulesOf(routeId).volatile);
      counters.count("compared");
      const effects = compareEffects(expected, recorder);
      record(expected, native, { differences: [...differences, ...effects], omitted });
    } catch (error) {
      if (!signal.aborted) fail(expected, toMessage(error));
    }
  }

  async function compareBaseline(expected: Answer, signal: AbortSignal): Promise<void> {
    const { askLegacy, isBaselineSampled } = parts;
    if (!subject.isSafe || askLegacy === undefined || !isBaselineSampled(routeId)) return;
    try {
      const again = await decode(await askLegacy(subject, signal), limits.maxDecodedBytes);
      if (signal.aborted) return;
      const found = compareAnswers(expected, again, rulesOf(routeId).volatile);
      counters.count("baselines");
      drift.recordBaseline(routeId, found);
    } catch {
      if (!signal.aborted) counters.count("baselineFailures");
    }
  }

  return {
    deadlineMs: limits.deadlineMs,
    async run(signal) {
      try {
        legacy = await toAnswer(captured, limits.maxDecodedBytes);
      } catch {
        counters.drop("undecodable");
        return;
      }
      if (signal.aborted) return;
      requestBody = Buffer.concat(captured.requestBody);
      await compareNative(legacy, signal);
      if (!signal.aborted) await compareBaseline(legacy, signal);
    },
    timedOut() {
      if (isJudged) counters.count("baselineFailures");
      else if (legacy === undefined) counters.drop("undecodable");
      else fail(legacy, `no answer within ${limits.deadlineMs} ms`);
    },
    dispose() {
      recorder.seal();
      share.release();
    },
  };
}
