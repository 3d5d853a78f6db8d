/** No blanks, no line breaks, nothing a log or a header could misread, and nothing that begins as a JWT does. */
const WELL_FORMED = /^(?!eyJ)[A-Za-z0-9._:-]{1,128}$/u;

/** Takes the client's `x-request-id` if it is well-formed, else makes one. */
export function toRequestId(given: string | string[] | undefined, create: () => string): string {
  return typeof given === "string" && WELL_FORMED.test(given) ? given : create();
}

/** The trace id of a version 00 `traceparent` (W3C Trace Context §3.2), which is passed on unchanged. */
export function toTraceId(traceparent: string | string[] | undefined): string | undefined {
  if (typeof traceparent !== "string") return undefined;
  return /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/u.exec(traceparent)?.[1];
}
