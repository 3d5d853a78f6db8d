import { z } from "zod";

/*
 * Building blocks of arguments. Bounds are refinements on purpose: they validate without showing up in the
 * published JSON Schema, which equals the legacy's; the description tells the model of them.
 */

export interface Bounds {
  /** Exclusive. */
  readonly above?: number;
  readonly min?: number;
  readonly max?: number;
}

const isWithin =
  ({ above = -Infinity, min = -Infinity, max = Infinity }: Bounds) =>
  (value: number): boolean =>
    value > above && value >= min && value <= max;

function boundsText({ above, min, max }: Bounds): string {
  const parts = [
    above === undefined ? undefined : `above ${above}`,
    min === undefined ? undefined : `at least ${min}`,
    max === undefined ? undefined : `at most ${max}`,
  ];
  return `must be ${parts.filter((part) => part !== undefined).join(" and ")}`;
}

export function number(description: string, bounds: Bounds = {}): z.ZodNumber {
  return z
    .number("must be a number")
    .refine(isWithin(bounds), boundsText(bounds))
    .describe(description);
}

export function whole(description: string, bounds: Bounds = {}): z.ZodInt {
  return z
    .int("must be a whole number")
    .refine(isWithin(bounds), boundsText(bounds))
    .describe(description);
}

/** Text without blanks around it, never empty. */
export function text(description: string, maxCharacters = 500): z.ZodString {
  return z
    .string("must be text")
    .trim()
    .refine((value) => value !== "", "must not be empty")
    .refine(
      (value) => value.length <= maxCharacters,
      `must have at most ${maxCharacters} characters`,
    )
    .describe(description);
}

export function texts(description: string, maxItems = 20): z.ZodArray<z.ZodString> {
  return z
    .array(text("").meta({ description: undefined }), "must be a list of texts")
    .refine((items) => items.length <= maxItems, `must have at most ${maxItems} entries`)
    .describe(description);
}

export function flag(description: string): z.ZodBoolean {
  return z.boolean("must be true or false").describe(description);
}

export function choice<const Values extends readonly [string, ...string[]]>(
  values: Values,
  description: string,
): z.ZodEnum<{ [Value in Values[number]]: Value }> {
  return z.enum(values, `must be one of ${values.join(", ")}`).describe(description);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/iu;

export function isUuid(value: string): boolean {
  return UUID.test(value);
}

export function uuid(description: string): z.ZodString {
  return z.string("must be text").trim().refine(isUuid, "must be a UUID").describe(description);
}

/** `2026-01-31`, or a moment on that day. */
const DAY = /^\d{4}-\d{2}-\d{2}(?:[T ].*)?$/u;

function isDay(value: string): boolean {
  if (!DAY.test(value)) return false;
  const date = value.slice(0, 10);
  const parsed = new Date(`${date}T00:00:00Z`);
  // 2026-02-30 parses, as the 2nd of March.
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date);
}

export function day(description: string): z.ZodString {
  return z
    .string("must be text")
    .trim()
    .refine(isDay, "must be a date such as 2026-01-31")
    .describe(description);
}

/** A day, or a day and a time with or without a zone. */
const MOMENT =
  /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/u;

export function moment(description: string): z.ZodString {
  return z
    .string("must be text")
    .trim()
    .refine(
      (value) => MOMENT.test(value) && isDay(value),
      "must be a date and time such as 2026-01-31T14:00:00",
    )
    .describe(description);
}

export function webAddress(description: string): z.ZodString {
  return z
    .string("must be text")
    .trim()
    .refine(
      (value) => URL.canParse(value) && /^https?:$/u.test(new URL(value).protocol),
      "must be an http:// or https:// address",
    )
    .describe(description);
}
