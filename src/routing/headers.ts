import { isTrusted, toPlainAddress, type Trust } from "#platform/trust.ts";
import {
  ADDRESS_CLAIMS,
  FORWARDING_PREFIX,
  isForwarding,
  pushForwarding,
} from "#routing/forwarding.ts";
import { createNameSieve } from "#routing/name-sieve.ts";
import type { RawHeaders } from "#routing/upstream/upstream.ts";

/**
 * What is added to a request and taken from both messages on their way; everything else passes as it is.
 *
 * Hop-by-hop (RFC 9110 §7.6.1): the listed names and whatever `Connection` names. `Proxy-Authorization`
 * and `Proxy-Authenticate` speak to the proxy next to the client (§11.7); that is us, and we ask for none.
 * `Trailer` is end-to-end, and `Transfer-Encoding: chunked` stays, because each leg frames as the other did.
 */
const HOP_BY_HOP = [
  "connection",
  "keep-alive",
  "proxy-connection",
  "upgrade",
  "http2-settings",
  "te",
] as const;

/** Spoken between an operator and Banyan; the legacy never hears of them. */
const OPERATOR = ["x-banyan-override", "x-banyan-admin-token", "x-banyan-side"] as const;

/** Read from the client's copy and written anew, so they never pass. */
const REWRITTEN = [
  "x-forwarded-for",
  "x-forwarded-proto",
  "x-forwarded-host",
  "forwarded",
] as const;

const FROM_REQUEST = [
  ...HOP_BY_HOP,
  ...OPERATOR,
  ...REWRITTEN,
  "proxy-authorization",
  "x-request-id",
] as const;
const FROM_ANSWER = [...HOP_BY_HOP, "proxy-authenticate", "x-banyan-side"] as const;

/**
 * `Connection` cannot make these vanish, whatever it names: they are meant for the end (RFC 9110 §7.6.1),
 * and a client that could take them from a request would choose what the legacy believes of it
 * (CVE-2022-31813).
 */
const END_TO_END: ReadonlySet<string> = new Set([
  "host",
  "content-length",
  "content-type",
  "content-encoding",
  "transfer-encoding",
  "authorization",
  "cookie",
  "set-cookie",
  "origin",
  "expect",
  "cache-control",
  ...ADDRESS_CLAIMS,
]);

/** Never honoured behind a body: they would change what has been decided by then (RFC 9110 §6.5.1). */
const NOT_IN_TRAILERS = [
  ...FROM_REQUEST,
  ...FROM_ANSWER,
  ...END_TO_END,
  "trailer",
  "content-range",
] as const;

/** What `Connection` says in ordinary messages; none of it is a header that would have passed. */
const UNREMARKABLE: ReadonlySet<string> = new Set(["", "close", "keep-alive", "upgrade", "te"]);
const CHUNKED_ONLY: ReadonlySet<string> = new Set(["transfer-encoding", "trailer"]);

/** What else is looked at; every other header passes as it is. */
const NOTED = ["host", "trailer", "transfer-encoding", ...ADDRESS_CLAIMS] as const;

interface NamesToTake {
  has(lowerName: string): boolean;
  /** False where a name is neither to be taken nor noted, nor of those that forward. */
  mayMatter(name: string): boolean;
}

function createNamesToTake(names: readonly string[]): NamesToTake {
  const toTake = new Set(names);
  return {
    has: (lowerName) => toTake.has(lowerName),
    mayMatter: createNameSieve([...names, ...NOTED], [FORWARDING_PREFIX]),
  };
}

const REQUEST_NAMES = createNamesToTake(FROM_REQUEST);
const ANSWER_NAMES = createNamesToTake(FROM_ANSWER);
const TRAILER_NAMES = createNamesToTake(NOT_IN_TRAILERS);

/** The names in a comma list, in lower case. */
function* namesIn(value: string): Generator<string> {
  for (const name of value.split(",")) yield name.trim().toLowerCase();
}

/** What a message is parted into: the pairs that pass, and the values of the names that do not. */
interface Parted {
  readonly passed: string[];
  readonly taken: ReadonlyMap<string, string>;
  /** Where in `passed` the value of `Host` is; -1 where there is none. */
  readonly hostAt: number;
  readonly hasTrailer: boolean;
  readonly isChunked: boolean;
}

