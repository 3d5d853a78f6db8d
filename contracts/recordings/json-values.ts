/** One value in a JSON text: where it stands and what it is called (RFC 6901). */
export interface JsonSpan {
  readonly pointer: string;
  readonly start: number;
  /** Behind the last character. */
  readonly end: number;
  /** Where the quoted name of a member of an object stands. */
  readonly name?: readonly [start: number, end: number] | undefined;
}

const BLANK = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\]|\\.)*"/sy;
/** Python prints numbers that are none as well. */
const SCALAR = /true|false|null|NaN|-?Infinity|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/**
 * Every value of a valid JSON text, outermost first. Values are found in the text and not in a parsed
 * copy, because a copy would be printed differently (`14.0`, `{"a": 1}`) and bodies must stay exact.
 * Throws a `SyntaxError` for a text that is not JSON.
 */
export function findJsonValues(text: string): readonly JsonSpan[] {
  const spans: JsonSpan[] = [];
  let index = 0;

  function take(pattern: RegExp): string {
    pattern.lastIndex = index;
    const found = pattern.exec(text);
    if (found === null) throw new SyntaxError(`Cannot read JSON: unexpected text at ${index}`);
    index = pattern.lastIndex;
    return found[0];
  }
  function skipTo(character: string): boolean {
    take(BLANK);
    if (text[index] !== character) return false;
    index += 1;
    take(BLANK);
    return true;
  }
  function members(close: string, read: (position: number) => void): void {
    index += 1;
    if (skipTo(close)) return;
    for (let position = 0; ; position += 1) {
      read(position);
      if (skipTo(close)) return;
      if (!skipTo(",")) throw new SyntaxError(`Cannot read JSON: no comma at ${index}`);
    }
  }
  function value(pointer: string, name?: JsonSpan["name"]): void {
    take(BLANK);
    const start = index;
    const slot = spans.push({ pointer, start, end: start, name }) - 1;
    if (text[index] === "{") {
      members("}", () => {
        const from = index;
        const key = toPointerToken(take(STRING));
        const quoted = [from, index] as const;
        if (!skipTo(":")) throw new SyntaxError(`Cannot read JSON: no colon at ${index}`);
        value(`${pointer}/${key}`, quoted);
      });
    } else if (text[index] === "[") {
      members("]", (position) => {
        value(`${pointer}/${position}`);
      });
    } else take(text[index] === '"' ? STRING : SCALAR);
    // skipTo has passed the blanks behind a closing bracket.
    spans[slot] = {
      pointer,
      start,
      end: start + text.slice(start, index).trimEnd().length,
      name,
    };
  }

  value("");
  take(BLANK);
  if (index < text.length) throw new SyntaxError(`Cannot read JSON: more text at ${index}`);
  return spans;
}

function toPointerToken(quoted: string): string {
  return String(JSON.parse(quoted)).replaceAll("~", "~0").replaceAll("/", "~1");
}

/** Compiles a table of pointers, in which a step may be `*`, into a look-up. */
export function pointerMatcher<T>(
  table: Readonly<Record<string, T>>,
): (pointer: string) => T | undefined {
  const rows = Object.entries(table).map(([pointer, result]) => ({
    steps: pointer.split("/"),
    result,
  }));
  return (pointer) => {
    const steps = pointer.split("/");
    const matches = (row: readonly string[]): boolean =>
      row.length === steps.length && row.every((step, at) => step === "*" || step === steps[at]);
    return rows.find((row) => matches(row.steps))?.result;
  };
}

/**
 * Rewrites the values of a JSON text for which `rewrite` gives a new text; the rest keeps its exact
 * characters. Inside a rewritten value nothing else is asked for. `rewriteName` does the same for the quoted
 * names of members.
 */
export function rewriteJson(
  text: string,
  rewrite: (pointer: string, value: string) => string | undefined,
  rewriteName: (quoted: string) => string | undefined = () => undefined,
): string {
  let output = "";
  let done = 0;
  function put(start: number, end: number, fresh: string | undefined): void {
    if (fresh === undefined) return;
    output += text.slice(done, start) + fresh;
    done = end;
  }
  for (const { pointer, start, end, name } of findJsonValues(text)) {
    if (start < done) continue;
    if (name !== undefined) put(...name, rewriteName(text.slice(...name)));
    put(start, end, rewrite(pointer, text.slice(start, end)));
  }
  return output + text.slice(done);
}
