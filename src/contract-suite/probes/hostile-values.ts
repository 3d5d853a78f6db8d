import type { z } from "zod";

import { unwrap } from "#contract-suite/probes/sample-value.ts";
import {
  type FieldRule,
  FIELD_RULES,
  type NumberRule,
  type TextRule,
} from "#contracts/schema/fields.ts";

/** The text of a value and what is wrong with it, or just not wrong. */
export interface HostileValue {
  readonly name: string;
  readonly text: string;
}

/** One code point, two UTF-16 units: who counts units counts it twice. */
const WIDE = "😀";
const DEPTH = 2_000;

const ALWAYS: readonly HostileValue[] = [
  { name: "null", text: "null" },
  { name: "a-list", text: "[1]" },
  { name: "an-object", text: '{"a":1}' },
  { name: "a-text", text: '"abc"' },
  { name: "a-number", text: "7" },
  { name: "a-flag", text: "true" },
  { name: "a-huge-integer", text: `1${"0".repeat(400)}` },
  { name: "an-infinite-number", text: "1e400" },
  { name: "not-a-number", text: "NaN" },
  { name: "deep-nesting", text: "[".repeat(DEPTH) + "]".repeat(DEPTH) },
  { name: "a-lone-surrogate", text: String.raw`"\ud800"` },
  { name: "a-nul", text: String.raw`"a\u0000b"` },
];

const repeated = (name: string, unit: string, times: number): HostileValue => ({
  name: `${name}-${times}`,
  text: JSON.stringify(unit.repeat(Math.max(times, 0))),
});

function ofText({ minLength, maxLength }: TextRule): readonly HostileValue[] {
  const lengths = [
    ...(minLength === undefined ? [] : [minLength - 1, minLength]),
    ...(maxLength === undefined ? [] : [maxLength, maxLength + 1]),
  ];
  return [
    { name: "an-empty-text", text: '""' },
    { name: "a-blank-text", text: '"  \t "' },
    ...lengths.flatMap((length) => [
      repeated("letters", "a", length),
      repeated("wide-letters", WIDE, length),
    ]),
  ];
}

function ofNumber({ type, minimum, maximum }: NumberRule): readonly HostileValue[] {
  const bounds = [
    ...(minimum === undefined ? [] : [minimum - 1, minimum]),
    ...(maximum === undefined ? [] : [maximum, maximum + 1]),
  ];
  return [
    ...bounds.map((bound) => ({ name: `the-number-${bound}`, text: String(bound) })),
    { name: "a-fraction", text: "1.5" },
    { name: "a-whole-float", text: "2.0" },
    { name: "a-negative-number", text: "-1" },
    { name: `a-numeric-text-for-${type}`, text: '"12"' },
  ];
}

function ofRule(rule: FieldRule | undefined): readonly HostileValue[] {
  switch (rule?.type) {
    case "string":
      return ofText(rule);
    case "integer":
    case "number":
      return ofNumber(rule);
    case "array":
      return [
        { name: "an-item-of-each-type", text: '[1,"a",null,{},[]]' },
        ...(rule.maxItems === undefined
          ? []
          : [rule.maxItems, rule.maxItems + 1].map((count) => ({
              name: `items-${count}`,
              text: JSON.stringify(Array.from({ length: count }, () => "a")),
            }))),
      ];
    case "boolean":
      return ['"yes"', '"maybe"', "0", "2"].map((text) => ({ name: `the-flag-${text}`, text }));
    case "object":
      return [{ name: "values-of-each-type", text: '{"a":1,"b":"x","c":null,"d":[],"e":{}}' }];
    case undefined:
      return [];
  }
}

/** Values for one field of a body, at its bounds and far beyond them. */
export function hostileValues(schema: z.core.$ZodType): readonly HostileValue[] {
  return [...ALWAYS, ...ofRule(FIELD_RULES.get(unwrap(schema)))];
}
