import type { Case, Conversation, Exchange } from "#contract-suite/cases/case.ts";
import {
  type ExpectedAnswer,
  type ExpectedBody,
  type HeaderExpectation,
  type ReceivedAnswer,
} from "#contract-suite/compare/answer.ts";
import { compareAnswers } from "#contract-suite/compare/compare-answers.ts";
import { compareJson } from "#contract-suite/compare/compare-json.ts";
import {
  boundDifferences,
  type Difference,
  toShortText,
} from "#contract-suite/compare/difference.ts";
import { freeze } from "#contract-suite/expectation/freeze.ts";
import type { ConversationTrace } from "#contract-suite/run/conversation-trace.ts";
import type { ExchangeTrace } from "#contract-suite/run/run-exchange.ts";
import type { CaseResult } from "#contract-suite/run/run-suite.ts";
import type { SocketEvent } from "#contract-suite/wire/socket-client.ts";
import { maskHeader } from "#contracts/recordings/mask.ts";
import { COUNTING_HEADERS } from "#contracts/recordings/volatile.ts";
import { groupHeaders, readJson } from "#platform/comparison/index.ts";

const COUNTING: ReadonlySet<string> = new Set(COUNTING_HEADERS);

/** The same answer with what is new in every answer taken out of its headers. */
function maskHeaders(answer: ReceivedAnswer): ReceivedAnswer {
  const headers = answer.headers.map((item, at) => {
    const name = answer.headers[at - 1]?.toLowerCase() ?? "";
    return at % 2 === 0 || COUNTING.has(name) ? item : maskHeader(name, item);
  });
  return { ...answer, headers };
}

const toHeaders = (answer: ReceivedAnswer): ReadonlyMap<string, HeaderExpectation> =>
  new Map(
    [...groupHeaders(answer.headers)].map(([name, values]) => [name, { kind: "values", values }]),
  );

function toBody(expected: ExpectedBody, answer: ReceivedAnswer): ExpectedBody {
  if (expected.kind === "any") return expected;
  const text = answer.body.toString("utf8");
  const read = readJson(text);
  if (read === undefined) return { kind: "text", text };
  const pattern = expected.kind === "json" ? expected.expectation : undefined;
  return { kind: "json", expectation: freeze(pattern, read.value) };
}

const missing = (expected: string, got: string): readonly Difference[] => [
  { path: "", kind: "failed", expected, got },
];

function compareExchanges(
  { expected }: Exchange,
  reference: ExchangeTrace,
  { answer }: ExchangeTrace,
): readonly Difference[] {
  if (reference.answer === undefined && answer === undefined) return [];
  if (reference.answer === undefined) return missing("no answer", "an answer");
  if (answer === undefined) return missing("an answer", "no answer");
  const asReference: ExpectedAnswer = {
    status: reference.answer.status,
    headers: toHeaders(maskHeaders(reference.answer)),
    areHeadersClosed: true,
    body: toBody(expected.body, reference.answer),
  };
  return compareAnswers(asReference, maskHeaders(answer), { isExact: false });
}

/** Of who left without listening only what was waited for: whether more came in time is chance. */
function eventsOf({ said }: ConversationTrace, { turns }: Conversation): readonly SocketEvent[] {
  const events = said.flatMap((item) => (item.kind === "got" ? [item.event] : []));
  const last = turns.at(-1);
  if (last?.kind !== "leave" || last.listens) return events;
  return events.slice(0, turns.filter(({ kind }) => kind === "expect").length);
}

const describe = (event: SocketEvent | undefined): string => toShortText(event ?? "nothing");

function compareConversations(
  conversation: Conversation,
  reference: ConversationTrace,
  got: ConversationTrace,
): readonly Difference[] {
  if (reference.status !== got.status) {
    const sides = { expected: String(reference.status), got: String(got.status) };
    return [{ path: "/handshake/status", kind: "handshake", ...sides }];
  }
  const frames = conversation.turns.flatMap((turn) =>
    turn.kind === "expect" ? [turn.frame.expectation] : [],
  );
  const [wanted, found] = [eventsOf(reference, conversation), eventsOf(got, conversation)];
  const length = Math.max(wanted.length, found.length);
  const differences = Array.from({ length }, (_, at): readonly Difference[] => {
    const [one, other] = [wanted[at], found[at]];
    const path = `/frames/${at}`;
    if (one?.kind === "text" && other?.kind === "text") {
      const value = readJson(one.text)?.value;
      return compareJson(freeze(frames[at], value), readJson(other.text)?.value, { path });
    }
    if (JSON.stringify(one) === JSON.stringify(other)) return [];
    return [{ path, kind: "frame", expected: describe(one), got: describe(other) }];
  });
  return boundDifferences(differences.flat());
}

function compareSteps(
  step: Case["steps"][number] | undefined,
  reference: CaseResult["traces"][number],
  got: CaseResult["traces"][number] | undefined,
): readonly Difference[] {
  if (got === undefined) return missing("an answer", "no answer");
  if (step?.kind === "exchange" && reference.kind === "exchange" && got.kind === "exchange") {
    return compareExchanges(step, reference, got);
  }
  if (
    step?.kind === "conversation" &&
    reference.kind === "conversation" &&
    got.kind === "conversation"
  ) {
    return compareConversations(step, reference, got);
  }
  return [];
}

/**
 * What one target does otherwise than the other in the same cases, whatever either should do. Pure: both lists
 * are runs of the same cases in the same order.
 */
export function compareRuns(
  reference: readonly CaseResult[],
  got: readonly CaseResult[],
): readonly CaseResult[] {
  return got.map((result, at) => {
    const traces = reference[at]?.traces ?? [];
    const several = result.case.steps.length > 1;
    const differences = traces.flatMap((trace, step) =>
      compareSteps(result.case.steps[step], trace, result.traces[step]).map((item) => ({
        ...item,
        path: several ? `/steps/${step}${item.path}` : item.path,
      })),
    );
    return { ...result, differences, deviations: [] };
  });
}
