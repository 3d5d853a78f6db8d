import { isUtf8 } from "node:buffer";

import type { Answer, Transcript } from "#delivery/compare/index.ts";
import type {
  ConversationExample,
  ExchangeExample,
  ExplainedDifference,
} from "#delivery/drift/drift-snapshot.ts";
import { createRedactor, createTokenBook, type Redactor } from "#platform/redaction/index.ts";

/** What every example says, whatever was shadowed. */
export interface ExampleFacts {
  readonly id: string;
  readonly atMs: number;
  readonly requestId: string;
  readonly routeId: string;
  readonly differences: readonly ExplainedDifference[];
  readonly omitted: number;
  readonly effects: readonly { readonly kind: string; readonly summary: string }[];
}

/** A request as it went to legacy. */
export interface ShadowedRequest {
  readonly method: string;
  readonly target: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

const MAX_BODY = 8 * 1024;
const MAX_HEADERS = 64;
const MAX_TARGET = 2048;
const MAX_FRAMES = 40;
const MAX_FRAME = 2 * 1024;

/** `null` where it is no text or longer than is kept: half a body cannot be redacted for certain. */
const toText = (bytes: Buffer, max: number, redactor: Redactor): string | null =>
  bytes.length <= max && isUtf8(bytes) ? redactor.body(bytes.toString("utf8")) : null;

const cut = (flat: readonly string[]): readonly string[] => flat.slice(0, MAX_HEADERS * 2);

const toTarget = (target: string, redactor: Redactor): string =>
  target.length <= MAX_TARGET ? redactor.target(target) : "/(longer than is kept)";

const toAnswer = ({ status, headers, body }: Answer, redactor: Redactor) => ({
  status,
  headers: redactor.responseHeaders(cut(headers)),
  body: toText(body, MAX_BODY, redactor),
});

/** `key` is random and stays in this process: pseudonyms made with it cannot be traced back. */
const redactorFor = (key: Buffer): Redactor => createRedactor(createTokenBook(key, {}));

/** Request and answers for a person to look at, redacted and bounded. */
export function toExchangeExample(
  facts: ExampleFacts,
  {
    request,
    legacy,
    native,
  }: {
    readonly request: ShadowedRequest;
    readonly legacy: Answer;
    readonly native: Answer | undefined;
  },
  key: Buffer,
): ExchangeExample {
  const redactor = redactorFor(key);
  // Before anything else: it is what tells the redactor who is asking.
  const headers = redactor.requestHeaders(cut(request.headers));
  const target = toTarget(request.target, redactor);
  const { method, body } = request;
  return {
    ...facts,
    kind: "exchange",
    request: { method, target, headers, body: toText(body, MAX_BODY, redactor) },
    legacy: toAnswer(legacy, redactor),
    ...(native && { native: toAnswer(native, redactor) }),
  };
}

const toTranscript = ({ frames, close }: Transcript, redactor: Redactor) => ({
  frames: frames.slice(0, MAX_FRAMES).map(({ from, data }) => ({
    from,
    text: typeof data === "string" ? toText(Buffer.from(data), MAX_FRAME, redactor) : null,
  })),
  ...(close && { close }),
});

/** Both conversations for a person to look at, redacted and bounded. */
export function toConversationExample(
  facts: ExampleFacts,
  {
    request,
    legacy,
    native,
  }: {
    readonly request: Pick<ShadowedRequest, "target" | "headers">;
    readonly legacy: Transcript;
    readonly native: Transcript | undefined;
  },
  key: Buffer,
): ConversationExample {
  const redactor = redactorFor(key);
  const headers = redactor.requestHeaders(cut(request.headers));
  const target = toTarget(request.target, redactor);
  return {
    ...facts,
    kind: "conversation",
    request: { target, headers },
    legacy: toTranscript(legacy, redactor),
    ...(native && { native: toTranscript(native, redactor) }),
  };
}
