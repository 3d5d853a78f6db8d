import { z } from "zod";

import { FIELD_RULES } from "#contracts/schema/fields.ts";
import { FAULTS, type Fault } from "#contracts/validation/fault.ts";
import type { Issue, Location } from "#contracts/validation/issue.ts";
import {
  isDict,
  isList,
  type PythonDict,
  type PythonValue,
  toPlainValue,
} from "#contracts/validation/python-value.ts";
import {
  readFlag,
  readNumber,
  readText,
  type ScalarReading,
} from "#contracts/validation/read-scalar.ts";

/** The legacy reports every fault, whatever their number. Here a hostile list of a million is cut. */
export const MAX_ISSUES = 1000;

type Schema = z.core.$ZodType;

/** Where a reading stands, and what was found wrong so far. */
export interface Place {
  readonly loc: Location;
  readonly issues: Issue[];
}

const within = ({ loc, issues }: Place, key: string | number): Place => ({
  loc: [...loc, key],
  issues,
});

export function report({ loc, issues }: Place, fault: Fault, input: PythonValue): undefined {
  if (issues.length < MAX_ISSUES) issues.push({ loc, input, ...fault });
}

type OptionalSchema = z.ZodDefault | z.ZodPrefault | z.ZodOptional;

export const isOptional = (schema: Schema): schema is OptionalSchema =>
  schema instanceof z.ZodDefault ||
  schema instanceof z.ZodPrefault ||
  schema instanceof z.ZodOptional;

/** Reads the fields that the schema knows, in its order. `missingInput` is what a missing one shows. */
export function readFields(
  schema: z.ZodObject,
  fields: PythonDict,
  { missingInput, ...place }: Place & { readonly missingInput: PythonValue },
): Readonly<Record<string, unknown>> {
  const entries = Object.entries<Schema>(schema.shape).map(([name, field]) => {
    const value = fields.get(name);
    if (value !== undefined) return [name, readValue(field, value, within(place, name))] as const;
    if (!isOptional(field)) report(within(place, name), FAULTS.missing, missingInput);
    return [name, undefined] as const;
  });
  return Object.fromEntries(entries);
}

function readDictionary(schema: z.ZodRecord, input: PythonValue, place: Place): unknown {
  if (!isDict(input)) return report(place, FAULTS.notADictionary, input);
  const entries = [...input].map(
    ([key, value]) => [key, readValue(schema.valueType, value, within(place, key))] as const,
  );
  const dictionary = Object.fromEntries(entries);
  const rule = FIELD_RULES.get(schema);
  const refusal = rule?.type === "object" ? rule.refusal?.(dictionary) : undefined;
  return refusal === undefined ? dictionary : report(place, FAULTS.refused(refusal), input);
}

function readList(schema: z.ZodArray, input: PythonValue, place: Place): unknown {
  if (!isList(input)) return report(place, FAULTS.notAList, input);
  const rule = FIELD_RULES.get(schema);
  const maxItems = rule?.type === "array" ? rule.maxItems : undefined;
  if (maxItems !== undefined && input.length > maxItems) {
    return report(place, FAULTS.tooManyItems(maxItems, input.length), input);
  }
  return input.map((value, index) => readValue(schema.element, value, within(place, index)));
}

function readScalar(schema: Schema, input: PythonValue, place: Place): unknown {
  const settle = <Value>(reading: ScalarReading<Value>): Value | undefined =>
    reading.ok ? reading.value : report(place, reading.fault, input);
  const rule = FIELD_RULES.get(schema);
  if (rule === undefined) return toPlainValue(input);
  switch (rule.type) {
    case "string":
      return settle(readText(input, rule));
    case "integer":
    case "number":
      return settle(readNumber(input, rule));
    case "boolean":
      return settle(readFlag(input));
    case "array":
    case "object":
      throw new TypeError(
        `Cannot read a field: a rule for "${rule.type}" stands on another schema`,
      );
  }
}

/**
 * Reads one value as pydantic does in its lax mode, with its coercions, and reports each fault at its
 * place. Gives what the schema then parses, or `undefined` where something was reported.
 */
export function readValue(schema: Schema, input: PythonValue, place: Place): unknown {
  if (isOptional(schema)) return readValue(schema.unwrap(), input, place);
  if (schema instanceof z.ZodNullable) {
    return input === null ? null : readValue(schema.unwrap(), input, place);
  }
  if (schema instanceof z.ZodObject) {
    return isDict(input)
      ? readFields(schema, input, { ...place, missingInput: input })
      : report(place, FAULTS.notAnObject, input);
  }
  if (schema instanceof z.ZodRecord) return readDictionary(schema, input, place);
  if (schema instanceof z.ZodArray) return readList(schema, input, place);
  return readScalar(schema, input, place);
}
