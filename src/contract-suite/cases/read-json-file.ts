import { readFileSync } from "node:fs";

import type { z } from "zod";

import { findJsonValues } from "#contracts/recordings/json-values.ts";
import { AppError, toMessage } from "#platform/errors.ts";

interface Fault {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Of a union's branches the one that fits furthest is the one that was meant. */
function deepestFault(issue: z.core.$ZodIssue): Fault {
  if (issue.code !== "invalid_union") {
    const keys = issue.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
    return { path: [...issue.path, ...keys], message: issue.message };
  }
  let deepest: Fault = issue;
  for (const branch of issue.errors) {
    const [first] = branch;
    if (first === undefined) continue;
    const fault = deepestFault(first);
    const path = [...issue.path, ...fault.path];
    if (path.length > deepest.path.length) deepest = { path, message: fault.message };
  }
  return deepest;
}

const toPointer = (path: readonly PropertyKey[]): string =>
  path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split("\n").length;

/** The line of the value at a path, or of the nearest value around it. */
export function lineOf(text: string, path: readonly PropertyKey[]): number {
  const spans = findJsonValues(text);
  for (let length = path.length; length > 0; length -= 1) {
    const pointer = toPointer(path.slice(0, length));
    const span = spans.find((candidate) => candidate.pointer === pointer);
    if (span !== undefined) return lineAt(text, span.start);
  }
  return 1;
}

/** V8 does not always say where; the scanner for positions does. */
function offsetOfFault(text: string): number {
  try {
    findJsonValues(text);
    return 0;
  } catch (error) {
    return Number(/at (\d+)$/.exec(toMessage(error))?.[1] ?? 0);
  }
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const line = lineAt(text, offsetOfFault(text));
    throw new AppError("CONTRACT_INVALID", `Cannot read contract: ${name}:${line}: not JSON`, {
      cause,
    });
  }
}

export interface JsonFile<T> {
  readonly value: T;
  /** For `lineOf`. */
  readonly text: string;
}

/**
 * Reads and checks one JSON file of the contracts. `name` is how messages call it. Throws
 * `CONTRACT_INVALID` with file, line and field of the first fault.
 */
export function readJsonFile<T>(
  { path, name }: { readonly path: string; readonly name: string },
  schema: z.ZodType<T>,
): JsonFile<T> {
  const text = readFileSync(path, "utf8");
  const parsed = schema.safeParse(parseJson(text, name));
  if (parsed.success) return { value: parsed.data, text };
  const [issue] = parsed.error.issues;
  const fault = issue === undefined ? { path: [], message: "invalid" } : deepestFault(issue);
  const field = fault.path.map(String).join(".");
  throw new AppError(
    "CONTRACT_INVALID",
    `Cannot read contract: ${name}:${lineOf(text, fault.path)}: ${field === "" ? "" : `${field}: `}${fault.message}`,
    { cause: parsed.error },
  );
}
