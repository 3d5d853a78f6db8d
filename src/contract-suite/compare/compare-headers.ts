import type { ExpectedAnswer, HeaderExpectation } from "#contract-suite/compare/answer.ts";
import { type Difference, toShortText } from "#contract-suite/compare/difference.ts";
import { COUNTING_HEADERS, matchesHeaderValue } from "#contracts/recordings/volatile.ts";
import { groupHeaders, isAddedOnTheWay, isOfTransport } from "#platform/comparison/index.ts";

const COUNTING: ReadonlySet<string> = new Set(COUNTING_HEADERS);

const differ = (name: string, expected: string, got: string): readonly Difference[] => [
  {
    path: `/headers/${name}`,
    kind: "header",
    expected: toShortText(expected),
    got: toShortText(got),
  },
];

const isSameValue = (name: string, expected: string, got: string): boolean =>
  COUNTING.has(name) ? /^\d+$/.test(got) : matchesHeaderValue(expected, got);

type Values = readonly string[];

const isLike = (pattern: string, got: Values | undefined): boolean =>
  got?.length === 1 && new RegExp(`^(?:${pattern})$`, "u").test(got[0] ?? "");

const areSame = (name: string, expected: Values, got: Values | undefined): boolean =>
  got?.length === expected.length &&
  expected.every((value, at) => isSameValue(name, value, got[at] ?? ""));

function compareHeader(
  name: string,
  expectation: HeaderExpectation,
  got: readonly string[] | undefined,
): readonly Difference[] {
  const text = got?.join(", ") ?? "nothing";
  switch (expectation.kind) {
    case "pattern":
      return isLike(expectation.pattern, got)
        ? []
        : differ(name, `text like ${expectation.pattern}`, text);
    case "absent":
      return got === undefined ? [] : differ(name, "nothing", text);
    case "values":
      return areSame(name, expectation.values, got)
        ? []
        : differ(name, expectation.values.join(", "), text);
    default:
      return expectation satisfies never;
  }
}

/** Every header that is not as expected. Headers of the connection and the clock are not looked at. Pure. */
export function compareHeaders(
  { headers, areHeadersClosed }: Pick<ExpectedAnswer, "headers" | "areHeadersClosed">,
  flat: readonly string[],
): readonly Difference[] {
  const got = groupHeaders(flat);
  const listed = [...headers].filter(([name]) => !isOfTransport(name));
  const differences = listed.flatMap(([name, expectation]) =>
    compareHeader(name, expectation, got.get(name)),
  );
  if (!areHeadersClosed) return differences;
  const extra = [...got].filter(
    ([name]) => !headers.has(name) && !isOfTransport(name) && !isAddedOnTheWay(name),
  );
  return [
    ...differences,
    ...extra.flatMap(([name, values]) => differ(name, "nothing", values.join(", "))),
  ];
}
