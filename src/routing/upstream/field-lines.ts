const CRLF = "\r\n";

/**
 * Field lines (RFC 9112 §5): a token (RFC 9110 §5.6.2), a colon at once behind it, a value without control characters
 * (§5.5), a line end that only the last may be without. A whole head in one go costs half of what a check of each name
 * and value does.
 */
const FIELD_LINES = /^(?:[!#$%&'*+.^_`|~\w-]+:[\t\u0020-\u007e\u0080-\u00ff]*(?:\r\n|$))*$/u;

/** True where a text, in latin1, is nothing but field lines, or nothing. */
export const areFieldLines = (text: string): boolean => FIELD_LINES.test(text);

/** How many lines a text has, each with its line end. */
export function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf(CRLF); at !== -1; at = text.indexOf(CRLF, at + 2)) count += 1;
  return count;
}
