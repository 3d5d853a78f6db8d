import type { WrongContextName, WrongPlaceName } from "./context-names.ts";

/** A field under a name that the backend does not read. It is sent under the right one. */
export interface PamContextWarning {
  readonly level: "warning";
  readonly code: "WRONG_NAME";
  /** As it was found. */
  readonly path: WrongContextName | `user_location.${WrongPlaceName}`;
  /** The name that the backend reads. */
  readonly wanted: string;
  readonly message: string;
}

/** What keeps a context from being sent. */
export interface PamContextError {
  readonly level: "error";
  readonly code: "USER_ID_MISSING" | "USER_LOCATION_EMPTY";
  readonly path: "user_id" | "user_location";
  readonly message: string;
}

export type PamContextIssue = PamContextWarning | PamContextError;

export function wrongName(path: PamContextWarning["path"], wanted: string): PamContextWarning {
  const message = `Context field has a wrong name: found "${path}", wanted "${wanted}"`;
  return { level: "warning", code: "WRONG_NAME", path, wanted, message };
}

export const USER_ID_MISSING: PamContextError = {
  level: "error",
  code: "USER_ID_MISSING",
  path: "user_id",
  message: 'Context must say whose it is: found no "user_id"',
};

export const USER_LOCATION_EMPTY: PamContextError = {
  level: "error",
  code: "USER_LOCATION_EMPTY",
  path: "user_location",
  message: 'Context must have coordinates or a city in "user_location": found neither',
};
