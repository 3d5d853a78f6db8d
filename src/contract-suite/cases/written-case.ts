import { z } from "zod";

import type {
  CaseRequest,
  Conversation,
  Exchange,
  Step,
  Turn,
} from "#contract-suite/cases/case.ts";
import type { ExpectedAnswer, HeaderExpectation } from "#contract-suite/compare/answer.ts";
import { expectationSchema } from "#contract-suite/expectation/expectation.ts";

const payload = z.union([
  z.string(),
  z.strictObject({ json: z.unknown() }),
  z.strictObject({ base64: z.base64() }),
]);

const headers = z.record(z.string(), z.string()).default({});

const request = z.strictObject({
  method: z.string().regex(/^[A-Z]+$/),
  target: z.string().startsWith("/"),
  headers,
  /** `json` adds its content type. */
  body: payload.optional(),
});

/** Null: the header must not be there. */
const expectedHeaders = z.record(
  z.string(),
  z.union([
    z.string(),
    z.array(z.string()),
    z.strictObject({ $match: z.literal("text"), pattern: z.string() }),
    z.null(),
  ]),
);

/** A body that is left out is held to the contract of the route, and to nothing else. */
const expected = z.strictObject({
  status: z.int().min(100).max(599),
  headers: expectedHeaders.default({}),
  body: expectationSchema.optional(),
  text: z.string().optional(),
});

const exchange = z.strictObject({
  request,
  expect: expected,
  capture: z.record(z.string(), z.string().startsWith("/")).default({}),
});

const quantity = z.enum(["one", "many", "optional"]).default("one");

const turn = z.union([
  z.strictObject({ send: payload }),
  z.strictObject({ expect: expectationSchema, quantity }),
  z.strictObject({ end: z.strictObject({ code: z.int(), reason: expectationSchema }) }),
  z.strictObject({
    leave: z.strictObject({ code: z.int().default(1000), reason: z.string().default("") }),
  }),
  exchange,
]);

const conversation = z.strictObject({
  socket: z.strictObject({
    target: z.string().startsWith("/"),
    headers,
    refusal: z.strictObject({ status: z.int(), body: z.string() }).optional(),
  }),
  turns: z.array(turn).default([]),
});

export const writtenCaseSchema = z.strictObject({
  id: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
  title: z.string().min(10),
  route: z.string(),
  tags: z.array(z.enum(["smoke"])).default([]),
  needs: z.array(z.string()).default([]),
  sides: z
    .array(z.enum(["legacy", "native"]))
    .min(1)
    .default(["legacy", "native"]),
  steps: z.array(z.union([exchange, conversation])).min(1),
});

export type WrittenCase = z.infer<typeof writtenCaseSchema>;

type Payload = z.infer<typeof payload>;

const repeat = z.strictObject({ $repeat: z.tuple([z.string(), z.int().min(1)]) });

/** `{"$repeat": ["x", 1000]}` stands for a long text. */
function expandRepeat(_: string, value: unknown): unknown {
  const parsed = repeat.safeParse(value);
  if (!parsed.success) return value;
  const [unit, times] = parsed.data.$repeat;
  return unit.repeat(times);
}

function toBytes(given: Payload): Buffer {
  if (typeof given === "string") return Buffer.from(given);
  if ("json" in given) return Buffer.from(JSON.stringify(given.json, expandRepeat));
  return Buffer.from(given.base64, "base64");
}

const isJson = (given: Payload | undefined): boolean =>
  typeof given === "object" && "json" in given;

function toRequest({ method, target, headers: given, body }: z.infer<typeof request>): CaseRequest {
  const flat = Object.entries(given).flat();
  const hasType = Object.keys(given).some((name) => name.toLowerCase() === "content-type");
  const type = isJson(body) && !hasType ? ["Content-Type", "application/json"] : [];
  return {
    method,
    target,
    headers: [...flat, ...type],
    body: body === undefined ? undefined : toBytes(body),
  };
}

/** What a deviation or a written case says of one header, as the comparison takes it. */
export function toHeader(value: z.infer<typeof expectedHeaders>[string]): HeaderExpectation {
  if (value === null) return { kind: "absent" };
  if (typeof value === "object" && "$match" in value) {
    return { kind: "pattern", pattern: value.pattern };
  }
  return { kind: "values", values: typeof value === "string" ? [value] : value };
}

/** The same for all headers of an answer, by name in lower case. */
export function toHeaderExpectations(
  given: z.infer<typeof expectedHeaders>,
): ReadonlyMap<string, HeaderExpectation> {
  return new Map(
    Object.entries(given).map(([name, value]) => [name.toLowerCase(), toHeader(value)] as const),
  );
}

function toAnswer({
  status,
  headers: given,
  body,
  text,
}: z.infer<typeof expected>): ExpectedAnswer {
  const answer = { status, headers: toHeaderExpectations(given), areHeadersClosed: false };
  if (body !== undefined) return { ...answer, body: { kind: "json", expectation: body } };
  if (text !== undefined) return { ...answer, body: { kind: "text", text } };
  return { ...answer, body: { kind: "any", because: "The contract of the route describes it" } };
}

const toExchange = ({ request: sent, expect, capture }: z.infer<typeof exchange>): Exchange => ({
  kind: "exchange",
  request: toRequest(sent),
  expected: toAnswer(expect),
  captures: capture,
});

function toTurn(given: z.infer<typeof turn>): Turn {
  if ("send" in given) {
    const bytes = toBytes(given.send);
    const isBinary = typeof given.send === "object" && "base64" in given.send;
    return { kind: "send", data: isBinary ? bytes : bytes.toString() };
  }
  if ("quantity" in given) {
    return { kind: "expect", quantity: given.quantity, frame: { expectation: given.expect } };
  }
  if ("end" in given) return { kind: "end", ...given.end };
  if ("leave" in given) return { kind: "leave", listens: true, ...given.leave };
  return { kind: "request", exchange: toExchange(given) };
}

const toConversation = ({ socket, turns }: z.infer<typeof conversation>): Conversation => ({
  kind: "conversation",
  target: socket.target,
  headers: Object.entries(socket.headers).flat(),
  refusal: socket.refusal,
  turns: turns.map(toTurn),
});

/** The steps of a written case. */
export const toSteps = ({ steps }: WrittenCase): readonly Step[] =>
  steps.map((step) => ("socket" in step ? toConversation(step) : toExchange(step)));

export { expectedHeaders as expectedHeadersSchema, turn as turnSchema, toTurn };
