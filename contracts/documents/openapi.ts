import type { z } from "zod";

import type { AuthKind, RouteContract } from "#contracts/contract.ts";
import { concernOf, toExtensions } from "#contracts/documents/extensions.ts";
import { type JsonObject, toJsonSchema } from "#contracts/documents/json-schema.ts";
import {
  toResponses,
  toSharedResponses,
  toSharedSchemas,
} from "#contracts/documents/openapi-responses.ts";

const bearer = { bearer: [] } as const;

const SECURITY: Readonly<Record<AuthKind, readonly JsonObject[]>> = {
  none: [],
  bearer: [bearer],
  "bearer-with-profile": [bearer],
  "bearer-limited": [bearer],
  "bearer-optional": [{}, bearer],
  "bearer-debug": [bearer],
  "internal-secret": [{ internalSecret: [] }],
  "conversation-token": [{ conversationToken: [] }],
  "socket-token": [bearer],
};

const SECURITY_SCHEMES = {
  bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
  internalSecret: { type: "apiKey", in: "query", name: "x_internal_secret" },
  conversationToken: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
} as const;

/** A field that stands where none was given is not required. */
const isRequired = (schema: z.ZodType): boolean => !schema.safeParse(undefined).success;

function toParameters(part: z.ZodObject | undefined, place: "path" | "query"): JsonObject[] {
  return Object.entries<z.ZodType>(part?.shape ?? {}).map(([name, field]) => ({
    name,
    in: place,
    required: place === "path" || isRequired(field),
    schema: toJsonSchema(field, "input"),
  }));
}

const toRequestBody = (body: z.ZodType): JsonObject => ({
  required: isRequired(body),
  content: { "application/json": { schema: toJsonSchema(body, "input") } },
});

function toOperation(contract: RouteContract): JsonObject {
  const { id, summary, auth, request } = contract;
  const parameters = [
    ...toParameters(request.path, "path"),
    ...toParameters(request.query, "query"),
  ];
  return {
    operationId: id,
    summary,
    tags: [concernOf(id)],
    security: SECURITY[auth],
    ...(parameters.length > 0 && { parameters }),
    ...(request.body !== undefined && { requestBody: toRequestBody(request.body) }),
    responses: toResponses(contract),
    ...toExtensions(id),
  };
}

function toPaths(contracts: readonly RouteContract[]): JsonObject {
  const paths = Object.groupBy(contracts, ({ path }) => path);
  const items = Object.entries(paths).map(([path, routes = []]) => {
    const operations = routes.map(
      (contract) => [contract.method.toLowerCase(), toOperation(contract)] as const,
    );
    return [path, Object.fromEntries(operations)] as const;
  });
  return Object.fromEntries(items);
}

/** The OpenAPI 3.1 document of all REST routes: what a client may count on, whichever side answers. */
export function toOpenApi(contracts: readonly RouteContract[]): JsonObject {
  const concerns = [...new Set(contracts.map(({ id }) => concernOf(id)))];
  return {
    openapi: "3.1.1",
    info: {
      title: "PAM",
      summary: "The travel assistant's REST API, as its clients know it",
      version: "1.0.0",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    tags: concerns.map((name) => ({ name })),
    paths: toPaths(contracts),
    components: {
      schemas: toSharedSchemas(),
      responses: toSharedResponses(),
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}
