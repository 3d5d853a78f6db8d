import type { z } from "zod";

import type { Probe } from "#contract-suite/probes/make-probes.ts";
import type { ProbeRequest } from "#contract-suite/probes/probe-request.ts";
import { unwrap } from "#contract-suite/probes/sample-value.ts";
import { FIELD_RULES } from "#contracts/schema/fields.ts";

const TEXTS = [
  "",
  " ",
  "abc",
  "-1",
  "1.5",
  "1e3",
  "012",
  " 12",
  "1_000",
  "true",
  "null",
  "NaN",
  "inf",
];

function boundsOf(field: z.core.$ZodType): readonly string[] {
  const rule = FIELD_RULES.get(unwrap(field));
  switch (rule?.type) {
    case "integer":
    case "number": {
      const { minimum, maximum } = rule;
      return [
        ...(minimum === undefined ? [] : [minimum - 1, minimum]),
        ...(maximum === undefined ? [] : [maximum, maximum + 1]),
      ].map(String);
    }
    case "string":
    case "boolean":
    case "array":
    case "object":
    case undefined:
      return [];
  }
}

/** The parameters of a query left out, given twice, and given with every kind of text. */
export function queryProbes(query: z.ZodObject, sample: ProbeRequest): readonly Probe[] {
  const withParameter = (key: string, texts: readonly string[]): ProbeRequest => {
    const parameters = new URLSearchParams(sample.search);
    parameters.delete(key);
    for (const text of texts) parameters.append(key, text);
    return { ...sample, search: parameters.toString() };
  };
  const fields = Object.entries<z.core.$ZodType>(query.shape).flatMap(([key, field]) => [
    { name: `without-${key}`, request: withParameter(key, []) },
    { name: `${key}-twice`, request: withParameter(key, ["abc", "1"]) },
    { name: `${key}-as-huge-number`, request: withParameter(key, ["9".repeat(400)]) },
    { name: `${key}-as-long-text`, request: withParameter(key, ["a".repeat(3000)]) },
    ...[...TEXTS, ...boundsOf(field)].map((text) => ({
      name: `${key}-as-${encodeURIComponent(text) || "nothing"}`,
      request: withParameter(key, [text]),
    })),
    {
      name: `${key}-with-bad-utf-8`,
      request: { ...withParameter(key, []), search: `${sample.search}&${key}=%FF%FE` },
    },
    {
      name: `${key}-with-a-bare-percent`,
      request: { ...withParameter(key, []), search: `${sample.search}&${key}=%` },
    },
  ]);
  return [
    ...fields,
    {
      name: "a-parameter-more",
      request: { ...sample, search: `${sample.search}&no_such_parameter=1`.replace(/^&/, "") },
    },
  ];
}
