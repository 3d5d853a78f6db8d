import { hash } from "node:crypto";

import { rewriteJson } from "#contracts/recordings/json-values.ts";
import { REDACTED } from "#contracts/recordings/volatile.ts";
import { decodePercent, encodePercent } from "#platform/redaction/percent.ts";
import { createTextRedactor } from "#platform/redaction/redact-text.ts";
import {
  isPersonalName,
  isSecretName,
  isSecretParameter,
} from "#platform/redaction/secret-names.ts";
import type { TokenBook } from "#platform/redaction/token-book.ts";

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

/** Headers of an answer that say nothing of who it is for; any other may be a key for the next request. */
const PLAIN_RESPONSE_HEADERS =
  /^(?:accept-ranges|access-control-.*|age|allow|cache-control|content-(?:disposition|encoding|language|security-policy|type)|cross-origin-.*|date|etag|expires|last-modified|permissions-policy|pragma|referrer-policy|retry-after|server|server-timing|strict-transport-security|vary|www-authenticate|x-audio-size|x-content-type-options|x-frame-options|x-process-time|x-rate-?limit-.*|x-request-id|x-response-time|x-test-status|x-tts-engine|x-xss-protection)$/i;

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

/** How many tokens were used is no secret. */
const isCount = (name: string, value: string): boolean =>
  /tokens$/i.test(name) && /^[-\d]/.test(value);

const isKept = (value: string): boolean => /^(?:[[{]|null$|true$|false$)/.test(value);

const SSE_OR_LINE = /^(data: ?)?(.*)$/s;

export function createRedactor(book: TokenBook): Redactor {
  const plain = createTextRedactor(book);

  /** A part of a path or a query, judged by what it says and not by how it is encoded. */
  function encoded(part: string): string {
    const text = decodePercent(part);
    for (const reading of [text, text.replaceAll("+", " ")]) {
      const clean = plain(reading);
      if (clean !== reading) return encodePercent(clean);
    }
    return part;
  }

  function toReference(token: string): string {
    const name = book.nameOf(token);
    return name === undefined ? REDACTED : `{{token:${name}}}`;
  }

  function parameter(pair: string): string {
    const at = pair.indexOf("=");
    if (at === -1) return encoded(pair);
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    const [key, kept] = [decodePercent(name), encoded(name)];
    if (value === "") return `${kept}=`;
    if (isSecretParameter(key)) return `${kept}=${toReference(decodePercent(value))}`;
    return isPersonalName(key) ? `${kept}=${REDACTED}` : `${kept}=${encoded(value)}`;
  }

  const parameters = (text: string): string => text.split("&").map(parameter).join("&");

  /** Segment by segment: an address must not take the path in front of it along. */
  const path = (text: string): string => text.split("/").map(encoded).join("/");

  function target(text: string): string {
    const [, before = "", query, fragment] = /^([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(text) ?? [];
    // A token in the query tells whose the path is.
    const rest = [
      query === undefined ? "" : `?${parameters(query)}`,
      fragment === undefined ? "" : `#${parameters(fragment)}`,
    ].join("");
    return path(before.replace(/(?<=^[a-z]+:\/\/)[^/@]*@/i, `${REDACTED}@`)) + rest;
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

  function responseHeader(name: string, value: string): string {
    if (/^(?:content-)?location$/i.test(name)) return target(value);
    return PLAIN_RESPONSE_HEADERS.test(name) ? plain(value) : REDACTED;
  }

  /** What needs no change keeps its own spelling. */
  function jsonString(quoted: string): string | undefined {
    const text = String(JSON.parse(quoted));
    const clean = plain(text);
    return clean === text ? undefined : JSON.stringify(clean);
  }

  function jsonValue(pointer: string, value: string): string | undefined {
    if (isKept(value)) return undefined;
    const names = pointer.split("/");
    const isHidden = names.some(
      (name) => isPersonalName(name) || (isSecretName(name) && !isCount(name, value)),
    );
    if (isHidden) return JSON.stringify(REDACTED);
    return value.startsWith('"') ? jsonString(value) : undefined;
  }

  const json = (text: string): string => rewriteJson(text, jsonValue, jsonString);

  /** A line of a stream, of JSON lines or of a form. */
  function line(text: string): string {
    const [, prefix = "", content = ""] = SSE_OR_LINE.exec(text) ?? [];
    if (content.trim() === "") return text;
    try {
      return prefix + json(content);
    } catch {
      const isForm = content.includes("=") && !/\s/.test(content);
      return prefix + (isForm ? parameters(content) : plain(content));
    }
  }

  return {
    target,
    requestHeaders: (flat) => mapHeaders(flat, requestHeader),
    responseHeaders: (flat) => mapHeaders(flat, responseHeader),
    body(text) {
      try {
        return json(text);
      } catch {
        return plain(text)
          .split(/(\r\n|\n|\r)/)
          .map(line)
          .join("");
      }
    },
  };
}

/** The name of a body that is not kept. */
export const toOmitted = (body: Buffer): { readonly sha256: string; readonly length: number } => ({
  sha256: hash("sha256", body),
  length: body.length,
});
