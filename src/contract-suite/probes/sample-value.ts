import { z } from "zod";

import type { Fields } from "#contract-suite/probes/json-text.ts";
import {
  type FieldRule,
  FIELD_RULES,
  type NumberRule,
  type TextRule,
} from "#contracts/schema/fields.ts";

type Schema = z.core.$ZodType;

/** What a field is inside its default and its null. */
export function unwrap(schema: Schema): Schema {
  if (
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodOptional
  ) {
    return unwrap(schema.unwrap());
  }
  return schema;
}

const isRequired = (schema: Schema): boolean =>
  !(
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodOptional
  );

const CANDIDATES = ["a", "helpful", "0b5c4b5e-1e0c-4a5e-9f43-1f0f8f5b3a10", "a-1", "1"];

function sampleText({ minLength = 1, pattern }: TextRule): string {
  const padded = [...CANDIDATES, "a".repeat(Math.max(minLength, 1))];
  const fits = (text: string): boolean =>
    text.length >= minLength && (pattern === undefined || new RegExp(pattern).test(text));
  const found = padded.find(fits);
  if (found === undefined) throw new TypeError(`Cannot make a text like ${pattern}`);
  return found;
}

const sampleNumber = ({ minimum, maximum }: NumberRule): number =>
  minimum ?? Math.min(1, maximum ?? 1);

function sampleOfRule(rule: FieldRule | undefined): unknown {
  switch (rule?.type) {
    case "string":
      return sampleText(rule);
    case "integer":
    case "number":
      return sampleNumber(rule);
    case "boolean":
      return true;
    case "array":
      return [];
    case "object":
      return {};
    case undefined:
      return "a";
  }
}

/** A value that the schema of a request accepts. */
export function sampleValue(schema: Schema): unknown {
  const field = unwrap(schema);
  if (field instanceof z.ZodObject) return sampleObject(field);
  if (field instanceof z.ZodEnum) return field.options[0];
  return sampleOfRule(FIELD_RULES.get(field));
}

function sampleObject(schema: z.ZodObject): Readonly<Record<string, unknown>> {
  const entries = Object.entries<Schema>(schema.shape).filter(([, field]) => isRequired(field));
  return Object.fromEntries(entries.map(([name, field]) => [name, sampleValue(field)]));
}

/** The required fields of an object with values that are accepted. */
export const sampleFields = (schema: z.ZodObject): Fields =>
  Object.entries(sampleObject(schema)).map(([name, value]) => [name, JSON.stringify(value)]);
