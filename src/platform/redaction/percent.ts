const ESCAPES = /(?:%[0-9a-f]{2})+/gi;

const decodeRun = (run: string): string => {
  try {
    return decodeURIComponent(run);
  } catch {
    return run;
  }
};

const MAX_ROUNDS = 4;

/** A text with its percent-encoding undone, also where it was encoded more than once. What is malformed stays. */
export function decodePercent(text: string): string {
  let decoded = text;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const next = decoded.replaceAll(ESCAPES, decodeRun);
    if (next === decoded) return decoded;
    decoded = next;
  }
  return decoded;
}

/** What the recordings write into targets as it is: references to tokens, and what redaction leaves. */
const KEPT = /%7B%7Btoken%3A[\w.-]+%7D%7D|%5Bredacted%5D|%40/g;

/** Encodes a redacted part of a path or a query, and leaves what stands for something else readable. */
export const encodePercent = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replaceAll(KEPT, (kept) => decodeURIComponent(kept));
