import { isUtf8 } from "node:buffer";

import type { Exchange } from "#contract-suite/cases/case.ts";
import type { ReceivedAnswer } from "#contract-suite/compare/answer.ts";
import { compareAnswers } from "#contract-suite/compare/compare-answers.ts";
import { type Difference, toShortText } from "#contract-suite/compare/difference.ts";
import type { CaseContext } from "#contract-suite/run/case-context.ts";
import type { Target } from "#contract-suite/run/target.ts";
import type { WireRequest } from "#contract-suite/wire/http-client.ts";
import { readJson } from "#platform/comparison/index.ts";
import { toMessage } from "#platform/errors.ts";

/** What went over the wire in one step, for people and for later comparisons. */
export interface ExchangeTrace {
  readonly kind: "exchange";
  readonly request: WireRequest;
  readonly answer: ReceivedAnswer | undefined;
}

export interface ExchangeResult {
  readonly differences: readonly Difference[];
  readonly trace: ExchangeTrace;
}

/** The value a JSON Pointer leads to. */
function valueAt(value: unknown, pointer: string): unknown {
  return pointer
    .split("/")
    .slice(1)
    .reduce<unknown>((at, step) => {
      if (typeof at !== "object" || at === null) return undefined;
      return new Map<string, unknown>(Object.entries(at)).get(step);
    }, value);
}

function capture(exchange: Exchange, answer: ReceivedAnswer, context: CaseContext): void {
  const body = readJson(answer.body.toString("utf8"))?.value;
  for (const [name, pointer] of Object.entries(exchange.captures)) {
    context.captures.set(name, valueAt(body, pointer));
  }
}

/** Bytes that are no text name nobody. */
function restoreUsers(answer: ReceivedAnswer, context: CaseContext): ReceivedAnswer {
  if (!isUtf8(answer.body)) return answer;
  return { ...answer, body: Buffer.from(context.restore(answer.body.toString("utf8"))) };
}

/** Sends the request of an exchange and compares its answer; never rejects. */
export async function runExchange(
  exchange: Exchange,
  target: Target,
  context: CaseContext,
): Promise<ExchangeResult> {
  const request = context.fillRequest(exchange.request);
  let answer: ReceivedAnswer;
  try {
    answer = restoreUsers(await target.http.send(request, target.patience.answerMs), context);
  } catch (error) {
    const got = toShortText(toMessage(error));
    return {
      trace: { kind: "exchange", request, answer: undefined },
      differences: [{ path: "", kind: "failed", expected: "an answer", got }],
    };
  }
  const differences = compareAnswers(exchange.expected, answer, {
    isExact: target.isExact,
    captures: context.captures,
  });
  capture(exchange, answer, context);
  return { differences, trace: { kind: "exchange", request, answer } };
}
