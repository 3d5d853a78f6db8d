import type { Case, Exchange } from "#contract-suite/cases/case.ts";
import {
  type DepartureFact,
  findFacts,
  FIRST_REFUSAL,
} from "#contract-suite/deviations/departure-facts.ts";
import { type Deviation, isShownBy, type Showing } from "#contract-suite/deviations/deviation.ts";
import type { Expectation } from "#contract-suite/expectation/expectation.ts";
import { toForm } from "#contract-suite/expectation/to-form.ts";
import { toJson } from "#contract-suite/expectation/to-json.ts";

const VALUE = /^\{"is":("|-?\d)/;

/** Items of a list are data: where two have other values, any value of their type will do. */
function generalise(at: string, seen: readonly string[]): readonly string[] {
  const starts = new Set(seen.map((text) => VALUE.exec(text)?.[1]));
  const [start] = starts;
  const isData = at.split("/").includes("*") && seen.length > 1;
  const areTexts = starts.size === 1 && start === '"';
  const areNumbers = [...starts].every((one) => one !== undefined && one !== '"');
  if (!isData || !(areTexts || areNumbers)) return seen;
  return [JSON.stringify({ is: { $match: areTexts ? "text" : "number" } })];
}

const parse = (texts: readonly string[]): readonly unknown[] =>
  texts.map((text): unknown => JSON.parse(text));

function distinct(texts: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(texts.filter((text) => text !== undefined))].toSorted();
}

/** None where it does not matter what the legacy answers. */
function toRefusals(facts: readonly DepartureFact[]): readonly unknown[] {
  const seen = facts.map(({ legacy }) => legacy);
  return seen.includes(undefined) ? [] : parse(distinct(seen));
}

const toSides = (
  at: string,
  facts: readonly DepartureFact[],
): Readonly<Record<string, unknown>> => ({
  legacy: parse(generalise(at, distinct(facts.map(({ legacy }) => legacy)))),
  native: parse(generalise(at, distinct(facts.map(({ native }) => native)))),
});

const sorted = <Value>(groups: ReadonlyMap<string, Value>): readonly (readonly [string, Value])[] =>
  [...groups].toSorted(([one], [other]) => (one < other ? -1 : 1));

function byPlace<Value>(
  facts: readonly DepartureFact[],
  toValue: (at: string, all: readonly DepartureFact[]) => Value,
): Readonly<Record<string, Value>> {
  const places = sorted(Map.groupBy(facts, ({ at }) => at));
  return Object.fromEntries(places.map(([at, all]) => [at, toValue(at, all)]));
}

/** Where the legacy was seen to send something, what it sends is of no account. */
const toHeaderSides = (
  _: string,
  facts: readonly DepartureFact[],
): Readonly<Record<string, unknown>> => ({
  legacy: facts.some(({ legacy }) => legacy !== "nothing") ? "anything" : "nothing",
  native: parse(distinct(facts.map(({ native }) => native)))[0],
});

function toDeparture(facts: readonly DepartureFact[], { status, body }: Showing): object {
  const found = Object.groupBy(facts, ({ part }) => part);
  return {
    ...(status !== undefined && { nativeStatus: status }),
    ...(found.status && { legacyBodies: toRefusals(found.status) }),
    ...(body && { nativeBody: toJson(toNativeForm(body, status)) }),
    ...(found.body && { body: byPlace(found.body, toSides) }),
    ...(found.headers && { headers: byPlace(found.headers, toHeaderSides) }),
  };
}

/** The words of a refusal are what clients tell it by; of another answer they are those of the case's data. */
function toNativeForm(body: Expectation, status = 200): Expectation {
  const isRefusal = status >= FIRST_REFUSAL;
  return toForm(body, ({ kind }) => isRefusal && kind === "scalar");
}

function findExchanges(deviation: Deviation, showing: Showing, cases: readonly Case[]): Exchange[] {
  const shown = cases.filter(
    (given) => given.sides.includes("legacy") && isShownBy(given, showing, deviation),
  );
  return shown
    .flatMap(({ steps }) => steps.filter((_, at) => (showing.step ?? at) === at))
    .filter((step) => step.kind === "exchange");
}

interface Found {
  readonly departure: object;
  /** The same as text, to see what is alike. */
  readonly text: string;
}

/** By status of the legacy's answer. */
function ofShowing(
  showing: Showing,
  exchanges: readonly Exchange[],
): readonly (readonly [number, Found])[] {
  const byStatus = Map.groupBy(exchanges, ({ expected }) => expected.status);
  return [...byStatus].flatMap(([status, all]): readonly (readonly [number, Found])[] => {
    const facts = all.flatMap((exchange) => findFacts(showing, exchange));
    if (facts.length === 0 || typeof status !== "number") return [];
    const departure = toDeparture(facts, showing);
    return [[status, { departure, text: JSON.stringify(departure) }]];
  });
}

/**
 * Where a deviation departs from what its cases expect of the legacy, in the form of `contracts/departures.json`: what
 * is alike for several statuses of the legacy's, or in several showings, is one. Pure.
 */
export function departuresOf(deviation: Deviation, cases: readonly Case[]): readonly object[] {
  const found = deviation.shows.flatMap((showing) =>
    ofShowing(showing, findExchanges(deviation, showing, cases)),
  );
  return [...Map.groupBy(found, ([, { text }]) => text).values()].flatMap((all) => {
    const [first] = all;
    if (first === undefined) return [];
    const statuses = new Set(all.map(([status]) => status));
    const legacyStatuses = [...statuses].toSorted((one, other) => one - other);
    return [{ legacyStatuses, ...first[1].departure }];
  });
}
