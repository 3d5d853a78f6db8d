/**
 * Which recording answers a request. Pure: everything here compares digests.
 */
import { isSameCase } from "#stand-in/auth/auth-case.ts";
import { isSameBody } from "#stand-in/rest/body-digest.ts";
import type { RecordedCase, RequestDigest } from "#stand-in/rest/recorded-case.ts";

/**
 * The recording of this very request: the same credentials in the legacy's eyes, the same parameters, the
 * same body, and every header by which the recorded request stood out. Of several, the one of the same
 * caller, then the one that stood out by most headers, then the one whose answer was given most often: the
 * others depend on what the legacy remembered.
 */
export function findRecorded(
  cases: readonly RecordedCase[],
  request: RequestDigest,
): RecordedCase | undefined {
  const same = cases.filter(
    (recorded) =>
      isSameCase(recorded.auth, request.auth) &&
      isSameMap(recorded.parameters, request.parameters) &&
      isSameBody(recorded.body, request.body) &&
      hasTellingHeaders(recorded, request),
  );
  return best(same, (recorded) => [
    Number(recorded.claims["sub"] === request.claims["sub"]),
    Number(recorded.claims["role"] === request.claims["role"]),
    recorded.headers.size,
    same.filter(({ answerKey }) => answerKey === recorded.answerKey).length,
  ]);
}

/**
 * The recorded success of the route that is most like the request. Where a route never succeeded, the
 * answer that it gave to a valid request, which on the legacy is an error of its own.
 */
export function findNearest(
  cases: readonly RecordedCase[],
  request: RequestDigest,
): RecordedCase | undefined {
  const open = cases.filter(
    (recorded) => isSameCase(recorded.auth, request.auth) && hasTellingHeaders(recorded, request),
  );
  const successes = open.filter(isSuccess);
  const handled = open.filter(({ recording }) => HANDLER_FAILURES.has(recording.response.status));
  return best(successes.length > 0 ? successes : handled, (recorded) => [
    likeness(recorded.parameters, request.parameters),
    bodyLikeness(recorded, request),
    Number(recorded.claims["sub"] === request.claims["sub"]),
  ]);
}

/** The statuses by which the legacy's handlers fail on valid requests. */
const HANDLER_FAILURES: ReadonlySet<number> = new Set([400, 500]);

const isSuccess = ({ recording }: RecordedCase): boolean =>
  recording.response.status >= 200 && recording.response.status < 300;

function hasTellingHeaders(recorded: RecordedCase, request: RequestDigest): boolean {
  return recorded.headers.entries().every(([name, value]) => request.headers.get(name) === value);
}

function isSameMap(left: ReadonlyMap<string, string>, right: ReadonlyMap<string, string>): boolean {
  return (
    left.size === right.size && left.entries().every(([key, value]) => right.get(key) === value)
  );
}

function bodyLikeness(recorded: RequestDigest, request: RequestDigest): number {
  if (recorded.body.kind === "json" && request.body.kind === "json") {
    return likeness(recorded.body.leaves, request.body.leaves);
  }
  return recorded.body.kind === request.body.kind ? 1 : -1;
}

/** An equal value counts twice as much as an equal name; a name on one side only counts against. */
function likeness(
  recorded: ReadonlyMap<string, string>,
  request: ReadonlyMap<string, string>,
): number {
  let score = 0;
  let shared = 0;
  for (const [key, value] of recorded) {
    const other = request.get(key);
    if (other === undefined) continue;
    shared += 1;
    score += other === value ? 2 : 1;
  }
  return score - (recorded.size - shared) - (request.size - shared);
}

/** The first of the cases whose ranks, compared from left to right, are the highest. */
function best(
  cases: readonly RecordedCase[],
  rankOf: (recorded: RecordedCase) => readonly number[],
): RecordedCase | undefined {
  const ranked = cases.map((recorded) => ({ recorded, rank: rankOf(recorded) }));
  // Sorting is stable, so that equal ranks keep the order of the recordings.
  return ranked.toSorted((left, right) => compareRanks(right.rank, left.rank))[0]?.recorded;
}

function compareRanks(left: readonly number[], right: readonly number[]): number {
  const at = left.findIndex((value, index) => value !== right[index]);
  return at === -1 ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
}
