import { z } from "zod";

import { isNamed } from "#contract-suite/cases/adaptation.ts";
import type { Case, Step } from "#contract-suite/cases/case.ts";
import {
  expectedHeadersSchema,
  toHeaderExpectations,
  toTurn,
  turnSchema,
} from "#contract-suite/cases/written-case.ts";
import type { Difference } from "#contract-suite/compare/difference.ts";
import { expectationSchema } from "#contract-suite/expectation/expectation.ts";

const sentence = z.string().min(10);

/** What native answers instead. Parts that are left out stay as on the legacy. */
const showingSchema = z
  .strictObject({
    /** Ids of cases, with `*` for any text; without them every case of the routes. */
    cases: z.array(z.string()).min(1).optional(),
    /** Which step of a case, from 0; without it every step. */
    step: z.int().min(0).optional(),
    status: z.int().min(100).max(599).optional(),
    headers: expectedHeadersSchema.optional(),
    body: expectationSchema.optional(),
    /** All turns of a conversation. */
    turns: z.array(turnSchema).optional(),
  })
  .refine(
    ({ status, headers, body, turns }) => (status ?? headers ?? body ?? turns) !== undefined,
    "shows nothing",
  );

/**
 * A difference from legacy that was decided. It does not switch a comparison off: it says what native must
 * answer instead, and native is held to that.
 */
export const deviationSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  routes: z.union([z.literal("*"), z.array(z.string()).min(1)]),
  legacy: sentence,
  native: sentence,
  why: sentence,
  /** Which client notices, and how. */
  noticedBy: sentence,
  /** The release from which on native differs. */
  since: z.string().regex(/^\d+\.\d+\.\d+$/),
  shows: z.array(showingSchema).min(1),
});

export type Deviation = z.infer<typeof deviationSchema>;

export type Showing = Deviation["shows"][number];

/** True where a showing of a deviation says something of a case. */
export const isShownBy = (given: Case, showing: Showing, deviation: Deviation): boolean =>
  given.route !== undefined &&
  (deviation.routes === "*" || deviation.routes.includes(given.route)) &&
  (showing.cases === undefined || isNamed(given.id, showing.cases));

/** True where a deviation says something of a case. */
export const isCoveredBy = (given: Case, deviation: Deviation): boolean =>
  deviation.shows.some((showing) => isShownBy(given, showing, deviation));

function applyShowing(step: Step, { status, headers, body, turns }: Showing): Step {
  if (step.kind === "conversation") {
    return turns === undefined ? step : { ...step, refusal: undefined, turns: turns.map(toTurn) };
  }
  const { expected } = step;
  return {
    ...step,
    expected: {
      ...expected,
      status: status ?? expected.status,
      headers: new Map([...expected.headers, ...toHeaderExpectations(headers ?? {})]),
      body: body === undefined ? expected.body : { kind: "json", expectation: body },
    },
  };
}

/** A case as the native side must answer it. */
export function applyDeviations(given: Case, deviations: readonly Deviation[]): Case {
  let steps = given.steps;
  for (const deviation of deviations) {
    for (const showing of deviation.shows) {
      if (!isShownBy(given, showing, deviation)) continue;
      steps = steps.map((step, at) =>
        showing.step === undefined || showing.step === at ? applyShowing(step, showing) : step,
      );
    }
  }
  return { ...given, steps };
}

function pathsOf({ status, headers, body, turns }: Showing): readonly string[] {
  return [
    ...(status === undefined ? [] : ["/status"]),
    ...Object.keys(headers ?? {}).map((name) => `/headers/${name.toLowerCase()}`),
    ...(body === undefined ? [] : ["/body"]),
    ...(turns === undefined ? [] : ["/frames", "/close", "/handshake"]),
  ];
}

/** True where at least one difference from the legacy is what this deviation is about. */
export function isExercised(
  deviation: Deviation,
  given: Case,
  fromLegacy: readonly Difference[],
): boolean {
  const paths = deviation.shows
    .filter((showing) => isShownBy(given, showing, deviation))
    .flatMap(pathsOf);
  return fromLegacy.some((difference) =>
    paths.some((path) => difference.path === path || difference.path.startsWith(`${path}/`)),
  );
}
