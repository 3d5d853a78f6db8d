/** RFC 6455 §5.5: a control frame carries 125 bytes, of which the code takes two. */
const MAX_REASON_BYTES = 123;

/** As much of a reason as a close frame can carry, never half a character: the legacy fails at a longer one. */
export function fitReason(reason: string): string {
  const text = reason.toWellFormed();
  if (Buffer.byteLength(text) <= MAX_REASON_BYTES) return text;
  let fitting = "";
  for (const character of text.slice(0, MAX_REASON_BYTES)) {
    if (Buffer.byteLength(fitting) + Buffer.byteLength(character) > MAX_REASON_BYTES) break;
    fitting += character;
  }
  return fitting;
}
