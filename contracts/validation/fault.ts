import type { PythonDict, PythonValue } from "#contracts/validation/python-value.ts";

/** What is wrong with one value, in pydantic's words and without its place. */
export interface Fault {
  readonly type: string;
  readonly msg: string;
  readonly ctx?: PythonDict;
}

const context = (...entries: readonly (readonly [string, PythonValue])[]): PythonDict =>
  new Map(entries);

const characters = (count: number): string => `${count} character${count === 1 ? "" : "s"}`;

/** Every fault that a legacy route can report, with the sentences of pydantic 2. */
export const FAULTS = {
  missing: { type: "missing", msg: "Field required" },
  notAnObject: {
    type: "model_attributes_type",
    msg: "Input should be a valid dictionary or object to extract fields from",
  },
  notADictionary: { type: "dict_type", msg: "Input should be a valid dictionary" },
  notAList: { type: "list_type", msg: "Input should be a valid list" },
  notAString: { type: "string_type", msg: "Input should be a valid string" },
  loneSurrogate: {
    type: "string_unicode",
    msg: "Input should be a valid string, unable to parse raw data as a unicode string",
  },
  notABoolean: { type: "bool_type", msg: "Input should be a valid boolean" },
  unclearBoolean: {
    type: "bool_parsing",
    msg: "Input should be a valid boolean, unable to interpret input",
  },
  notAnInteger: { type: "int_type", msg: "Input should be a valid integer" },
  unclearInteger: {
    type: "int_parsing",
    msg: "Input should be a valid integer, unable to parse string as an integer",
  },
  integerTooLong: {
    type: "int_parsing_size",
    msg: "Unable to parse input string as an integer, exceeded maximum size",
  },
  fraction: {
    type: "int_from_float",
    msg: "Input should be a valid integer, got a number with a fractional part",
  },
  notFinite: { type: "finite_number", msg: "Input should be a finite number" },
  notANumber: { type: "float_type", msg: "Input should be a valid number" },
  unclearNumber: {
    type: "float_parsing",
    msg: "Input should be a valid number, unable to parse string as a number",
  },

  tooShort: (minLength: number): Fault => ({
    type: "string_too_short",
    msg: `String should have at least ${characters(minLength)}`,
    ctx: context(["min_length", minLength]),
  }),
  tooLong: (maxLength: number): Fault => ({
    type: "string_too_long",
    msg: `String should have at most ${characters(maxLength)}`,
    ctx: context(["max_length", maxLength]),
  }),
  patternMismatch: (pattern: string): Fault => ({
    type: "string_pattern_mismatch",
    msg: `String should match pattern '${pattern}'`,
    ctx: context(["pattern", pattern]),
  }),
  tooSmall: (minimum: number, bound: PythonValue): Fault => ({
    type: "greater_than_equal",
    msg: `Input should be greater than or equal to ${minimum}`,
    ctx: context(["ge", bound]),
  }),
  tooLarge: (maximum: number, bound: PythonValue): Fault => ({
    type: "less_than_equal",
    msg: `Input should be less than or equal to ${maximum}`,
    ctx: context(["le", bound]),
  }),
  tooManyItems: (maxItems: number, actual: number): Fault => ({
    type: "too_long",
    msg: `List should have at most ${maxItems} items after validation, not ${actual}`,
    ctx: context(["field_type", "List"], ["max_length", maxItems], ["actual_length", actual]),
  }),
  refused: (words: string): Fault => ({
    type: "value_error",
    msg: `Value error, ${words}`,
    ctx: context(["error", new Map()]),
  }),
} as const;
