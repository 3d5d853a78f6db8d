const BLANK = String.raw`\t\n\f\r `;
const NAME = new RegExp(`</?[a-z][^${BLANK}/>]*`, "iuy");
const ATTRIBUTE = new RegExp(
  `[${BLANK}/]*[^${BLANK}/>][^${BLANK}/>=]*` +
    `(?:[${BLANK}]*=[${BLANK}]*("[^"]*"|'[^']*'|[^${BLANK}>"'][^${BLANK}>]*))?`,
  "uy",
);
const BLANKS_TO_END = new RegExp(`^[${BLANK}]*$`, "u");

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/**
 * Whether a tag that never ends is text to Bleach: it is where it breaks off in a name, behind an attribute's
 * name or in a value without quotes. Anywhere else the rest of the text is dropped.
 */
export function isUnfinishedTagText(tag: string): boolean {
  let at = matchAt(NAME, tag, 0)?.[0].length ?? 0;
  if (at === tag.length) return true;
  for (;;) {
    const attribute = matchAt(ATTRIBUTE, tag, at);
    if (attribute === null) return false;
    const [whole, value] = attribute;
    at += whole.length;
    if (at === tag.length) return value === undefined || !/^["']/u.test(value);
    const rest = tag.slice(at);
    if (value === undefined && BLANKS_TO_END.test(rest)) return true;
    if (value === undefined && /^[\t\n\f\r ]*=/u.test(rest)) return false;
  }
}
