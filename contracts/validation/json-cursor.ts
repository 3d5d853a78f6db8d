/** CPython's `json.JSONDecodeError`; `index` counts UTF-16 units. */
export class JsonDecodeError extends Error {
  readonly index: number;

  constructor(message: string, index: number) {
    super(message);
    this.index = index;
  }
}

/** Any other exception of CPython's parser. */
export class JsonUnreadableError extends Error {}

export interface JsonCursor {
  readonly text: string;
  index: number;
  depth: number;
}

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const ZERO = 0x30;
const NINE = 0x39;

/** Takes the literal if it stands here. */
export function takeIf(cursor: JsonCursor, literal: string): boolean {
  if (!cursor.text.startsWith(literal, cursor.index)) return false;
  cursor.index += literal.length;
  return true;
}

export function isDigitAt({ text }: JsonCursor, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= ZERO && code <= NINE;
}

export function skipDigits(cursor: JsonCursor): void {
  while (isDigitAt(cursor, cursor.index)) cursor.index += 1;
}

export function skipWhitespace(cursor: JsonCursor): void {
  for (;;) {
    const code = cursor.text.charCodeAt(cursor.index);
    const isBlank =
      code === SPACE || code === LINE_FEED || code === CARRIAGE_RETURN || code === TAB;
    if (!isBlank) return;
    cursor.index += 1;
  }
}