/** One pass over the pairs. `keeps` has the last word about names that matter and are not to be taken. */
function part(
  rawHeaders: RawHeaders,
  toTake: NamesToTake,
  keeps: (lowerName: string) => boolean,
): Parted {
  const passed: string[] = [];
  const taken = new Map<string, string>();
  let hostAt = -1;
  let hasTrailer = false;
  let isChunked = false;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    const value = rawHeaders[index + 1] ?? "";
    if (!toTake.mayMatter(name)) {
      passed.push(name, value);
      continue;
    }
    const lowerName = name.toLowerCase();
    if (toTake.has(lowerName)) {
      const earlier = taken.get(lowerName);
      taken.set(lowerName, earlier === undefined ? value : `${earlier}, ${value}`);
    } else if (keeps(lowerName)) {
      passed.push(name, value);
      if (lowerName === "host") hostAt = passed.length - 1;
      if (lowerName === "trailer") hasTrailer = true;
      if (lowerName === "transfer-encoding") isChunked = true;
    }
  }
  return { passed, taken, hostAt, hasTrailer, isChunked };
}

/** What a `Connection` takes from its message besides the names that never pass. */
function nominatedBy(connection: string): Set<string> {
  const nominated = new Set<string>();
  for (const name of namesIn(connection)) {
    if (!END_TO_END.has(name) && !isForwarding(name) && !UNREMARKABLE.has(name))
      nominated.add(name);
  }
  return nominated;
}

/**
 * What passes in the end: not what `Connection` nominates besides the names that never pass, and not the
 * announcement of trailers where there can be none (RFC 9112 §7.1.2). In nearly every message this is all.
 */
function toPassed({ passed, taken, hasTrailer, isChunked }: Parted): string[] {
  const connection = taken.get("connection")?.toLowerCase() ?? "";
  const isTrailerIdle = hasTrailer && !isChunked;
  if (!isTrailerIdle && UNREMARKABLE.has(connection)) return passed;
  const unwanted = nominatedBy(connection);
  if (isTrailerIdle) unwanted.add("trailer");
  return passed.filter((_, at) => !unwanted.has((passed[at - (at % 2)] ?? "").toLowerCase()));
}

/** What the engine and the listener know of a request besides its own headers. */
export interface ForwardingFacts {
  readonly peerAddress: string;
  readonly trust: Trust;
  readonly requestId: string;
  /** Sent as `Host` instead of the client's. */
  readonly host: string | undefined;
}

/**
 * The headers of a request for the upstream, in the order and spelling of the wire; ours come last.
 *
 * `X-Forwarded-For` begins with the first address that can be believed, because the legacy keys its rate
 * limits by the first entry: from a peer that is not trusted it is that peer, from a trusted one what it
 * vouches for, with the peer appended. Entries beyond what `trust` believes are a claim and do not pass.
 */
export function toUpstreamHeaders(
  rawHeaders: RawHeaders,
  { peerAddress, trust, requestId, host }: ForwardingFacts,
): string[] {
  const isPeerTrusted = isTrusted(trust, toPlainAddress(peerAddress), 0);
  const parted = part(rawHeaders, REQUEST_NAMES, (name) => isPeerTrusted || !isForwarding(name));
  const { passed, taken, hostAt } = parted;
  const clientHost = passed[hostAt];
  if (host !== undefined && clientHost !== undefined) passed[hostAt] = host;
  const headers = toPassed(parted);
  if (host !== undefined && clientHost === undefined) headers.push("host", host);

  // Of all it can say only this passes: each leg does its own transfer coding (RFC 9110 §10.1.4).
  const te = taken.get("te");
  if (te !== undefined && namesIn(te).some((name) => name === "trailers")) {
    headers.push("te", "trailers");
  }
  pushForwarding(headers, taken, { peerAddress, trust, host: clientHost });
  headers.push("x-request-id", requestId);
  return headers;
}

/**
 * The headers of an answer for the client, in the order and spelling of the wire. `canChunk` is false where
 * the answer to this client cannot be chunked: in HTTP/1.0, and where the status allows no body.
 */
export function toClientHeaders(rawHeaders: RawHeaders, canChunk = true): string[] {
  return toPassed(part(rawHeaders, ANSWER_NAMES, (name) => canChunk || !CHUNKED_ONLY.has(name)));
}

/** The trailer fields that may follow a body, in either direction, as pairs. */
export function toTrailers(rawTrailers: RawHeaders): [string, string][] {
  const { passed } = part(rawTrailers, TRAILER_NAMES, (name) => !isForwarding(name));
  return passed.flatMap((name, index) =>
    index % 2 === 0 ? [[name, passed[index + 1] ?? ""] satisfies [string, string]] : [],
  );
}
