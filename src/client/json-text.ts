import { PamClientError } from "./pam-client-error.ts";

/** Throws `invalid-request` for what cannot be written as JSON, such as a circle. */
export function toJsonText(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    const issues = [{ path: "", message: "It cannot be written as JSON" }];
    throw new PamClientError({ kind: "invalid-request", issues }, { mayHaveArrived: false, cause });
  }
}
