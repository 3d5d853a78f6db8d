import { gzipSync } from "node:zlib";

import { toBodyBytes, type HttpRecording } from "#contracts/recordings/recording.ts";
import { fillPlaceholders } from "#contracts/recordings/volatile.ts";
import type { FreshValues } from "#stand-in/fresh-values.ts";
import { refreshJson } from "#stand-in/refresh-json.ts";
import { addCorsHeaders } from "#stand-in/rest/cors.ts";
import { headerOf, pathOf, type LegacyRequest } from "#stand-in/rest/legacy-request.ts";
import { dropHeaders, insertBefore, setHeader, type RawAnswer } from "#stand-in/rest/raw-answer.ts";

/**
 * A recorded answer with its volatile values made fresh. A compressed one comes uncompressed, as all
 * bodies are recorded.
 */
export function replay(recording: HttpRecording, fresh: FreshValues): RawAnswer {
  const { status, headers, body } = recording.response;
  const filled = headers.map((item) => fillPlaceholders(item, (name) => fresh.header(name)));
  if (body.kind === "omitted") return { status, headers: filled, body: Buffer.alloc(0) };
  const bytes =
    body.kind === "text"
      ? Buffer.from(refreshJson(body.text, recording.volatile, fresh))
      : toBodyBytes(body);
  // A HEAD was answered with the length of what it did not get.
  if (recording.request.method === "HEAD") return { status, headers: filled, body: bytes };
  const isCompressed = headerOf(filled, "content-encoding") !== undefined;
  const plain = isCompressed
    ? insertBefore(dropHeaders(filled, isCodingHeader), "content-type", ["content-length", "0"])
    : filled;
  return withLength({ status, headers: plain, body: bytes });
}

/** Compresses again what was recorded compressed. */
export function asRecorded({ response }: HttpRecording, answer: RawAnswer): RawAnswer {
  return headerOf(response.headers, "content-encoding") === "gzip" ? compress(answer) : answer;
}

const isCodingHeader = (name: string): boolean =>
  name === "content-encoding" || name === "content-length" || name === "vary";

/**
 * Adapts an answer to the request it is given to: role, compression, CORS and connection are taken off the
 * recorded answer and put on again by the legacy's rules.
 */
export function adapt(
  answer: RawAnswer,
  request: LegacyRequest,
  isAdminCaller: boolean,
): RawAnswer {
  const isOwnCors = headerOf(answer.headers, "access-control-max-age") !== undefined;
  const bare = dropHeaders(
    answer.headers,
    (name) =>
      name === "connection" ||
      name === "x-user-role" ||
      (!isOwnCors && (name === "vary" || name.startsWith("access-control-"))),
  );
  const limit = limitOf(request, isAdminCaller);
  const limited = withLimits({ ...answer, headers: bare }, limit, isAdminCaller);
  const compressed = acceptsGzip(request) && isCompressible(limited) ? compress(limited) : limited;
  const headers = isOwnCors
    ? ownCors(compressed.headers, request)
    : addCorsHeaders(compressed.headers, request);
  return { ...compressed, headers };
}

/** The one route with CORS headers of its own lets in any origin. */
function ownCors(headers: readonly string[], request: LegacyRequest): readonly string[] {
  const origin = headerOf(request.headers, "origin");
  return origin === undefined ? headers : setHeader(headers, "access-control-allow-origin", origin);
}

/** The legacy's limiter grants administrators more, and tells them so. */
function withLimits(answer: RawAnswer, limit: number, isAdminCaller: boolean): RawAnswer {
  // Only answers that have passed the limiter carry its headers.
  if (headerOf(answer.headers, "x-ratelimit-ip-limit") === undefined) return answer;
  const limited = setHeader(
    setHeader(answer.headers, "x-ratelimit-limit", String(limit)),
    "x-ratelimit-remaining",
    String(limit - 1),
  );
  const headers = isAdminCaller
    ? insertBefore(limited, "x-process-time", ["x-user-role", "admin"])
    : limited;
  return { ...answer, headers };
}

/** One route has a limit of its own. */
function limitOf(request: LegacyRequest, isAdminCaller: boolean): number {
  if (pathOf(request.target) === "/api/v1/pam/voice") return isAdminCaller ? 100 : 30;
  return isAdminCaller ? 1000 : 100;
}

const GZIP_MIN_BYTES = 1024;
const COMPRESSIBLE = /^(application\/json|text\/(plain|html|css|xml|javascript))/;

const acceptsGzip = ({ headers }: LegacyRequest): boolean =>
  (headerOf(headers, "accept-encoding") ?? "").includes("gzip");

const isCompressible = ({ headers, body }: RawAnswer): boolean =>
  body.length >= GZIP_MIN_BYTES && COMPRESSIBLE.test(headerOf(headers, "content-type") ?? "");

function compress(answer: RawAnswer): RawAnswer {
  const body = gzipSync(answer.body, { level: 9 });
  const bare = dropHeaders(answer.headers, isCodingHeader);
  const headers = insertBefore(bare, "x-process-time", [
    "content-encoding",
    "gzip",
    "vary",
    "Accept-Encoding",
    "content-length",
    String(body.length),
  ]);
  return { ...answer, headers, body };
}

export function withLength(answer: RawAnswer): RawAnswer {
  const length = String(answer.body.length);
  return { ...answer, headers: setHeader(answer.headers, "content-length", length) };
}
