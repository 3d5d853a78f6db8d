import type { Exchange } from "#contract-suite/cases/case.ts";
import { toHeader } from "#contract-suite/cases/written-case.ts";
import type { ExpectedBody } from "#contract-suite/compare/answer.ts";
import type { Showing } from "#contract-suite/deviations/deviation.ts";
import { findDepartures } from "#contract-suite/deviations/find-departures.ts";
import { findHeaderDeparture } from "#contract-suite/deviations/header-departure.ts";
import type { Expectation } from "#contract-suite/expectation/expectation.ts";
import { NUMBER, toForm, toKind } from "#contract-suite/expectation/to-form.ts";
import { toJson } from "#contract-suite/expectation/to-json.ts";

/** That native departs from one answer of the legacy in one place, and what each side has there, as JSON texts. */
export interface DepartureFact {
  readonly part: "status" | "body" | "headers";
  readonly at: string;
  /** `undefined` where it does not matter. */
  readonly legacy: string | undefined;
  readonly native?: string;
}

export const FIRST_REFUSAL = 400;
const FIRST_FAILURE = 500;

const toText = (expectation: Expectation): string => JSON.stringify(toJson(expectation));

/**
 * A refusal or a failure is known by how it is told: the same status may mean something else. What the legacy
 * answers when it has done what was asked is as manifold as what is asked; but where native fails it is the very
 * answer of the case, or any failure would count as decided.
 */
function toRefusal(status: number, body: ExpectedBody, native: number): string | undefined {
  if (body.kind !== "json") return undefined;
  if (status >= FIRST_REFUSAL) return toText(toForm(body.expectation));
  return native >= FIRST_FAILURE ? toText(body.expectation) : undefined;
}

const toKnown = (value: Expectation | undefined): string =>
  value === undefined ? "{}" : JSON.stringify({ is: toJson(value) });

/** The bounds of a number are those of the data that the case is about. */
const unbound = (value: Expectation | undefined): Expectation | undefined =>
  value?.kind === "match" && toKind(value.rule) === NUMBER ? NUMBER : value;

function findInBody(wish: Expectation, body: ExpectedBody): readonly DepartureFact[] {
  if (body.kind === "any") return [];
  const places =
    body.kind === "json"
      ? findDepartures(wish, body.expectation)
      : [{ pointer: "", legacy: undefined, native: wish }];
  return places.map(({ pointer, legacy, native }) => ({
    part: "body",
    at: pointer,
    legacy: toKnown(legacy),
    native: toKnown(unbound(native)),
  }));
}

/** Where a showing departs from one answer that is expected of the legacy. Pure. */
export function findFacts(
  { status, headers = {}, body }: Showing,
  { expected }: Exchange,
): readonly DepartureFact[] {
  if (typeof expected.status !== "number") return [];
  if (status !== undefined && status !== expected.status) {
    const legacy = toRefusal(expected.status, expected.body, status);
    return [{ part: "status", at: "", legacy }];
  }
  const ofHeaders = Object.entries(headers).flatMap(([name, wish]): readonly DepartureFact[] => {
    const at = name.toLowerCase();
    const legacy = findHeaderDeparture(at, toHeader(wish), expected);
    if (legacy === undefined) return [];
    return [{ part: "headers", at, legacy, native: JSON.stringify(wish) }];
  });
  return [...ofHeaders, ...(body === undefined ? [] : findInBody(body, expected.body))];
}
