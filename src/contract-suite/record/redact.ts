import { hash } from "node:crypto";

import type { TokenBook } from "#contract-suite/record/token-book.ts";
import { rewriteJson } from "#contracts/recordings/json-values.ts";

const REDACTED = "[redacted]";

const JWT = /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g;
const EMAIL = /[\w.!#$%&'*+/=?^`{|}~-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+/gi;
/**
 * International numbers, and national ones in groups. Dates, UUIDs and plain numbers are none: a group that
 * touches a letter, a colon or another digit group of theirs is left alone.
 */
const PHONE =
  /(?<![\w.:-])(?:\+\d[\d ().-]{6,16}\d|\(\d{2,4}\)[ .-]?\d{3,4}[ .-]?\d{3,4}|0\d(?:[ .-]?\d){7,10}|\d{3}[ .-]\d{3}[ .-]\d{4})(?![\w:-])/g;
const SECRET_KEY = /pass(?:word|wd)?$|secret|token$|api_?key|authorization|cookie/i;
const PERSONAL_KEY = /e?mail$|phone|mobile/i;

/** Headers of a request whose values say nothing of who sent it. */
const PLAIN_HEADERS: ReadonlySet<string> = new Set([
  "accept",
  "accept-encoding",
  "accept-language",
  "access-control-request-headers",
  "access-control-request-method",
  "cache-control",
  "content-type",
  "expect",
  "origin",
  "range",
  "user-agent",
  "x-forwarded-proto",
  "x-requested-with",
]);

/** Of the connection, or made again by whoever replays the request. */
const TRANSPORT =
  /^(?:host|connection|content-length|transfer-encoding|keep-alive|upgrade|te|trailer|sec-websocket-.*|x-forwarded-(?:host|port)|forwarded|via|x-real-ip|x-banyan-.*|cf-.*)$/i;

/** Takes what is secret or personal out of whatever is to be written. */
export interface Redactor {
  target(target: string): string;
  requestHeaders(flat: readonly string[]): readonly string[];
  responseHeaders(flat: readonly string[]): readonly string[];
  /** JSON keeps its form: only texts in it change. */
  body(text: string): string;
}

const mapHeaders = (
  flat: readonly string[],
  change: (name: string, value: string) => string,
): readonly string[] =>
  flat.flatMap((name, at) =>
    at % 2 === 1 || TRANSPORT.test(name) ? [] : [name, change(name, flat[at + 1] ?? "")],
  );

export function createRedactor(book: TokenBook): Redactor {
  const toReference = (token: string): string => {
    const name = book.nameOf(token);
    return name === undefined ? REDACTED : `{{token:${name}}}`;
  };

  const plain = (text: string): string =>
    book.replaceSubjects(
      text
        .replaceAll(JWT, toReference)
        .replaceAll(EMAIL, "user@example.com")
        .replaceAll(PHONE, "+10000000000"),
    );

  function parameter(pair: string): string {
    const at = pair.indexOf("=");
    if (at === -1) return plain(pair);
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    if (value === "") return pair;
    if (SECRET_KEY.test(name)) return `${name}=${toReference(decodeURIComponent(value))}`;
    return PERSONAL_KEY.test(name) ? `${name}=${REDACTED}` : `${name}=${plain(value)}`;
  }

  function authorization(value: string): string {
    const [scheme = "", token = ""] = value.split(" ", 2);
    return token === "" ? REDACTED : `${scheme} ${toReference(token)}`;
  }

  function requestHeader(name: string, value: string): string {
    const key = name.toLowerCase();
    if (key === "authorization") return authorization(value);
    // A client's address is personal; the recordings have one of a block that nobody owns (RFC 5737).
    if (key === "x-forwarded-for") return "203.0.0.1";
    return PLAIN_HEADERS.has(key) ? plain(value) : REDACTED;
  }

  function jsonText(pointer: string, value: string): string | undefined {
    const key = pointer.slice(pointer.lastIndexOf("/") + 1);
    const isScalar = !/^[[{]/.test(value);
    if (isScalar && value !== "null" && SECRET_KEY.test(key)) return JSON.stringify(REDACTED);
    if (isScalar && value !== "null" && PERSONAL_KEY.test(key)) return JSON.stringify(REDACTED);
    if (!value.startsWith('"')) return undefined;
    const text = String(JSON.parse(value));
    const clean = plain(text);
    // What needs no change keeps its own spelling.
    return clean === text ? undefined : JSON.stringify(clean);
  }

  return {
    target(target) {
      const at = target.indexOf("?");
      if (at === -1) return plain(target);
      const query = target
        .slice(at + 1)
        .split("&")
        .map(parameter)
        .join("&");
      return `${plain(target.slice(0, at))}?${query}`;
    },
    requestHeaders: (flat) => mapHeaders(flat, requestHeader),
    responseHeaders: (flat) =>
      mapHeaders(flat, (name, value) => (/^set-cookie$/i.test(name) ? REDACTED : plain(value))),
    body(text) {
      try {
        return rewriteJson(text, jsonText);
      } catch {
        return plain(text);
      }
    },
  };
}

/** The name of a body that is not kept. */
export const toOmitted = (body: Buffer): { readonly sha256: string; readonly length: number } => ({
  sha256: hash("sha256", body),
  length: body.length,
});
