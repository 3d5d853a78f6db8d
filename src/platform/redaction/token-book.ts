import { createHmac } from "node:crypto";

import { z } from "zod";

import type { RecordedToken } from "#contracts/recordings/recording.ts";

/** Claims that decide how a caller is treated; every other one may say who the caller is. */
const KEPT_CLAIMS: ReadonlySet<string> = new Set(["aud", "exp", "iat", "nbf", "role", "is_admin"]);
const KEPT_HEADER: ReadonlySet<string> = new Set(["alg", "typ"]);

const object = z.record(z.string(), z.unknown());

function readSegment(segment: string | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    return object.parse(JSON.parse(Buffer.from(segment ?? "", "base64url").toString()));
  } catch {
    return undefined;
  }
}

const pick = (
  value: Readonly<Record<string, unknown>>,
  kept: ReadonlySet<string>,
): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).filter(([key]) => kept.has(key)));

/** Tokens that were seen, without what could be used or traced: `{{token:NAME}}` stands for each. */
export interface TokenBook {
  readonly tokens: ReadonlyMap<string, RecordedToken>;
  /** The name of a token; `undefined` where the text is none. */
  nameOf(token: string): string | undefined;
  /** A text with every subject that tokens named replaced by its pseudonym. */
  replaceSubjects(text: string): string;
}

/** `key` must be random and is kept in memory only: without it a pseudonym cannot be traced back. */
export function createTokenBook(
  key: Buffer,
  known: Readonly<Record<string, RecordedToken>>,
): TokenBook {
  const tokens = new Map(Object.entries(known));
  const pseudonyms = new Map<string, string>();

  const digest = (text: string): string => createHmac("sha256", key).update(text).digest("hex");

  /** In the form of the ids that the recordings use for made-up users. */
  function pseudonymOf(subject: string): string {
    const digits = BigInt(`0x${digest(subject).slice(0, 12)}`)
      .toString()
      .slice(-12);
    const pseudonym = `66666666-6666-4666-8666-${digits.padStart(12, "0")}`;
    pseudonyms.set(subject, pseudonym);
    return pseudonym;
  }

  return {
    tokens,
    nameOf(token) {
      const [head, body, signature] = token.split(".");
      const header = readSegment(head);
      const claims = readSegment(body);
      if (header === undefined || claims === undefined || signature === undefined) return undefined;
      const name = `live-${digest(token).slice(0, 16)}`;
      const { sub } = claims;
      const subject = typeof sub === "string" && sub !== "" ? { sub: pseudonymOf(sub) } : {};
      tokens.set(name, {
        header: pick(header, KEPT_HEADER),
        claims: { ...pick(claims, KEPT_CLAIMS), ...subject },
        signature: signature === "" ? "none" : "valid",
      });
      return name;
    },
    replaceSubjects(text) {
      let replaced = text;
      for (const [subject, pseudonym] of pseudonyms)
        replaced = replaced.replaceAll(subject, pseudonym);
      return replaced;
    },
  };
}
