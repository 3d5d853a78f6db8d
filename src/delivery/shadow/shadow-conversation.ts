import {
  cleanText,
  type Comparison,
  compareTranscripts,
  type FieldDifference,
  type Transcript,
} from "#delivery/compare/index.ts";
import { toConversationExample } from "#delivery/drift/index.ts";
import { createEffectRecorder } from "#delivery/shadow/effects.ts";
import type { HeldShare } from "#delivery/shadow/held-bytes.ts";
import type { OpenNative } from "#delivery/shadow/ports.ts";
import { recordResult } from "#delivery/shadow/record-result.ts";
import { replayConversation } from "#delivery/shadow/replay-conversation.ts";
import type { ShadowJob } from "#delivery/shadow/run-queue.ts";
import type { ShadowParts } from "#delivery/shadow/shadow-parts.ts";
import type { ShadowSubject } from "#delivery/shadow/subject.ts";
import { toMessage } from "#platform/errors.ts";

const toFailure = (words: string): FieldDifference => ({
  kind: "failed",
  path: "/",
  field: "/",
  legacy: "talked",
  native: cleanText(words).slice(0, 120),
});

/** Has one conversation with native and compares it with legacy's. */
export function createConversationJob(
  subject: ShadowSubject,
  {
    legacy,
    share,
    openNative,
  }: {
    readonly legacy: Transcript;
    readonly share: HeldShare;
    readonly openNative: OpenNative;
  },
  parts: ShadowParts,
): ShadowJob {
  const { counters, explainer, limits, rulesOf, scheduler } = parts;
  const { routeId } = subject;
  const recorder = createEffectRecorder();

  function record(native: Transcript | undefined, found: Comparison): void {
    recordResult(
      parts,
      { ...subject, recorder },
      {
        differences:
          native === undefined ? found.differences : explainer.conversation(routeId, native, found),
        omitted: found.omitted,
        isFailed: native === undefined,
        toExample: (facts) =>
          toConversationExample(facts, { request: subject, legacy, native }, parts.pseudonymKey),
      },
    );
  }

  function fail(words: string): void {
    counters.count("failed");
    record(undefined, { differences: [toFailure(words)], omitted: 0 });
  }

  return {
    deadlineMs: limits.conversationMs,
    async run(signal) {
      const rules = rulesOf(routeId);
      try {
        const native = await replayConversation(legacy, {
          open: async (listener) =>
            openNative(subject, listener, { effects: recorder, signal, legacy }),
          pushes: rules.pushes ?? new Set(),
          limits,
          scheduler,
          signal,
        });
        if (signal.aborted) return;
        counters.count("compared");
        record(native, compareTranscripts(legacy, native, rules));
      } catch (error) {
        if (!signal.aborted) fail(toMessage(error));
      }
    },
    timedOut() {
      fail(`not over within ${limits.conversationMs} ms`);
    },
    dispose() {
      recorder.seal();
      share.release();
    },
  };
}
