import {
  documentSchema,
  type Constraint,
  type FlagDefinition,
  type FlagsDocument,
  type Strategy,
} from "#platform/flags/flags-document.ts";

/** Operators that compare with `value`; all others compare with the list `values`. */
const SINGLE_VALUE = /^(NUM_(EQ|GTE?|LTE?)|SEMVER_(EQ|GTE?|LTE?)|DATE_(AFTER|BEFORE)|REGEX)$/;
const LIST_OF_VALUES = /^(IN|NOT_IN|IN_CIDR|STR_(STARTS_WITH|ENDS_WITH|CONTAINS))$/;

/** The parameter that holds the share, of each strategy that draws. */
const SHARE_PARAMETERS: Readonly<Record<string, "rollout" | "percentage">> = {
  flexibleRollout: "rollout",
  gradualRolloutUserId: "percentage",
  gradualRolloutSessionId: "percentage",
  gradualRolloutRandom: "percentage",
};

interface Fault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

const isPercent = (value: unknown): boolean =>
  (typeof value === "number" || (typeof value === "string" && value.trim() !== "")) &&
  Number(value) >= 0 &&
  Number(value) <= 100;

/** The faults of each member of a list, with the member's place put before their own. */
const within = <T>(
  list: readonly T[] | null | undefined,
  key: string,
  check: (item: T) => readonly Fault[],
): Fault[] =>
  (list ?? []).flatMap((item, index) =>
    check(item).map(({ path, message }) => ({ path: [key, index, ...path], message })),
  );

function checkConstraint({ operator, value }: Constraint): Fault[] {
  if (SINGLE_VALUE.test(operator))
    return value === undefined || value === null
      ? [{ path: ["value"], message: `expected the value that ${operator} compares with` }]
      : [];
  if (LIST_OF_VALUES.test(operator)) return [];
  const message = `expected an operator such as IN or NUM_GT: found ${JSON.stringify(operator)}`;
  return [{ path: ["operator"], message }];
}

function checkShare({ name, parameters }: Strategy): Fault[] {
  const parameter = SHARE_PARAMETERS[name];
  if (parameter === undefined || isPercent(parameters?.[parameter])) return [];
  const found = JSON.stringify(parameters?.[parameter]) ?? "nothing";
  const message = `expected a percentage from 0 to 100: found ${found}`;
  return [{ path: ["parameters", parameter], message }];
}

function checkStrategy(strategy: Strategy, segmentIds: ReadonlySet<number>): Fault[] {
  return [
    ...checkShare(strategy),
    ...within(strategy.constraints, "constraints", checkConstraint),
    ...within(strategy.segments, "segments", (id) =>
      segmentIds.has(id)
        ? []
        : [{ path: [], message: `expected the id of a segment of this document: found ${id}` }],
    ),
  ];
}

function checkNames(features: readonly FlagDefinition[]): Fault[] {
  const names = new Set<string>();
  return within(features, "features", ({ name }) => {
    if (!names.has(name)) {
      names.add(name);
      return [];
    }
    return [{ path: ["name"], message: `expected each name once: found "${name}" again` }];
  });
}

function checkDocument({ features, segments }: FlagsDocument): Fault[] {
  const segmentIds = new Set((segments ?? []).map(({ id }) => id));
  return [
    ...checkNames(features),
    ...within(features, "features", ({ strategies }) =>
      within(strategies, "strategies", (strategy) => checkStrategy(strategy, segmentIds)),
    ),
    ...within(segments, "segments", ({ constraints }) =>
      within(constraints, "constraints", checkConstraint),
    ),
  ];
}

/**
 * A document written by hand. The SDK takes a mistyped operator, an unreadable share, a repeated name or a
 * segment that is nowhere as "never" without a word; here they are faults. A strategy it does not know
 * is none, since exports of real servers hold custom strategies of other services.
 */
export const fileDocumentSchema = documentSchema.superRefine((document, context) => {
  for (const { path, message } of checkDocument(document))
    context.addIssue({ code: "custom", path: [...path], message });
});
