/**
 * Why a message does not get in. `shape`: the envelope does not accept it. `dangerous-content`: a text could
 * still run once it is cleaned.
 */
export type RefusalCause = "shape" | "dangerous-content";

/** A message that is not accepted, as an ordinary answer to a client's mistake. */
export class MessageRefused extends Error {
  override readonly name = "MessageRefused";
  readonly refusal: RefusalCause;
  /** The envelope's field that is at fault; "" where it is the whole. */
  readonly field: string;

  constructor(refusal: RefusalCause, field: string) {
    super(`Message refused: ${refusal}${field === "" ? "" : ` in "${field}"`}`);
    this.refusal = refusal;
    this.field = field;
  }
}
