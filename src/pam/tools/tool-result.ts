import type { ToolErrorCode } from "./tool-error.ts";

/** What the model gets to read. Flat, as on the legacy: the tool's own keys stand beside `success`. */
export type ToolResult = ToolSuccess | ToolFailure;

export interface ToolSuccess {
  readonly success: true;
  readonly [key: string]: unknown;
}

export interface ToolFailure {
  readonly success: false;
  readonly error: string;
  readonly error_code: ToolErrorCode;
}

export function toFailure(code: ToolErrorCode, error: string): ToolFailure {
  return { success: false, error, error_code: code };
}
