import { describe, expect, test } from "vitest";
import { z } from "zod";

import { CONCERNS } from "#concerns/index.ts";
import type { Answers } from "#contracts/contract.ts";
import { ROUTE_CONTRACTS, SOCKET_CONTRACTS } from "#contracts/index.ts";
import { FIELD_RULES } from "#contracts/schema/fields.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";

const rows = ROUTE_TABLE.map(({ id, method, path }) => ({ id, method, path }));

describe("the contracts and the route table name the same routes, in the same order", () => {
  test("REST", () => {
    expect(ROUTE_CONTRACTS.map(({ id, method, path }) => ({ id, method, path }))).toEqual(
      rows.filter(({ method }) => method !== "WS"),
    );
  });

  test("WebSocket", () => {
    expect(SOCKET_CONTRACTS.map(({ id, path }) => ({ id, method: "WS", path }))).toEqual(
      rows.filter(({ method }) => method === "WS"),
    );
  });

  test("an id begins with a concern or with debug", () => {
    const prefixes = new Set([...CONCERNS.map(({ name }) => name), "debug"]);
    const ids = [...ROUTE_CONTRACTS, ...SOCKET_CONTRACTS].map(({ id }) => id);
    expect(ids.filter((id) => !prefixes.has(id.split(".")[0] ?? ""))).toEqual([]);
  });
});

/** Refused before anything is looked at: no other answer of theirs has ever been seen. */
const isBlocked = (contract: (typeof ROUTE_CONTRACTS)[number]): boolean =>
  Object.keys(contract.answers).join() === "403";

test.each(ROUTE_CONTRACTS)("$id answers 401 exactly where it refuses a token", (contract) => {
  const refusesTokens = !["none", "bearer-optional", "bearer-debug"].includes(contract.auth);
  const refusals = Object.entries(contract.answers).flatMap(([status, answers]) =>
    // Natively routes may refuse whom the legacy lets in.
    status === "401" ? answers.filter(({ side }) => side !== "native") : [],
  );
  expect(refusals.length > 0).toBe(refusesTokens && !isBlocked(contract));
});

/** A query parameter is always a text: one that takes any text, and may be absent, cannot fail. */
const canFail = (field: z.ZodType): boolean =>
  !["any text", "", undefined].every((value) => field.safeParse(value).success);

test.each(ROUTE_CONTRACTS)("$id answers 422 exactly where its input can fail", (contract) => {
  const parameters = Object.values<z.ZodType>(contract.request.query?.shape ?? {});
  const isFallible = contract.request.body !== undefined || parameters.some(canFail);
  const answers: Answers = contract.answers;
  // A native side may refuse what the legacy fails on.
  const ofBoth = (answers[422] ?? []).filter(({ side }) => side !== "native");
  expect(ofBoth.length > 0).toBe(isFallible && !isBlocked(contract));
});

test.each(ROUTE_CONTRACTS)("$id names its path parameters", ({ path, request }) => {
  const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  expect(Object.keys(request.path?.shape ?? {})).toEqual(named);
});

test.each(SOCKET_CONTRACTS)("$id names each frame once in a direction", ({ inbound, outbound }) => {
  const inboundNames = inbound.map(({ name }) => name);
  const outboundNames = outbound.map(({ name }) => name);
  expect(inboundNames).toHaveLength(new Set(inboundNames).size);
  expect(outboundNames).toHaveLength(new Set(outboundNames).size);
  expect(outboundNames).toEqual(
    expect.arrayContaining(inbound.flatMap(({ replies = [] }) => replies)),
  );
});

/** Every schema below the given one, itself included. */
function schemasIn(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  const isWrapper =
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault;
  if (isWrapper) return [schema, ...schemasIn(schema.unwrap())];
  if (schema instanceof z.ZodArray) return [schema, ...schemasIn(schema.element)];
  if (schema instanceof z.ZodRecord) return [schema, ...schemasIn(schema.valueType)];
  if (!(schema instanceof z.ZodObject)) return [schema];
  return [schema, ...Object.values<z.ZodType>(schema.shape).flatMap(schemasIn)];
}

test.each(ROUTE_CONTRACTS)("every field of a request of $id has a rule", ({ request }) => {
  const parts = [request.query, request.body].filter((part) => part !== undefined);
  const scalars = parts
    .flatMap(schemasIn)
    .filter(
      (schema) =>
        schema instanceof z.ZodString ||
        schema instanceof z.ZodNumber ||
        schema instanceof z.ZodBoolean ||
        schema instanceof z.ZodCustom,
    )
    // A dictionary's keys are texts of any kind; `schemasIn` does not give them.
    .filter((schema) => FIELD_RULES.get(schema) === undefined);
  expect(scalars).toEqual([]);
});
