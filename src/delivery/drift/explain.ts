import type { Comparison, Transcript } from "#delivery/compare/index.ts";
import {
  type AnswerSides,
  coversDifference,
  readAnswer,
} from "#delivery/drift/covers-difference.ts";
import type { DecidedDeviation, DeviationReader } from "#delivery/drift/decided-deviation.ts";
import type { ExplainedDifference } from "#delivery/drift/drift-snapshot.ts";

/** Puts the id of a deviation to each difference that one covers. Pure. */
export interface Explainer {
  answer(routeId: string, sides: AnswerSides, found: Comparison): readonly ExplainedDifference[];
  conversation(
    routeId: string,
    native: Transcript,
    found: Comparison,
  ): readonly ExplainedDifference[];
}

export const explainNothing: Explainer = {
  answer: (_routeId, _sides, { differences }) => differences,
  conversation: (_routeId, _native, { differences }) => differences,
};

/**
 * Holds what native answered to what the deviations say it should, and what legacy answered to what it is known to, so
 * that a deviation covers what was decided in the answers that it describes, and nothing else of its route.
 */
export function createExplainer<Body, Turn>(
  deviations: readonly DecidedDeviation<Body, Turn>[],
  { isBody, areTurns = () => false }: DeviationReader<Body, Turn>,
): Explainer {
  const ofRoute = (routeId: string): readonly DecidedDeviation<Body, Turn>[] =>
    deviations.filter(({ routes }) => routes === "*" || routes.includes(routeId));

  return {
    answer(routeId, { legacy, native }, { differences }) {
      if (differences.length === 0) return differences;
      const sides = { legacy: readAnswer(legacy), native: readAnswer(native) };
      const all = ofRoute(routeId).map(({ id, departures }) => ({
        id,
        covers: coversDifference(departures, sides, isBody),
      }));
      return differences.map((difference) => {
        const by = all.find((each) => each.covers(difference.path));
        return by === undefined ? difference : { ...difference, explainedBy: by.id };
      });
    },
    conversation(routeId, native, { differences }) {
      if (differences.length === 0) return differences;
      const by = ofRoute(routeId).find(({ shows }) =>
        shows.some(({ turns }) => turns !== undefined && areTurns(turns, native)),
      );
      if (by === undefined) return differences;
      return differences.map((difference) => ({ ...difference, explainedBy: by.id }));
    },
  };
}
