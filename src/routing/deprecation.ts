import { z } from "zod";

import { AppError, toMessage } from "#platform/errors.ts";
import type { Route } from "#routing/route.ts";
import type { RawHeaders } from "#routing/upstream/index.ts";

/** Tells clients of a route, on both sides alike, that it will not stay (RFC 9745, RFC 8594). */
export interface Deprecations {
  /** `headers` with those of the route behind them; the very same where it has none. */
  addTo(headers: RawHeaders, routeId: string | undefined): RawHeaders;
}

const instant = z.iso
  .datetime({ offset: true, error: "Expected an instant such as 2026-12-01T00:00:00Z" })
  .transform((text) => new Date(text));
/** Stands between angle brackets in `Link`, as it is. */
const link = z
  .url({ protocol: /^https?$/u, error: "Expected an http:// or https:// address" })
  .transform((text) => new URL(text).href);

const entrySchema = z
  .strictObject({
    /** From when on the route counts as deprecated; it may be past or to come. */
    deprecation: instant,
    /** From when on it may be gone. */
    sunset: instant.optional(),
    /** What to read about the deprecation. */
    link: link.optional(),
    /** What to read about the end. */
    sunsetLink: link.optional(),
  })
  .refine(({ deprecation, sunset }) => sunset === undefined || sunset >= deprecation, {
    // RFC 9745 §4.
    error: "Expected a sunset that is not before the deprecation",
    path: ["sunset"],
  })
  .refine(({ sunset, sunsetLink }) => sunset !== undefined || sunsetLink === undefined, {
    error: "Expected a sunset beside its link",
    path: ["sunsetLink"],
  });
type Entry = z.output<typeof entrySchema>;

function toHeaders({ deprecation, sunset, link: about, sunsetLink }: Entry): RawHeaders {
  const links = [
    ...(about === undefined ? [] : [`<${about}>; rel="deprecation"`]),
    ...(sunsetLink === undefined ? [] : [`<${sunsetLink}>; rel="sunset"`]),
  ];
  return [
    // RFC 9745 §2: a Date of RFC 9651 §3.3.7, in whole seconds.
    "deprecation",
    `@${Math.floor(deprecation.getTime() / 1000)}`,
    // RFC 8594 §3: an HTTP-date, which JavaScript's UTC string is (RFC 9110 §5.6.7).
    ...(sunset === undefined ? [] : ["sunset", sunset.toUTCString()]),
    ...(links.length === 0 ? [] : ["link", links.join(", ")]),
  ];
}

function readEntries(text: string, routes: readonly Route[]): Readonly<Record<string, Entry>> {
  const ids = new Set(routes.map(({ id }) => id));
  const schema = z.record(z.string(), entrySchema).superRefine((entries, context) => {
    for (const id of Object.keys(entries).filter((key) => !ids.has(key))) {
      context.addIssue({ code: "custom", message: "No route has this id", path: [id] });
    }
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const message = `Cannot read the deprecations as JSON: ${toMessage(error)}`;
    throw new AppError("CONFIGURATION_INVALID", message, { cause: error });
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new AppError("CONFIGURATION_INVALID", `Cannot use the deprecations: ${faults.join("; ")}`);
}

/**
 * Reads `{"<route id>": {"deprecation", "sunset", "link", "sunsetLink"}}`. Everything is made ready here: a request
 * looks up and nothing more. Throws `AppError` CONFIGURATION_INVALID that names the routes and fields at fault.
 */
export function parseDeprecations(text: string, routes: readonly Route[]): Deprecations {
  const entries = Object.entries(readEntries(text, routes));
  const headersById = new Map(entries.map(([id, entry]) => [id, toHeaders(entry)]));
  /** There are as many lists to add to as there are sides, and each is the same list every time. */
  const joined = new WeakMap<RawHeaders, Map<string, RawHeaders>>();
  return {
    addTo(headers, routeId) {
      const own = routeId === undefined ? undefined : headersById.get(routeId);
      if (routeId === undefined || own === undefined) return headers;
      const known = joined.get(headers) ?? new Map<string, RawHeaders>();
      const whole = known.get(routeId) ?? [...headers, ...own];
      joined.set(headers, known.set(routeId, whole));
      return whole;
    },
  };
}
