import { z } from "zod";

import { countCodePoints, stripWhitespace } from "#contracts/schema/text.ts";

export interface TextRule {
  readonly type: "string";
  /** In code points. */
  readonly minLength?: number;
  /** In code points. */
  readonly maxLength?: number;
  /** The source of a regular expression. */
  readonly pattern?: string;
  /** White space at both ends is removed before anything is counted. */
  readonly strip?: boolean;
  /** Words of a check that runs after the others: what it has against the text, or nothing. */
  readonly refusal?: (text: string) => string | undefined;
}

export interface NumberRule {
  readonly type: "integer" | "number";
  readonly minimum?: number;
  readonly maximum?: number;
}

export interface FlagRule {
  readonly type: "boolean";
}

export interface ListRule {
  readonly type: "array";
  readonly maxItems?: number;
}

export interface DictionaryRule {
  readonly type: "object";
  /** As a text's: what a last check has against the whole. */
  readonly refusal?: (dictionary: Readonly<Record<string, unknown>>) => string | undefined;
}

export type FieldRule = TextRule | NumberRule | FlagRule | ListRule | DictionaryRule;

/**
 * What each field of a legacy request accepts. Three things read it: validation, which answers in the
 * legacy's words; the generated documents; and whoever derives wrong requests from the contracts.
 */
export const FIELD_RULES = z.registry<FieldRule>();

const isWithin = (value: number, { minimum, maximum }: NumberRule): boolean =>
  (minimum === undefined || value >= minimum) && (maximum === undefined || value <= maximum);

function isTextWithin(value: string, { minLength, maxLength, pattern }: TextRule): boolean {
  const length = countCodePoints(value);
  return (
    (minLength === undefined || length >= minLength) &&
    (maxLength === undefined || length <= maxLength) &&
    (pattern === undefined || new RegExp(pattern).test(value))
  );
}

export function text(options: Omit<TextRule, "type"> = {}): z.ZodType<string> {
  const rule = { type: "string", ...options } as const;
  const schema = options.strip === true ? z.string().overwrite(stripWhitespace) : z.string();
  return schema.refine((value) => isTextWithin(value, rule)).register(FIELD_RULES, rule);
}

function numeric(rule: NumberRule, isOfType: (value: number) => boolean): z.ZodType<number> {
  return z
    .custom<number>(
      (value) => typeof value === "number" && isOfType(value) && isWithin(value, rule),
    )
    .register(FIELD_RULES, rule);
}

/** An integer without bounds of its own: what is beyond 2^53 is rounded, beyond 1e308 it is infinite. */
export const integer = (bounds: Omit<NumberRule, "type"> = {}): z.ZodType<number> =>
  numeric({ type: "integer", ...bounds }, (value) => !(value % 1 !== 0 && Number.isFinite(value)));

/** A float: NaN and the infinities are numbers to the legacy. */
export const float = (bounds: Omit<NumberRule, "type"> = {}): z.ZodType<number> =>
  numeric({ type: "number", ...bounds }, () => true);

export const flag = (): z.ZodType<boolean> =>
  z.boolean().register(FIELD_RULES, { type: "boolean" });

export function list<Item extends z.ZodType>(
  item: Item,
  limits: Pick<ListRule, "maxItems"> = {},
): z.ZodArray<Item> {
  const schema = limits.maxItems === undefined ? z.array(item) : z.array(item).max(limits.maxItems);
  return schema.register(FIELD_RULES, { type: "array", ...limits });
}

/** An object with any keys and one kind of value. */
export function dictionaryOf<Value extends z.ZodType>(
  value: Value,
  options: Pick<DictionaryRule, "refusal"> = {},
): z.ZodRecord<z.ZodString, Value> {
  const schema = z.record(z.string(), value);
  return schema.register(FIELD_RULES, { type: "object", ...options });
}

/** An object with any keys and any values. */
export const dictionary = (
  options: Pick<DictionaryRule, "refusal"> = {},
): z.ZodRecord<z.ZodString, z.ZodUnknown> => dictionaryOf(z.unknown(), options);

/** May be left out or null; null is what the server then sees. */
export function optional<Field extends z.ZodType>(
  field: Field,
): z.ZodDefault<z.ZodNullable<Field>> {
  return field.nullable().default(null);
}
