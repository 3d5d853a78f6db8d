const WHITE_SPACE = /\p{White_Space}/u;

/**
 * Removes what Unicode calls white space from both ends, as the legacy's validation does. Unlike
 * `trim()` it takes U+0085 and leaves U+FEFF.
 */
export function stripWhitespace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && WHITE_SPACE.test(text.charAt(start))) start += 1;
  while (end > start && WHITE_SPACE.test(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** The length of a text as the legacy counts it. JavaScript's `length` counts an emoji as two. */
export function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
