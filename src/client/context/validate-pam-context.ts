import {
  USER_ID_MISSING,
  USER_LOCATION_EMPTY,
  wrongName,
  type PamContextError,
  type PamContextWarning,
} from "./context-issue.ts";
import { WRONG_NAMES, WRONG_PLACE_NAMES } from "./context-names.ts";
import { isMissing, isTruthy, readFields, type Fields } from "./read-fields.ts";

export interface PamContextValidation {
  /** There are no errors. */
  readonly valid: boolean;
  readonly warnings: readonly PamContextWarning[];
  readonly errors: readonly PamContextError[];
}

/** Zero counts as no coordinate: 0/0 is what a position is before it is found. */
export const isPlace = (place: Fields): boolean =>
  [place["lat"], place["lng"], place["city"]].some(isTruthy);

/**
 * Ten warnings, each for a name that the backend does not read, and two errors: nobody's context, and a place without
 * coordinates or city. Takes any value and never throws.
 */
export function validatePamContext(context: unknown): PamContextValidation {
  const fields = readFields(context);
  const place = readFields(fields["user_location"]);
  const isPlaceEmpty = isTruthy(fields["user_location"]) && !isPlace(place);
  const isNobody = !isTruthy(fields["user_id"]);
  const warnings = [
    ...WRONG_NAMES.filter(({ wrong }) => fields[wrong] !== undefined).map(({ wrong, right }) =>
      wrongName(wrong, right),
    ),
    ...WRONG_PLACE_NAMES.filter(
      ({ wrong, right }) => place[wrong] !== undefined && isMissing(place[right]),
    ).map(({ wrong, right }) => wrongName(`user_location.${wrong}`, right)),
  ];
  const errors = [
    ...(isPlaceEmpty ? [USER_LOCATION_EMPTY] : []),
    ...(isNobody ? [USER_ID_MISSING] : []),
  ];
  return { valid: errors.length === 0, warnings, errors };
}
