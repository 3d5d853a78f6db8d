import type { ReceivedAnswer } from "#contract-suite/compare/answer.ts";
import { compareJson } from "#contract-suite/compare/compare-json.ts";
import { toShortText } from "#contract-suite/compare/difference.ts";
import { isRuleMet } from "#contract-suite/compare/match-rule.ts";
import type { Expectation, Rule } from "#contract-suite/expectation/expectation.ts";
import type { CaseResult } from "#contract-suite/run/run-suite.ts";
import { readJson } from "#platform/comparison/index.ts";

/** A value that varies by itself although nothing says so, and the matcher that fits what was seen. */
export interface VolatileProposal {
  readonly case: string;
  /** JSON Pointer into the body. */
  readonly pointer: string;
  readonly seen: readonly string[];
  readonly match: Rule;
}

/** From the narrowest to the widest. */
const GUESSES: readonly Rule[] = [
  { $match: "uuid" },
  { $match: "naive-timestamp" },
  { $match: "epoch" },
  { $match: "integer", min: 0 },
  { $match: "number" },
  { $match: "text" },
];

const toGuess = (values: readonly unknown[]): Rule =>
  GUESSES.find((rule) => values.every((value) => isRuleMet(rule, value, new Map()))) ?? {
    $match: "ignore",
    because: "It varies from run to run in ways that no matcher describes",
  };

function* leavesOf(value: unknown, pointer: string): Generator<readonly [string, unknown]> {
  const entries: readonly [string, unknown][] =
    typeof value === "object" && value !== null ? Object.entries(value) : [];
  if (entries.length === 0) yield [pointer, value];
  for (const [key, item] of entries) {
    yield* leavesOf(item, `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`);
  }
}

const leavesOfAnswer = (answer: ReceivedAnswer | undefined): ReadonlyMap<string, unknown> =>
  new Map(leavesOf(readJson(answer?.body.toString("utf8") ?? "")?.value, ""));

/** Where nothing but a matcher stands, variation is known already. */
function isKnown(expectation: Expectation, bodies: readonly unknown[]): boolean {
  return bodies.every((body) => compareJson(expectation, body).length === 0);
}

function findInStep(runs: readonly CaseResult[], step: number): readonly VolatileProposal[] {
  const [first] = runs;
  const expected = first?.case.steps[step];
  if (first === undefined || expected?.kind !== "exchange") return [];
  const answers = runs.map(({ traces }) => {
    const trace = traces[step];
    return trace?.kind === "exchange" ? trace.answer : undefined;
  });
  const { body } = expected.expected;
  const bodies = answers.map((answer) => readJson(answer?.body.toString("utf8") ?? "")?.value);
  if (body.kind !== "json" || isKnown(body.expectation, bodies)) return [];
  const leaves = answers.map(leavesOfAnswer);
  const pointers = new Set(leaves.flatMap((found) => [...found.keys()]));
  return [...pointers].flatMap((pointer) => {
    const values = leaves.map((found) => found.get(pointer));
    const seen = new Set(values.map((value) => JSON.stringify(value) ?? "nothing"));
    // What some run did not have at all is another answer, and no volatile value.
    if (seen.size < 2 || values.includes(undefined)) return [];
    if (isCovered(body.expectation, pointer)) return [];
    const proposal = { case: first.case.id, pointer, match: toGuess(values) };
    return [{ ...proposal, seen: [...seen].slice(0, 3).map(toShortText) }];
  });
}

function isCovered(expectation: Expectation, pointer: string): boolean {
  let at: Expectation | undefined = expectation;
  for (const step of pointer.split("/").slice(1)) {
    if (at?.kind === "object") {
      at = at.entries.get(step.replaceAll("~1", "/").replaceAll("~0", "~"));
    } else if (at?.kind === "list") at = at.items[Number(step)];
  }
  return at !== undefined && at.kind !== "scalar";
}

/** Values that differed between runs of one target, without a matcher that says they may. Pure. */
export function findVolatile(
  runs: readonly (readonly CaseResult[])[],
): readonly VolatileProposal[] {
  const [first = []] = runs;
  return first.flatMap((result, at) => {
    const same = runs.flatMap((run) => run[at] ?? []);
    return result.case.steps.flatMap((_, step) => findInStep(same, step));
  });
}
