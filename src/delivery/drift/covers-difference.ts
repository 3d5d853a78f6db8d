import type { Answer } from "#delivery/compare/index.ts";
import type {
  Departure,
  DeviationReader,
  HeaderWish,
  KnownValue,
} from "#delivery/drift/decided-deviation.ts";
import { groupHeaders, readJson } from "#platform/comparison/index.ts";

/** An answer as deviations speak of it. */
export interface ReadAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly json: { readonly value: unknown } | undefined;
}

export interface AnswerSides<Side = Answer> {
  readonly legacy: Side;
  readonly native: Side;
}

export const readAnswer = ({ status, headers, body }: Answer): ReadAnswer => ({
  status,
  headers: groupHeaders(headers),
  json: readJson(body.toString("utf8")),
});

type IsBody<Body> = DeviationReader<Body, unknown>["isBody"];

function isHeaderMet(wish: HeaderWish, values: readonly string[] | undefined): boolean {
  if (wish === null) return values === undefined;
  if (values === undefined) return false;
  if (typeof wish === "string") return values.length === 1 && values[0] === wish;
  if ("pattern" in wish) {
    return values.length === 1 && new RegExp(`^(?:${wish.pattern})$`, "u").test(values[0] ?? "");
  }
  return wish.length === values.length && wish.every((value, at) => value === values[at]);
}

const toSteps = (pointer: string): readonly string[] => pointer.split("/").slice(1);

/** What a path of steps leads to; `undefined` where there is nothing. */
function valueAt(json: ReadAnswer["json"], steps: readonly string[]): { is: unknown } | undefined {
  if (json === undefined) return undefined;
  let at = json.value;
  for (const step of steps) {
    const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
    at = new Map<string, unknown>(Object.entries(at)).get(key);
  }
  return { is: at };
}

function isKnown<Body>(
  known: readonly KnownValue<Body>[],
  value: { readonly is: unknown } | undefined,
  isBody: IsBody<Body>,
): boolean {
  return known.some(({ is }) =>
    value === undefined ? is === undefined : is !== undefined && isBody(is, value.is),
  );
}

interface Judged<Body> extends AnswerSides<ReadAnswer> {
  readonly isBody: IsBody<Body>;
}

/** Whether a difference stands where a body departs, or below it, and both sides have there what they are known to. */
function isInBody<Body>(
  path: string,
  { body }: Departure<Body>,
  { legacy, native, isBody }: Judged<Body>,
): boolean {
  const [root, ...steps] = toSteps(path);
  if (root !== "body") return false;
  return Object.entries(body).some(([pointer, known]) => {
    const wanted = toSteps(pointer);
    const isBelow = wanted.every((step, at) => at in steps && (step === "*" || step === steps[at]));
    if (!isBelow) return false;
    const place = steps.slice(0, wanted.length);
    return (
      isKnown(known.legacy, valueAt(legacy.json, place), isBody) &&
      isKnown(known.native, valueAt(native.json, place), isBody)
    );
  });
}

const HEADERS = "/headers/";

function isInHeaders<Body>(
  path: string,
  { headers }: Departure<Body>,
  { legacy, native }: Judged<Body>,
): boolean {
  if (!path.startsWith(HEADERS)) return false;
  const name = path.slice(HEADERS.length);
  const known = Object.hasOwn(headers, name) ? headers[name] : undefined;
  if (known === undefined || (known.legacy === "nothing" && legacy.headers.has(name))) return false;
  return isHeaderMet(known.native, native.headers.get(name));
}

function isInStatus<Body>(
  path: string,
  { legacyBodies }: Departure<Body>,
  { legacy, native, isBody }: Judged<Body>,
): boolean {
  // Where native is to answer what legacy refuses, it is to do it as well.
  const isConcerned = path === "/status" || (path === "/effects" && native.status < 400);
  if (!isConcerned || legacyBodies === undefined) return false;
  return legacyBodies.length === 0 || legacyBodies.some((wish) => isWhole(wish, legacy, isBody));
}

function isWhole<Body>(wish: Body, { json }: ReadAnswer, isBody: IsBody<Body>): boolean {
  return json !== undefined && isBody(wish, json.value);
}

/**
 * Tells which differences of two answers are among the departures of a deviation, where both sides did as is known of
 * them. Pure.
 */
export function coversDifference<Body>(
  departures: readonly Departure<Body>[],
  { legacy, native }: AnswerSides<ReadAnswer>,
  isBody: IsBody<Body>,
): (path: string) => boolean {
  const judged = { legacy, native, isBody };
  const known = departures.filter(
    ({ legacyStatuses, nativeStatus = legacy.status, nativeBody }) =>
      legacyStatuses.includes(legacy.status) &&
      nativeStatus === native.status &&
      (nativeBody === undefined || isWhole(nativeBody, native, isBody)),
  );
  return (path) =>
    known.some(
      (departure) =>
        isInStatus(path, departure, judged) ||
        isInBody(path, departure, judged) ||
        isInHeaders(path, departure, judged),
    );
}
