import type { PamContextError, PamContextWarning } from "./context-issue.ts";
import { WRONG_NAMES, WRONG_PLACE_NAMES } from "./context-names.ts";
import { isMissing, isTruthy, readFields, type Fields } from "./read-fields.ts";
import { isPlace, validatePamContext } from "./validate-pam-context.ts";

/** A context as it is sent. What the application put in beyond the known names is as it was. */
export type RepairedPamContext = Fields & { readonly user_id: string };

export type PamContextRepair =
  | {
      readonly kind: "usable";
      /** `validatePamContext` has nothing against it, not even a warning. */
      readonly context: RepairedPamContext;
      readonly warnings: readonly PamContextWarning[];
    }
  | {
      readonly kind: "unusable";
      readonly errors: readonly PamContextError[];
      readonly warnings: readonly PamContextWarning[];
    };

const WRONG: ReadonlySet<string> = new Set(WRONG_NAMES.map(({ wrong }) => wrong));

const firstGiven = (...values: readonly unknown[]): unknown =>
  values.find((value) => !isMissing(value));

const idOf = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

/** A place under its right names; what is no object stays as it is. */
function renamePlace(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  let place: Fields = readFields(value);
  for (const { wrong, right } of WRONG_PLACE_NAMES) {
    if (!isMissing(place[right])) continue;
    const { [wrong]: found, ...rest } = place;
    place = isMissing(found) ? rest : { ...rest, [right]: found };
  }
  return place;
}

/**
 * `userLocation` wins, as on the backend, then the right name, then what the backend never read. Under a wrong name
 * counts only what makes a place: a warning never keeps a context from being sent.
 */
function placeOf(fields: Fields): unknown {
  const bare = { lat: fields["latitude"], lng: fields["longitude"] };
  const [camel, own, old, loose] = [
    fields["userLocation"],
    fields["user_location"],
    fields["location"],
    bare,
  ].map(renamePlace);
  if (isPlace(readFields(camel))) return camel;
  if (isTruthy(own)) return own;
  return [old, loose].find((place) => isPlace(readFields(place)));
}

/**
 * The context under the names that the backend reads, or why it cannot be sent. Takes any value and never throws.
 * `userId` says whose it is where the context does not.
 */
export function repairPamContext(context: unknown, userId?: string): PamContextRepair {
  const fields = readFields(context);
  const { warnings } = validatePamContext(fields);
  const others = Object.entries(fields).filter(([name]) => !WRONG.has(name));
  const renamed = {
    user_location: placeOf(fields),
    session_id: firstGiven(fields["session_id"], fields["sessionId"]),
    vehicle_info: firstGiven(fields["vehicle_info"], fields["vehicleInfo"]),
    travel_style: firstGiven(fields["travel_style"], fields["travelStyle"]),
  };
  const owner = idOf(fields["user_id"]) ?? idOf(userId) ?? idOf(fields["userId"]);
  const repaired = {
    ...Object.fromEntries(others),
    ...Object.fromEntries(Object.entries(renamed).filter(([, value]) => !isMissing(value))),
    user_id: owner ?? "",
  };
  const { errors } = validatePamContext(repaired);
  return errors.length === 0
    ? { kind: "usable", context: repaired, warnings }
    : { kind: "unusable", errors, warnings };
}
