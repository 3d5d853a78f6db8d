import type { z } from "zod";

import type { Answer, Answers, RouteContract } from "#contracts/contract.ts";
import { type JsonObject, toJsonSchema } from "#contracts/documents/json-schema.ts";
import { unauthorizedBody, validationBody } from "#contracts/schema/answers.ts";
import { COMMON_ANSWERS } from "#contracts/schema/common-answers.ts";

const JSON_TYPE = "application/json";

const anyOf = (schemas: readonly JsonObject[]): JsonObject =>
  schemas.length === 1 ? (schemas[0] ?? {}) : { anyOf: schemas };

const isJson = (answer: Answer): answer is Extract<Answer, { kind: "json" }> =>
  answer.kind === "json";

const commonName = (status: number): string => `Common${status}`;

const jsonSchemas = (answers: readonly Answer[]): readonly JsonObject[] =>
  answers.filter(isJson).map(({ schema }) => toSchema(schema));

/** Bodies that most routes share. */
const SHARED = new Map<z.ZodType, string>([
  [validationBody, "ValidationErrors"],
  [unauthorizedBody, "Unauthorized"],
]);

function toSchema(schema: z.ZodType): JsonObject {
  const name = SHARED.get(schema);
  return name === undefined
    ? toJsonSchema(schema, "output")
    : { $ref: `#/components/schemas/${name}` };
}

const commonEntries = Object.entries(COMMON_ANSWERS).map(
  ([status, answers]) => [Number(status), answers] as const,
);

/** By name: the bodies that most routes share, and by status what the filters in front of them answer. */
export function toSharedSchemas(): JsonObject {
  const shared = [...SHARED].map(
    ([schema, name]) => [name, toJsonSchema(schema, "output")] as const,
  );
  const common = commonEntries.map(
    ([status, answers]) => [commonName(status), anyOf(jsonSchemas(answers))] as const,
  );
  return Object.fromEntries([...shared, ...common]);
}

/** The answers of the filters where a route has none of its own with that status. */
export const toSharedResponses = (): JsonObject =>
  Object.fromEntries(
    commonEntries.map(([status]) => [commonName(status), toResponse([], status)] as const),
  );

function toContent(own: readonly Answer[], status: number): JsonObject {
  const others = own.flatMap((answer): readonly (readonly [string, JsonObject])[] => {
    switch (answer.kind) {
      case "text":
        return [[answer.contentType, { schema: toJsonSchema(answer.schema, "output") }]];
      case "bytes":
        return [[answer.contentType, {}]];
      case "json":
      case "empty":
        return [];
    }
  });
  const common =
    status in COMMON_ANSWERS ? [{ $ref: `#/components/schemas/${commonName(status)}` }] : [];
  const schemas = [...jsonSchemas(own), ...common];
  return {
    ...(schemas.length > 0 && { [JSON_TYPE]: { schema: anyOf(schemas) } }),
    ...Object.fromEntries(others),
  };
}

/** Headers that some answer of the status has; none is of all of them. */
function toHeaders(answers: readonly Answer[]): JsonObject {
  const entries = answers
    .flatMap(({ headers }) => Object.entries(headers ?? {}))
    .map(([name, schema]) => [name, { schema: toJsonSchema(schema, "output") }] as const);
  return Object.fromEntries(entries);
}

function toResponse(own: readonly Answer[], status: number): JsonObject {
  const all = [...own, ...(COMMON_ANSWERS[status] ?? [])];
  const headers = toHeaders(all);
  const content = toContent(own, status);
  const isNativeOnly = own.length > 0 && own.every(({ side }) => side === "native");
  return {
    description: all.map(({ when }) => when).join(". Or: "),
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(Object.keys(content).length > 0 && { content }),
    ...(isNativeOnly && { "x-banyan-side": "native" }),
  };
}

/** Every status that a route can answer with, the filters' included. */
export function toResponses({ answers }: RouteContract): JsonObject {
  const merged: Answers = { ...COMMON_ANSWERS, ...answers };
  const statuses = Object.keys(merged).map(Number);
  return Object.fromEntries(
    statuses.map((status) => {
      const own = answers[status];
      const response =
        own === undefined
          ? { $ref: `#/components/responses/${commonName(status)}` }
          : toResponse(own, status);
      return [String(status), response] as const;
    }),
  );
}
