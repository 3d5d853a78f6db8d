import { RE2JS, RE2JSException } from "re2js";

const MAX_PATTERN_LENGTH = 200;
/** Instructions. An ordinary pattern has a few dozen; counted repetitions are what makes more of it. */
const MAX_PROGRAM_SIZE = 200;
/** A repetition of a hundred times and more. It is too large in any case, and takes long to find that out. */
const LARGE_COUNT = /(?<!\\x)\{\d*,?\d{3}/;

export interface SearchPattern {
  /** How much work a character of the searched text is, in instructions. */
  readonly size: number;
  readonly isIn: (text: string) => boolean;
}

export type PatternReading =
  | { readonly ok: true; readonly pattern: SearchPattern }
  | { readonly ok: false; readonly problem: string };

const refuse = (problem: string): PatternReading => ({ ok: false, problem });

/**
 * Compiles what somebody searches for, upper and lower case alike. The engine takes time in proportion to
 * pattern and text whatever they are (RE2); lookaround and back references, which cannot be had so, are
 * refused as its syntax errors.
 */
export function readSearchPattern(source: string): PatternReading {
  if (source.length > MAX_PATTERN_LENGTH) {
    return refuse(`the pattern must not be longer than ${MAX_PATTERN_LENGTH} characters`);
  }
  if (LARGE_COUNT.test(source)) return refuse("the pattern repeats too much");
  try {
    const compiled = RE2JS.compile(source, RE2JS.CASE_INSENSITIVE);
    const size = compiled.programSize();
    if (size > MAX_PROGRAM_SIZE) return refuse("the pattern repeats too much");
    return { ok: true, pattern: { size, isIn: (text) => compiled.matcher(text).find() } };
  } catch (error) {
    if (error instanceof RE2JSException) return refuse(error.message);
    throw error;
  }
}
