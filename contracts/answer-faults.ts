import type { z } from "zod";

import type { Answer, RouteContract } from "#contracts/contract.ts";
import { answersOf } from "#contracts/schema/common-answers.ts";
import { keyOrderFaults } from "#contracts/schema/key-order.ts";

/** An answer as it came over the wire, its content coding undone. */
export interface GivenAnswer {
  readonly status: number;
  /** A header's value by its lower-case name. */
  readonly header: (name: string) => string | undefined;
  readonly body: Uint8Array;
}

const CONTENT_TYPE = "content-type";

function contentTypeOf(answer: Answer): string | undefined {
  switch (answer.kind) {
    case "json":
      return "application/json";
    case "text":
    case "bytes":
      return answer.contentType;
    case "empty":
      return undefined;
  }
}

function headerFaults(answer: Answer, given: GivenAnswer): readonly string[] {
  const wanted = contentTypeOf(answer);
  const found = given.header(CONTENT_TYPE);
  const typeFaults =
    wanted === undefined || found === wanted ? [] : [`${CONTENT_TYPE}: ${found} for ${wanted}`];
  const others = Object.entries(answer.headers ?? {}).filter(
    ([name, schema]) => !schema.safeParse(given.header(name)).success,
  );
  return [...typeFaults, ...others.map(([name]) => `header ${name}: ${given.header(name)}`)];
}

const toFaults = (error: z.ZodError): readonly string[] =>
  error.issues.map(({ path, message }) => `/${path.join("/")}: ${message}`);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function bodyFaults(answer: Answer, body: Uint8Array): readonly string[] {
  switch (answer.kind) {
    case "empty":
      return body.length === 0 ? [] : [`a body of ${body.length} bytes where none belongs`];
    case "bytes":
      return body.length > 0 ? [] : ["no body"];
    case "text": {
      const parsed = answer.schema.safeParse(new TextDecoder().decode(body));
      return parsed.success ? [] : toFaults(parsed.error);
    }
    case "json": {
      const value = parseJson(new TextDecoder().decode(body));
      const parsed = answer.schema.safeParse(value);
      if (!parsed.success) return toFaults(parsed.error);
      return keyOrderFaults(answer.schema, value).map((path) => `${path}: keys in another order`);
    }
  }
}

/**
 * What an answer has against the contract of its route; empty where one of the contract's answers of its
 * status fits. Otherwise the faults against the answer that fits best. Pure.
 */
export function answerFaults(contract: RouteContract, given: GivenAnswer): readonly string[] {
  const possible = answersOf(contract.answers, given.status);
  const faults = possible
    .map((answer) => [...headerFaults(answer, given), ...bodyFaults(answer, given.body)])
    .toSorted((one, other) => one.length - other.length);
  return faults[0] ?? [`status ${given.status} is not in the contract`];
}
