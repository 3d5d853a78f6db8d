/** Why a tool did not do what was asked. The code is for programs, the message for the model and the user. */
export type ToolErrorCode =
  | "UNKNOWN_TOOL"
  | "INVALID_ARGUMENTS"
  | "NOT_CONFIGURED"
  | "NOT_FOUND"
  | "NOT_ALLOWED"
  | "CONFIRMATION_REQUIRED"
  | "LIMIT_REACHED"
  | "UNAVAILABLE"
  | "TIMEOUT"
  | "CANCELLED"
  | "FAILED";

/** An expected failure of a tool; anything else that is thrown is a defect and is answered without detail. */
export class ToolError extends Error {
  override readonly name = "ToolError";
  readonly code: ToolErrorCode;

  constructor(code: ToolErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** An argument that is well-formed by itself and still cannot be worked with. */
export function invalidArgument(field: string, fault: string): ToolError {
  return new ToolError("INVALID_ARGUMENTS", `Invalid argument "${field}": ${fault}`);
}
