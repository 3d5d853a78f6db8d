import { REDACTED } from "#contracts/recordings/volatile.ts";
import type { TokenBook } from "#platform/redaction/token-book.ts";

/** A search that begins only where a word does takes no longer for a long word. */
const DOTTED = /(?<![\w-])[\w-]+(?:(?:\.|%(?:25)*2e)[\w-]*)+/gi;
const DOT = /\.|%(?:25)*2e/i;
/** `{"` and its like in base64, wherever in a word it begins: what stands in front may be an encoded blank. */
const TOKEN_START = /ey[JA]|ew[o0]/;

const LOCAL = String.raw`[\p{L}\p{N}_.!#$'*+^~%-]`;
const EMAIL = new RegExp(
  String.raw`(?<!${LOCAL})${LOCAL}+(?:@|%(?:25)*40)[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+`,
  "giu",
);
/**
 * International numbers, and national ones in groups. Dates, UUIDs and plain numbers are none: a group that
 * touches a letter, a colon or another digit group of theirs is left alone.
 */
const PHONE =
  /(?:(?<=tel:)|(?<![\w.:-]))(?:\+\d[\d ().-]{6,16}\d|\(\d{2,4}\)[ .-]?\d{3,4}[ .-]?\d{3,4}|0\d(?:[ .-]?\d){7,10}|\d{3}[ .-]\d{3}[ .-]\d{4})(?![\w:-])/g;

/** `https://user:password@host` */
const URL_CREDENTIALS = /(?<=:\/\/)[^\s/@:"]{0,256}:[^\s/@"]{1,256}@/g;
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?/g;
/** Keys as well-known services form them. */
const SERVICE_KEY =
  /sk-ant-[\w-]+|(?<![A-Za-z])(?:sk|pk|rk)[-_][\w-]{16,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|AKIA[A-Z\d]{16}|AIza[\w-]{30,}|xox[abprs]-[\w-]{10,}/g;
const BEARER = /(?<=bearer(?: |%20|\+))(?!\{\{token:)[\w.~+/-]{12,}=*/gi;
/** A sentence that tells a password. What is a reference or was taken out already is none. */
const TOLD =
  /(?<=(?:password|passwd|passphrase|passcode|pwd)\\?["']?\s{0,3}[:=]\s{0,3}\\?["']?)(?!\[redacted\]|\{\{token:|null\b|true\b|false\b)[^\s"'\\,;&<>{}[\]]{4,}/gi;
/** Of words that are also said of other things, only what looks made up by a machine. */
const TOLD_KEY =
  /(?<=(?:secret|token|api[_-]?key|access[_-]?key|private[_-]?key|\botp|\bpin)\\?["']?\s{0,3}[:=]\s{0,3}\\?["']?)(?<!\{\{token:)(?=[\w.~+/-]{0,64}\d)[\w.~+/-]{4,}=*/gi;

/** Takes tokens, keys, passwords, addresses and numbers out of any text. */
export function createTextRedactor(
  book: Pick<TokenBook, "nameOf" | "replaceSubjects">,
): (text: string) => string {
  /** A word with dots, its first token by its name. What may be a token of another kind goes to its end. */
  function redactDotted(word: string): string {
    const segments = word.split(DOT);
    for (const [at, header] of segments.entries()) {
      const start = header.search(TOKEN_START);
      const [claims = "", signature] = segments.slice(at + 1, at + 3);
      if (start === -1 || signature === undefined) continue;
      const name = book.nameOf([header.slice(start), claims, signature].join("."));
      if (name === undefined) continue;
      const before = [...segments.slice(0, at), header.slice(0, start)].join(".");
      return `${before}{{token:${name}}}${segments.length > at + 3 ? `.${REDACTED}` : ""}`;
    }
    const looksLikeOne = (segment: string, at: number): boolean =>
      segment.includes("eyJ") && (segments[at + 1] ?? "") !== "" && at + 2 < segments.length;
    const first = segments.findIndex(looksLikeOne);
    return first === -1 ? word : [...segments.slice(0, first), REDACTED].join(".");
  }

  return (text) =>
    book.replaceSubjects(
      text
        .replaceAll(PRIVATE_KEY, REDACTED)
        .replaceAll(DOTTED, redactDotted)
        .replaceAll(URL_CREDENTIALS, `${REDACTED}@`)
        .replaceAll(SERVICE_KEY, REDACTED)
        .replaceAll(BEARER, REDACTED)
        .replaceAll(TOLD, REDACTED)
        .replaceAll(TOLD_KEY, REDACTED)
        .replaceAll(EMAIL, "user@example.com")
        .replaceAll(PHONE, "+10000000000"),
    );
}
