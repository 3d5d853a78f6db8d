/**
 * The shape of one recorded exchange with the legacy. A line of `http/*.jsonl` is one HTTP exchange, a
 * line of `ws/*.jsonl` one conversation. Header lists are flat (name, value, name, …) in the order and
 * spelling of the wire; `{{…}}` in them stands for a value that is new in every answer (`volatile.ts`)
 * or for a token (`tokens.ts`); an `@name` in the place of a name stands for a run of headers that many answers
 * share (`header-runs.json`). Bodies are exact, after any content coding was undone.
 */
import { z } from "zod";

import { VOLATILE_KINDS } from "./volatile.ts";

const headerList = z
  .array(z.string())
  .refine(({ length }) => length % 2 === 0, "names and values must come in pairs")
  .readonly();

/** Bytes of a message: absent, text, base64, a long run that is written short, or left out. */
const body = z.union([
  z.null().transform(() => ({ kind: "none" }) as const),
  z.string().transform((text) => ({ kind: "text", text }) as const),
  z
    .strictObject({ base64: z.base64() })
    .transform(({ base64 }) => ({ kind: "binary", base64 }) as const),
  z
    .strictObject({
      head: z.string(),
      unit: z.string().min(1),
      count: z.int().min(1),
      tail: z.string(),
    })
    .transform((run) => ({ kind: "run", ...run }) as const),
  z
    .strictObject({ sha256: z.hash("sha256"), length: z.int() })
    .transform((left) => ({ kind: "omitted", ...left }) as const),
]);

/** Which values of a JSON body are new in every answer, by JSON Pointer (RFC 6901); `*` is any key or index. */
const volatile = z
  .record(z.string().regex(/^(\/.*)?$/), z.enum(VOLATILE_KINDS))
  .default({})
  .readonly();

const at = z.iso.datetime();
const status = z.int().min(100).max(599);
const environment = z.string().default("default");

export const httpRecording = z
  .strictObject({
    id: z.string().regex(/^[^/]+\/.+$/),
    title: z.string(),
    environment,
    /** Names the ordered run of requests that this one belongs to; its place in the file is its turn. */
    sequence: z.string().optional(),
    note: z.string().optional(),
    /** When the legacy answered: what timestamps in the body are relative to. */
    at,
    request: z
      .strictObject({
        method: z.string().regex(/^[A-Z]+$/),
        target: z.string().startsWith("/"),
        headers: headerList,
        body,
      })
      .readonly(),
    response: z
      .strictObject({
        status,
        headers: headerList,
        body,
        /** Of a stream: when each part came, in milliseconds since the request, and how many bytes it had. */
        parts: z.array(z.tuple([z.int().min(0), z.int().min(0)])).optional(),
      })
      .readonly(),
    volatile,
  })
  .readonly();

const atMs = z.int().min(0);

/** `atMs` counts from the client's handshake. `http` is a request that somebody else made meanwhile. */
const wsEvent = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("accepted"), atMs, headers: headerList }).readonly(),
  z
    .strictObject({
      kind: z.literal("rejected"),
      atMs,
      status,
      headers: headerList,
      body: z.string(),
    })
    .readonly(),
  z.strictObject({ kind: z.literal("send"), atMs, data: body }).readonly(),
  z.strictObject({ kind: z.literal("receive"), atMs, text: z.string(), volatile }).readonly(),
  z
    .strictObject({
      kind: z.literal("http"),
      atMs,
      request: z.string(),
      status,
      body: z.string(),
    })
    .readonly(),
  z.strictObject({ kind: z.literal("note"), atMs, text: z.string() }).readonly(),
  z
    .strictObject({ kind: z.literal("client-close"), atMs, code: z.int(), reason: z.string() })
    .readonly(),
  z
    .strictObject({
      kind: z.literal("close"),
      atMs,
      code: z.int(),
      reason: z.string(),
      by: z.enum(["client", "server"]),
    })
    .readonly(),
]);

export const wsRecording = z
  .strictObject({
    id: z.string().startsWith("ws/"),
    environment,
    at: at.optional(),
    open: z.strictObject({ target: z.string().startsWith("/"), headers: headerList }).readonly(),
    events: z.array(wsEvent).min(1).readonly(),
  })
  .readonly();

export const recordedToken = z
  .strictObject({
    header: z.record(z.string(), z.unknown()).readonly(),
    claims: z.record(z.string(), z.unknown()).readonly(),
    /** `valid`: by the legacy's key; `other-key`: by another; `tampered`: of other claims; `none`: empty. */
    signature: z.enum(["valid", "other-key", "tampered", "none"]),
  })
  .readonly();

export type RecordedBody = z.infer<typeof body>;
export type HttpRecording = z.infer<typeof httpRecording>;
export type WsRecording = z.infer<typeof wsRecording>;
export type WsEvent = z.infer<typeof wsEvent>;
export type RecordedToken = z.infer<typeof recordedToken>;

/** The bytes of a recorded body. Throws a `TypeError` for one that was left out of the recordings. */
export function toBodyBytes(recorded: RecordedBody): Buffer {
  switch (recorded.kind) {
    case "none":
      return Buffer.alloc(0);
    case "text":
      return Buffer.from(recorded.text);
    case "binary":
      return Buffer.from(recorded.base64, "base64");
    case "run":
      return Buffer.from(recorded.head + recorded.unit.repeat(recorded.count) + recorded.tail);
    case "omitted":
      throw new TypeError(`Cannot give a body of ${recorded.length} bytes: it was not recorded`);
    default:
      return recorded satisfies never;
  }
}
