import { randomUUID } from "node:crypto";

import type { Case, Step } from "#contract-suite/cases/case.ts";
import { compareAnswers } from "#contract-suite/compare/compare-answers.ts";
import { type Difference, toShortText } from "#contract-suite/compare/difference.ts";
import {
  applyDeviations,
  type Deviation,
  isCoveredBy,
  isExercised,
} from "#contract-suite/deviations/deviation.ts";
import { loosenProbe } from "#contract-suite/deviations/loosen-probe.ts";
import {
  type CaseContext,
  createCaseContext,
  type TakeAddress,
} from "#contract-suite/run/case-context.ts";
import { compareSides } from "#contract-suite/run/compare-sides.ts";
import type { ConversationTrace } from "#contract-suite/run/conversation-trace.ts";
import { compareTrace, type Contracts } from "#contract-suite/run/hold-to-contract.ts";
import { type ConversationResult, runConversation } from "#contract-suite/run/run-conversation.ts";
import {
  type ExchangeResult,
  type ExchangeTrace,
  runExchange,
} from "#contract-suite/run/run-exchange.ts";
import type { Target } from "#contract-suite/run/target.ts";
import { createTokenSigner } from "#contracts/recordings/sign-token.ts";
import type { RecordedTokens } from "#contracts/recordings/tokens.ts";
import type { Clock } from "#platform/clock.ts";
import { toMessage } from "#platform/errors.ts";

export type Trace = ExchangeTrace | ConversationTrace;

export interface CaseResult {
  readonly case: Case;
  /** Empty where the case holds. Paths begin with `/steps/<n>` where a case has several. */
  readonly differences: readonly Difference[];
  /** Deviations that were needed for the case to hold. */
  readonly deviations: readonly string[];
  readonly traces: readonly Trace[];
  readonly durationMs: number;
}

export interface RunOptions {
  readonly target: Target;
  readonly tokens: RecordedTokens;
  readonly tokenSecret: string;
  readonly deviations: readonly Deviation[];
  readonly contracts: Contracts;
  readonly takeAddress: TakeAddress;
  readonly clock: Pick<Clock, "monotonicMs">;
  /** How many cases run at the same time. */
  readonly concurrency: number;
  readonly onResult?: (result: CaseResult) => void;
}

/**
 * The legacy's shared limiter counts by the first 32 characters of a token. A key id of eight, first in the
 * header, stands among them: with one for each case, cases do not use up each other's limit.
 */
const toKeyId = (address: string): string =>
  address
    .split(".")
    .map((part) => Number(part).toString(16).padStart(2, "0"))
    .join("");

interface StepResult {
  readonly differences: readonly Difference[];
  /** Against the legacy's own answer, without any deviation. */
  readonly fromLegacy: readonly Difference[];
  readonly trace: Trace;
}

function findFromLegacy(original: Case, at: number, trace: Trace): readonly Difference[] {
  const step = original.steps[at];
  if (step?.kind === "exchange" && trace.kind === "exchange" && trace.answer !== undefined) {
    return compareAnswers(step.expected, trace.answer, { isExact: false });
  }
  // A conversation cannot be had twice: what was replaced counts as different.
  return step?.kind === "conversation"
    ? [{ path: "/frames", kind: "frame", expected: "the legacy's turns", got: "native's" }]
    : [];
}

async function runStep(
  step: Step,
  target: Target,
  context: CaseContext,
): Promise<ExchangeResult | ConversationResult> {
  return step.kind === "exchange"
    ? runExchange(step, target, context)
    : runConversation(step, target, context);
}

/**
 * Everything that is wrong with a step. Where another side answered, that is what is wrong; where the answer is
 * as expected, it may still be none that the contract knows.
 */
function judgeTrace(
  { route }: Case,
  { found, trace }: { readonly found: readonly Difference[]; readonly trace: Trace },
  { target, contracts }: RunOptions,
): readonly Difference[] {
  // Whatever answers a path that no row names is not a side of anything.
  if (route === undefined) return found;
  const otherSide = compareSides(target.side, trace);
  if (otherSide.length > 0) return otherSide;
  return found.length > 0 ? found : compareTrace(route, trace, contracts);
}

async function runSteps(judged: Case, original: Case, options: RunOptions): Promise<StepResult[]> {
  const address = options.takeAddress();
  const signToken = createTokenSigner(options.tokenSecret);
  const kid = toKeyId(address);
  let isFirst = true;
  const context = createCaseContext({
    tokens: options.tokens,
    takeUser: randomUUID,
    sign: (token) => signToken({ ...token, header: { kid, ...token.header } }),
    takeAddress() {
      if (!isFirst) return options.takeAddress();
      isFirst = false;
      return address;
    },
  });
  const results: StepResult[] = [];
  for (const [at, step] of judged.steps.entries()) {
    // oxlint-disable-next-line no-await-in-loop -- a step builds on the one before
    const { differences: found, trace } = await runStep(step, options.target, context);
    const differences = judgeTrace(judged, { found, trace }, options);
    const prefix = judged.steps.length === 1 ? "" : `/steps/${at}`;
    results.push({
      differences: differences.map((item) => ({ ...item, path: prefix + item.path })),
      fromLegacy: judged === original ? [] : findFromLegacy(original, at, trace),
      trace,
    });
    if (differences.some(({ kind }) => kind === "failed")) break;
  }
  return results;
}

/** Runs one case against the target; never rejects. */
async function runCase(given: Case, options: RunOptions): Promise<CaseResult> {
  const startedAtMs = options.clock.monotonicMs();
  const deviations = options.target.side === "native" ? options.deviations : [];
  const covering = deviations.filter((deviation) => isCoveredBy(given, deviation));
  const judged =
    deviations.length === 0 ? given : loosenProbe(applyDeviations(given, covering), deviations);
  const finish = (rest: Pick<CaseResult, "differences" | "deviations" | "traces">): CaseResult => ({
    ...rest,
    case: given,
    durationMs: options.clock.monotonicMs() - startedAtMs,
  });
  try {
    const results = await runSteps(judged, given, options);
    const fromLegacy = results.flatMap((result) => result.fromLegacy);
    return finish({
      differences: results.flatMap(({ differences }) => differences),
      traces: results.map(({ trace }) => trace),
      deviations: covering
        .filter((deviation) => isExercised(deviation, given, fromLegacy))
        .map(({ id }) => id),
    });
  } catch (error) {
    const got = toShortText(toMessage(error));
    const fault: Difference = { path: "", kind: "failed", expected: "an answer", got };
    return finish({ differences: [fault], traces: [], deviations: [] });
  }
}

/** Runs cases side by side, those that bear no company last, and gives their results in the order of the cases; never rejects. */
export async function runCases(
  cases: readonly Case[],
  options: RunOptions,
): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = [];
  async function work(queue: Iterable<[number, Case]>): Promise<void> {
    for (const [at, given] of queue) {
      // oxlint-disable-next-line no-await-in-loop -- each worker takes one case at a time
      const result = await runCase(given, options);
      results[at] = result;
      options.onResult?.(result);
    }
  }
  const entries = [...cases.entries()];
  const together = entries.filter(([, { isAlone }]) => !isAlone).values();
  await Promise.all(Array.from({ length: options.concurrency }, async () => work(together)));
  await work(entries.filter(([, { isAlone }]) => isAlone));
  return results;
}
