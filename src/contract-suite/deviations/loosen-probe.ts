import type { Case, Step } from "#contract-suite/cases/case.ts";
import type { Deviation } from "#contract-suite/deviations/deviation.ts";

const UNPROCESSABLE = 422;

const showsRefusal = ({ routes, shows }: Deviation, route: string): boolean =>
  (routes === "*" || routes.includes(route)) &&
  shows.some(({ status }) => status === UNPROCESSABLE);

function loosen(step: Step): Step {
  if (step.kind === "conversation" || step.expected.status !== "accepted") return step;
  return { ...step, expected: { ...step.expected, status: "answered" } };
}

/**
 * Where a deviation says that native refuses what legacy fails at, a probe that is right in its form may be
 * refused for its meaning, which no schema knows: a time that is none, a pattern that is too long.
 */
export function loosenProbe(given: Case, deviations: readonly Deviation[]): Case {
  const { route, tags, steps } = given;
  if (route === undefined || !tags.has("probe")) return given;
  const isLoose = deviations.some((deviation) => showsRefusal(deviation, route));
  return isLoose ? { ...given, steps: steps.map(loosen) } : given;
}
