import type { CaseRequest } from "#contract-suite/cases/case.ts";
import type { WireRequest } from "#contract-suite/wire/http-client.ts";
import type { RecordedTokens, SignToken } from "#contracts/recordings/tokens.ts";
import { expandTokens } from "#contracts/recordings/tokens.ts";

/** Gives an address that no other case of the run has. */
export type TakeAddress = () => string;

/** Gives the id of a user that no other case of any run has. */
export type TakeUser = () => string;

/** What one run of one case keeps between its steps. */
export interface CaseContext {
  readonly captures: Map<string, unknown>;
  /** Tokens, captures and the case's own users put into a text. */
  fill(text: string): string;
  /** The inverse for users: an answer that names the case's own one is compared as if it named the recorded. */
  restore(text: string): string;
  fillHeaders(headers: readonly string[]): readonly string[];
  fillRequest(request: CaseRequest): WireRequest;
}

export interface CaseContextOptions {
  readonly tokens: RecordedTokens;
  readonly sign: SignToken;
  readonly takeAddress: TakeAddress;
  readonly takeUser: TakeUser;
}

/** The documentation block of addresses that the recordings were made from (RFC 5737). */
const RECORDED_ADDRESS = /\b203\.0\.\d{1,3}\.\d{1,3}\b/g;
/**
 * Users that the recordings made up, one for each case that leaves something behind. The legacy never forgets
 * a violation, so that each run must come with users of its own.
 */
const RECORDED_USER = /\b66666666-6666-4666-8666-\d{12}\b/g;
const CAPTURE = /\{\{capture:([\w-]+)\}\}/g;
const FORWARDED_FOR = "x-forwarded-for";

/**
 * A context with client addresses of its own: the legacy counts and blocks by address, so that two cases, or
 * one case in two runs, must never share one.
 */
export function createCaseContext({
  tokens,
  sign,
  takeAddress,
  takeUser,
}: CaseContextOptions): CaseContext {
  const captures = new Map<string, unknown>();
  const addresses = new Map<string, string>();
  const users = new Map<string, string>();

  function addressFor(recorded: string): string {
    const known = addresses.get(recorded) ?? takeAddress();
    addresses.set(recorded, known);
    return known;
  }

  function userFor(recorded: string): string {
    const known = users.get(recorded) ?? takeUser();
    users.set(recorded, known);
    return known;
  }

  const signForUser: SignToken = (token) => {
    const { sub } = token.claims;
    if (typeof sub !== "string") return sign(token);
    return sign({
      ...token,
      claims: { ...token.claims, sub: sub.replaceAll(RECORDED_USER, userFor) },
    });
  };

  function fill(text: string): string {
    const personal = text.replaceAll(RECORDED_USER, userFor);
    if (!personal.includes("{{")) return personal;
    return expandTokens(personal, tokens, signForUser).replaceAll(CAPTURE, (_, name: string) => {
      if (!captures.has(name)) throw new TypeError(`Cannot fill in "${name}": nothing captured it`);
      return String(captures.get(name));
    });
  }

  function fillHeaders(headers: readonly string[]): readonly string[] {
    const filled = headers.map((item, at) => {
      const isAddress = at % 2 === 1 && headers[at - 1]?.toLowerCase() === FORWARDED_FOR;
      return isAddress ? item.replaceAll(RECORDED_ADDRESS, addressFor) : fill(item);
    });
    const names = headers.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase());
    return names.includes(FORWARDED_FOR) ? filled : [...filled, "X-Forwarded-For", addressFor("")];
  }

  function restore(text: string): string {
    let restored = text;
    for (const [recorded, own] of users) restored = restored.replaceAll(own, recorded);
    return restored;
  }

  return {
    captures,
    fill,
    restore,
    fillHeaders,
    fillRequest: ({ method, target, headers, body }) => ({
      method,
      target: fill(target),
      headers: fillHeaders(headers),
      body: body === undefined ? undefined : fillBody(body, fill),
    }),
  };
}

/** Bytes that are no text have nothing to fill in, and must stay as they are. */
function fillBody(body: Buffer, fill: CaseContext["fill"]): Buffer {
  const text = body.toString("utf8");
  return Buffer.from(text).equals(body) ? Buffer.from(fill(text)) : body;
}
