import { z } from "zod";

import type { Case, Step, Turn } from "#contract-suite/cases/case.ts";
import type { ExpectedJson, StatusExpectation } from "#contract-suite/compare/answer.ts";
import { type Expectation, expectationSchema } from "#contract-suite/expectation/expectation.ts";

const because = z.string().min(10);

/**
 * What a case made from a recording has beside it: tags, fixtures, sides, matchers. It applies to every case
 * that all its selectors name; `*` in an id is any text.
 */
export const adaptationSchema = z
  .strictObject({
    cases: z.array(z.string()).min(1).optional(),
    routes: z.array(z.string()).min(1).optional(),
    statuses: z.array(z.int()).min(1).optional(),
    tags: z.array(z.enum(["smoke"])).optional(),
    needs: z.array(z.string()).optional(),
    skip: because.optional(),
    sides: z.array(z.enum(["legacy", "native"])).optional(),
    /** Runs when no other case does. */
    alone: z.literal(true).optional(),
    /** JSON Pointers into bodies and frames; `*` is any key or index. */
    match: z.record(z.string().regex(/^(\/.*)?$/), expectationSchema).optional(),
    because: because.optional(),
  })
  .refine(({ cases, routes, statuses }) => cases ?? routes ?? statuses, "selects nothing")
  .refine(
    (given) =>
      given.because !== undefined ||
      (given.needs ?? given.sides ?? given.alone ?? given.match) === undefined,
    "must say why, in `because`",
  );

export type Adaptation = z.infer<typeof adaptationSchema>;

const toPattern = (glob: string): RegExp =>
  new RegExp(`^${glob.replaceAll(/[$()+./?[\\\]^{|}]/g, "\\$&").replaceAll("*", ".*")}$`);

/** True where an id is one of the globs. */
export const isNamed = (id: string, globs: readonly string[]): boolean =>
  globs.some((glob) => (glob.includes("*") ? toPattern(glob).test(id) : glob === id));

const statusesOf = ({ steps }: Case): readonly StatusExpectation[] =>
  steps.map((step) =>
    step.kind === "exchange" ? step.expected.status : (step.refusal?.status ?? 101),
  );

export const isSelected = (given: Case, { cases, routes, statuses }: Adaptation): boolean =>
  (cases === undefined || isNamed(given.id, cases)) &&
  (routes === undefined || (given.route !== undefined && isNamed(given.route, routes))) &&
  (statuses === undefined ||
    statusesOf(given).some((status) => typeof status === "number" && statuses.includes(status)));

function replaceAt(
  expectation: Expectation,
  [step, ...rest]: readonly string[],
  replacement: Expectation,
): Expectation {
  if (step === undefined) return replacement;
  if (expectation.kind === "object") {
    const entries = [...expectation.entries].map(
      ([key, item]) =>
        [key, step === "*" || step === key ? replaceAt(item, rest, replacement) : item] as const,
    );
    return { ...expectation, entries: new Map(entries) };
  }
  if (expectation.kind !== "list") return expectation;
  const items = expectation.items.map((item, at) =>
    step === "*" || step === String(at) ? replaceAt(item, rest, replacement) : item,
  );
  return { ...expectation, items };
}

function adaptJson(json: ExpectedJson, match: NonNullable<Adaptation["match"]>): ExpectedJson {
  let { expectation } = json;
  for (const [pointer, replacement] of Object.entries(match)) {
    expectation = replaceAt(expectation, pointer.split("/").slice(1), replacement);
  }
  // What is matched by value is no longer the recorded text.
  return expectation === json.expectation ? json : { expectation };
}

function adaptTurn(turn: Turn, match: NonNullable<Adaptation["match"]>): Turn {
  return turn.kind === "expect" ? { ...turn, frame: adaptJson(turn.frame, match) } : turn;
}

function adaptStep(step: Step, match: Adaptation["match"]): Step {
  if (match === undefined) return step;
  if (step.kind === "conversation") {
    return { ...step, turns: step.turns.map((turn) => adaptTurn(turn, match)) };
  }
  const { body } = step.expected;
  if (body.kind !== "json") return step;
  const adapted = { kind: "json", ...adaptJson(body, match) } as const;
  return { ...step, expected: { ...step.expected, body: adapted } };
}

function adaptOnce(given: Case, adaptation: Adaptation): Case {
  return {
    ...given,
    tags: new Set([...given.tags, ...(adaptation.tags ?? [])]),
    needs: [...new Set([...given.needs, ...(adaptation.needs ?? [])])],
    skip: adaptation.skip ?? given.skip,
    sides: adaptation.sides ?? given.sides,
    isAlone: adaptation.alone ?? given.isAlone,
    steps: given.steps.map((step) => adaptStep(step, adaptation.match)),
  };
}

/** A case with everything that the adaptations which select it add. */
export function adapt(given: Case, adaptations: readonly Adaptation[]): Case {
  return adaptations.filter((adaptation) => isSelected(given, adaptation)).reduce(adaptOnce, given);
}
