import { REDACTED } from "#contracts/recordings/volatile.ts";
import type {
  ConversationExample,
  DriftExample,
  ExchangeExample,
} from "#delivery/drift/drift-snapshot.ts";
import { toWish } from "#delivery/drift/to-wish.ts";
import { groupHeaders, readJson } from "#platform/comparison/index.ts";

/** A file to write below the project's root. */
export interface Proposal {
  readonly path: string;
  readonly text: string;
}

/** `impossible`: what is kept of the example does not suffice to send it again. */
export type ProposalResult =
  | { readonly kind: "proposed"; readonly id: string; readonly proposal: Proposal }
  | { readonly kind: "impossible"; readonly reason: string };

export interface ProposalOptions {
  /** A token of the recordings, and its subject, to stand where the live ones were taken out. */
  readonly token?: { readonly name: string; readonly subject: string };
}

const impossible = (reason: string): ProposalResult => ({ kind: "impossible", reason });

/** Of one route and one moment; the ids of examples start again with every process. */
const slugOf = ({ routeId, atMs, id }: DriftExample): string =>
  `${routeId}-${new Date(atMs).toISOString().slice(0, 10)}-${id}`.replaceAll(/[^\w.-]/g, "-");

export const caseIdOf = (example: DriftExample): string => `live/${slugOf(example)}`;

const LIVE_TOKEN = /\{\{token:live-[0-9a-f]+\}\}/g;
/** What a subject is replaced by where an example is redacted. */
const PSEUDONYM = /66666666-6666-4666-8666-\d{12}/g;

/** Puts a caller who exists in the recordings in the place of the one who was taken out. */
function recast(text: string, { token }: ProposalOptions): string {
  if (token === undefined) return text;
  return text
    .replaceAll(LIVE_TOKEN, `{{token:${token.name}}}`)
    .replaceAll(PSEUDONYM, token.subject);
}

/** Headers that were taken out, and those of the connection, cannot be sent again. */
function toHeaders(flat: readonly string[]): Readonly<Record<string, string>> {
  const pairs = [...groupHeaders(flat)].map(([name, values]) => [name, values.join(", ")] as const);
  return Object.fromEntries(pairs.filter(([, value]) => !value.includes(REDACTED)));
}

function toPayload(text: string): string | { readonly json: unknown } {
  const read = readJson(text);
  return read === undefined ? text : { json: read.value };
}

const isHidden = (values: readonly string[]): boolean =>
  values.some((value) => value.includes(REDACTED));

/** The headers in which the answers differed, as `side` had them. */
export function toHeaderWishes(
  { differences, legacy, native }: ExchangeExample,
  side: "legacy" | "native",
): Readonly<Record<string, string | readonly string[] | null>> {
  const groups = groupHeaders((side === "legacy" ? legacy : native)?.headers ?? []);
  const names = differences.flatMap(({ path }) => /^\/headers\/([^/]+)$/.exec(path)?.[1] ?? []);
  const wishes = new Map<string, string | readonly string[] | null>();
  for (const name of names) {
    const values = groups.get(name);
    if (values === undefined) wishes.set(name, null);
    else if (!isHidden(values)) wishes.set(name, values.length === 1 ? values.join("") : values);
  }
  return Object.fromEntries(wishes);
}

/** What an answer's body is held to; nothing where it was not kept, and then the route's contract holds. */
export function toBodyWish(
  body: string | null,
  sent: string,
): { readonly body?: unknown; readonly text?: string } {
  if (body === null || body === "") return {};
  const read = readJson(body);
  if (read !== undefined) return { body: toWish(read.value, { sent, isLoose: false }) };
  return body.includes(REDACTED) ? {} : { text: body };
}

function toExchangeStep(example: ExchangeExample): object {
  const { request, legacy } = example;
  const { method, target, body } = request;
  const sent = `${target}\n${body ?? ""}`;
  const headers = toHeaderWishes(example, "legacy");
  return {
    request: {
      method,
      target,
      headers: toHeaders(request.headers),
      ...(body !== null && body !== "" && { body: toPayload(body) }),
    },
    expect: { status: legacy.status, headers, ...toBodyWish(legacy.body, sent) },
  };
}

function toTurn(
  { from, text }: ConversationExample["legacy"]["frames"][number],
  sent: string,
): object {
  const payload = toPayload(text ?? "");
  if (from === "client") return { send: payload };
  const value = typeof payload === "string" ? payload : payload.json;
  return { expect: toWish(value, { sent, isLoose: true }) };
}

function toConversationStep({ request, legacy }: ConversationExample): object {
  const spoken = legacy.frames.flatMap(({ from, text }) => (from === "client" ? [text] : []));
  const sent = [request.target, ...spoken].join("\n");
  const { close } = legacy;
  const ending =
    close?.by === "server"
      ? { end: { code: close.code, reason: { $match: "text" } } }
      : { leave: {} };
  return {
    socket: { target: request.target, headers: toHeaders(request.headers) },
    turns: [...legacy.frames.map((frame) => toTurn(frame, sent)), ending],
  };
}

function whyImpossible(example: DriftExample): string | undefined {
  if (example.kind === "exchange") {
    return example.request.body === null ? "Its request's body was not kept" : undefined;
  }
  const isWhole = example.legacy.frames.every(({ text }) => text !== null);
  return isWhole ? undefined : "One of its frames was not kept";
}

const plural = (fields: readonly string[]): string =>
  fields.length > 3 ? `${fields.slice(0, 3).join(", ")} and more` : fields.join(", ");

/**
 * A shadowed request as a case of `contracts/cases/written`: both sides are to answer it as legacy did. A person
 * must look at it before it is kept. Pure.
 */
export function proposeCase(example: DriftExample, options: ProposalOptions = {}): ProposalResult {
  const reason = whyImpossible(example);
  if (reason !== undefined) return impossible(reason);
  const id = caseIdOf(example);
  const fields = [...new Set(example.differences.map(({ field }) => field))];
  const written = {
    id,
    title: `Seen live: native differed in ${plural(fields)}`,
    route: example.routeId,
    steps: [example.kind === "exchange" ? toExchangeStep(example) : toConversationStep(example)],
  };
  return {
    kind: "proposed",
    id,
    proposal: {
      path: `contracts/cases/written/live-${slugOf(example)}.json`,
      text: recast(`${JSON.stringify([written], undefined, 2)}\n`, options),
    },
  };
}
