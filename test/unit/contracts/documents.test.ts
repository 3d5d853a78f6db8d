import { readFileSync } from "node:fs";
import { join } from "node:path";

import asyncApiSchema from "@asyncapi/specs/schemas/3.0.0-without-$id.json" with { type: "json" };
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { z } from "zod";

import { toAsyncApi } from "#contracts/documents/asyncapi.ts";
import { toOpenApi } from "#contracts/documents/openapi.ts";
import { ROUTE_CONTRACTS, SOCKET_CONTRACTS } from "#contracts/index.ts";
import { loadRecordings } from "#contracts/recordings/load-recordings.ts";
import { packageRoot } from "#platform/package-root.ts";
import { createRouteMatcher } from "#routing/match-route.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";
import { concernFlagOf, flagOf } from "#routing/route.ts";

const object = z.record(z.string(), z.unknown());
const read = (name: string): Record<string, unknown> =>
  object.parse(JSON.parse(readFileSync(join(packageRoot(), "contracts", name), "utf8")));

const openApi = read("openapi.json");
const asyncApi = read("asyncapi.json");

const operation = z.looseObject({
  operationId: z.string(),
  summary: z.string(),
  responses: object,
  "x-banyan-concern": z.string(),
  "x-banyan-flag": z.string().optional(),
});
const paths = z.record(z.string(), z.record(z.string(), operation)).parse(openApi["paths"]);
const operations = new Map(
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, found]) => [found.operationId, { path, method, ...found }] as const,
    ),
  ),
);

describe("the documents in the repository are those of the contracts", () => {
  // `npm run documents` writes them anew.
  test("openapi.json", () => {
    expect(openApi).toEqual(toOpenApi(ROUTE_CONTRACTS));
  });

  test("asyncapi.json", () => {
    expect(asyncApi).toEqual(toAsyncApi(SOCKET_CONTRACTS));
  });
});

/** What a JSON Pointer finds; names here need no escaping but in paths, which nothing refers to. */
const resolve = (document: unknown, pointer: string): unknown =>
  pointer
    .split("/")
    .slice(1)
    .reduce<unknown>((found, key) => object.safeParse(found).data?.[key], document);

describe("the documents hold their meta-schemas", () => {
  test("OpenAPI 3.1", async () => {
    const validator = new Validator();
    expect(await validator.validate(openApi)).toEqual({ valid: true });
    expect(validator.version).toBe("3.1");
  });

  test("AsyncAPI 3.0", () => {
    const ajv = new Ajv({ strict: false });
    addFormats.default(ajv);
    ajv.validate(asyncApiSchema, asyncApi);
    expect(ajv.errors).toBeNull();
  });

  test("every reference leads somewhere", () => {
    const references = [...JSON.stringify([openApi, asyncApi]).matchAll(/"\$ref":"#([^"]+)"/g)];
    const lost = references
      .map(([, pointer = ""]) => pointer)
      .filter((pointer) => (resolve(openApi, pointer) ?? resolve(asyncApi, pointer)) === undefined);
    expect(references.length).toBeGreaterThan(0);
    expect(lost).toEqual([]);
  });
});

describe("every route of the table has an operation, and no other has one", () => {
  const routes = ROUTE_TABLE.filter(({ method }) => method !== "WS");

  test("operation ids", () => {
    expect([...operations.keys()].toSorted()).toEqual(routes.map(({ id }) => id).toSorted());
  });

  test.each(routes)("$id", (route) => {
    const found = operations.get(route.id);
    expect(found).toMatchObject({
      path: route.path,
      method: route.method.toLowerCase(),
      "x-banyan-concern": route.concern,
    });
    expect(found?.["x-banyan-flag"]).toBe(flagOf(route));
    expect(flagOf(route) === undefined).toBe(concernFlagOf(route) === undefined);
  });

  test.each(ROUTE_CONTRACTS)("$id tells each of its statuses", ({ id, answers }) => {
    const told = Object.keys(operations.get(id)?.responses ?? {});
    expect(told).toEqual(expect.arrayContaining([...Object.keys(answers), "400", "429", "500"]));
  });
});

const { http, ws } = loadRecordings(join(packageRoot(), "contracts/recordings"));
const matchRoute = createRouteMatcher(ROUTE_TABLE);

describe("the generated JSON Schemas accept what was recorded", () => {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  ajv.addSchema(openApi, "openapi");
  const validators = new Map<string, ValidateFunction>();

  function validatorOf(id: string, status: number): ValidateFunction {
    const key = `${id} ${status}`;
    const known = validators.get(key);
    if (known !== undefined) return known;
    const { path = "", method = "" } = operations.get(id) ?? {};
    const place = [path.replaceAll("/", "~1"), method, "responses", status].join("/");
    const own = operations.get(id)?.responses[status];
    const isShared = object.safeParse(own).data?.["$ref"] !== undefined;
    const response = isShared ? `components/responses/Common${status}` : `paths/${place}`;
    const pointer = `openapi#/${response}/content/application~1json/schema`;
    const made = ajv.compile({ $ref: pointer.replaceAll("{", "%7B").replaceAll("}", "%7D") });
    validators.set(key, made);
    return made;
  }

  const answers = http.flatMap(({ id, request, response }) => {
    const route = matchRoute(request.method, request.target)?.route;
    const isJson = response.headers.includes("application/json") && response.body.kind === "text";
    return route === undefined || !isJson ? [] : [{ id, route: route.id, response }];
  });

  test.each(answers)("$id", ({ route, response }) => {
    const validate = validatorOf(route, response.status);
    const text = response.body.kind === "text" ? response.body.text : "";
    validate(JSON.parse(text));
    expect(validate.errors).toBeNull();
  });

  test("and refuse what is no answer", () => {
    expect(validatorOf("chat.send", 200)({})).toBe(false);
    expect(validatorOf("chat.health", 429)({ detail: "no" })).toBe(false);
  });

  const payloads = z
    .record(
      z.string(),
      z.looseObject({ messages: z.record(z.string(), z.looseObject({ payload: object })) }),
    )
    .parse(asyncApi["channels"]);

  test.each(ws)("$id", ({ open, events }) => {
    const messages = payloads[matchRoute("WS", open.target)?.route.id ?? ""]?.messages ?? {};
    const schemas = Object.entries(messages)
      .filter(([name]) => name.startsWith("outbound."))
      .map(([, { payload }]) => payload);
    const received = events.flatMap((event) => (event.kind === "receive" ? [event.text] : []));
    const validate = ajv.compile({ anyOf: schemas.length === 0 ? [true] : schemas });
    expect(received.filter((text) => !validate(JSON.parse(text)))).toEqual([]);
  });
});
