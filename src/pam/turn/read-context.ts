import { z } from "zod";

import type { ToolCaller } from "#pam/tools/door.ts";

export type ClientContext = Readonly<Record<string, unknown>>;

/** What a turn makes of what client and store say of the user. */
export interface TurnContext {
  /** The user's own words for where they are and how they travel, under the legacy's names. */
  readonly known: ClientContext;
  readonly caller: Omit<ToolCaller, "userId">;
  readonly page: string | undefined;
  /** As the client said it, if it did. */
  readonly language: string | undefined;
}

/** Forms and browsers send numbers as text, too. */
const degrees = z
  .union([z.number(), z.string().regex(/^\s*-?\d+(?:\.\d+)?\s*$/u)])
  .transform(Number)
  .pipe(z.number().min(-180).max(180));

const placeSchema = z.union([
  z.looseObject({ lat: degrees, lng: degrees }).transform(({ lat, lng }) => ({ lat, lng })),
  z
    .looseObject({ latitude: degrees, longitude: degrees })
    .transform(({ latitude, longitude }) => ({ lat: latitude, lng: longitude })),
]);

const textSchema = z.string().trim().min(1).max(100).catch("");
const zoneSchema = z.looseObject({ timezone: textSchema }).catch({ timezone: "" });

const textOf = (value: unknown): string | undefined => textSchema.parse(value) || undefined;

/** IANA names only: a tool that reads a time in it must not fail for a client's mistake. */
function knownZone(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

function positionOf(location: unknown): ToolCaller["position"] {
  const { data } = placeSchema.safeParse(location);
  if (data === undefined || Math.abs(data.lat) > 90) return undefined;
  return { latitude: data.lat, longitude: data.lng };
}

/**
 * The client's context over what was remembered. A client's `userLocation` wins over its `user_location`, as on the
 * legacy; what is not well-formed counts as not known, where the legacy fails.
 */
export function readContext(client: ClientContext, remembered: ClientContext = {}): TurnContext {
  const { userLocation, ...rest } = client;
  const merged: ClientContext = {
    ...remembered,
    ...rest,
    ...(userLocation !== undefined && { user_location: userLocation }),
  };
  const location = merged["user_location"];
  const timeZone =
    knownZone(textOf(merged["timezone"])) ?? knownZone(textOf(zoneSchema.parse(location).timezone));
  return {
    known: merged,
    caller: { timeZone, position: positionOf(location) },
    page: textOf(merged["page"]) ?? textOf(merged["current_page"]),
    language: textOf(client["language"]),
  };
}
