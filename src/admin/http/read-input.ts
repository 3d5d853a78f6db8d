import type { Request } from "express";
import type { z } from "zod";

import { AppError } from "#platform/errors.ts";

const toIssue = ({ path, message }: z.core.$ZodIssue): { field: string; problem: string } => ({
  field: path.join(".") || "body",
  problem: message,
});

/** Reads what came from outside. Throws `REQUEST_INVALID`, whose answer names every field that is wrong. */
export function readInput<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  failure: string,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(toIssue);
  const told = issues.map(({ field, problem }) => `${field}: ${problem}`).join("; ");
  const detail = `${failure}: ${told}`;
  throw new AppError("REQUEST_INVALID", detail, {
    detail,
    body: JSON.stringify({ detail, issues }),
  });
}

/** The same of a JSON body; another type is refused, which keeps simple cross-site forms out. */
export function readBody<Schema extends z.ZodType>(
  schema: Schema,
  request: Request,
  failure: string,
): z.output<Schema> {
  if (typeof request.is("application/json") !== "string") {
    throw new AppError("REQUEST_MALFORMED", undefined, {
      detail: "The body must be a JSON object, sent as application/json",
    });
  }
  return readInput(schema, request.body, failure);
}
