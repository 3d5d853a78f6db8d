type Token = "any-run" | ((character: string) => boolean);

interface Reading {
  readonly token: Token;
  /** Where the next token begins. */
  readonly end: number;
}

/** `[abc]`, `[a-z]`, `[^…]`; without its `]` it ends with the pattern, as in Redis. */
function readClass(pattern: string, start: number): Reading {
  const isNegated = pattern[start + 1] === "^";
  const ranges: (readonly [string, string])[] = [];
  let at = start + (isNegated ? 2 : 1);
  while (at < pattern.length && pattern[at] !== "]") {
    if (pattern[at] === "\\" && at + 1 < pattern.length) at += 1;
    const first = pattern.charAt(at);
    const isRange = pattern[at + 1] === "-" && at + 2 < pattern.length;
    const last = isRange ? pattern.charAt(at + 2) : first;
    ranges.push(first <= last ? [first, last] : [last, first]);
    at += isRange ? 3 : 1;
  }
  const isIn = (character: string): boolean =>
    ranges.some(([first, last]) => first <= character && character <= last);
  return { token: (character) => isIn(character) !== isNegated, end: at + 1 };
}

function readToken(pattern: string, at: number): Reading {
  const character = pattern.charAt(at);
  switch (character) {
    case "*":
      return { token: "any-run", end: at + 1 };
    case "?":
      return { token: () => true, end: at + 1 };
    case "[":
      return readClass(pattern, at);
    default: {
      const isEscaped = character === "\\" && at + 1 < pattern.length;
      const literal = isEscaped ? pattern.charAt(at + 1) : character;
      return { token: (other) => other === literal, end: at + (isEscaped ? 2 : 1) };
    }
  }
}

function readTokens(pattern: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length;) {
    const { token, end } = readToken(pattern, at);
    // Runs next to each other are one.
    if (token !== "any-run" || tokens.at(-1) !== "any-run") tokens.push(token);
    at = end;
  }
  return tokens;
}

/** Only the last run is ever tried again, so that no pattern takes more than tokens times characters. */
function isMatch(tokens: readonly Token[], text: string): boolean {
  let token = 0;
  let at = 0;
  let run: { readonly token: number; at: number } | undefined;
  while (at < text.length) {
    const current = tokens[token];
    if (current === "any-run") {
      run = { token, at };
      token += 1;
    } else if (current?.(text.charAt(at)) === true) {
      token += 1;
      at += 1;
    } else if (run === undefined) {
      return false;
    } else {
      run.at += 1;
      at = run.at;
      token = run.token + 1;
    }
  }
  // The text is at its end: what is left of the pattern must be nothing, or a run.
  return token === tokens.length || (token === tokens.length - 1 && tokens[token] === "any-run");
}

/**
 * A glob in Redis's syntax (`*`, `?`, `[a-z]`, `[^a]`, `\` escapes), read once. The pattern may come from
 * anyone: a text costs at most its length squared, whatever the pattern.
 */
export function compileGlob(pattern: string): (text: string) => boolean {
  const tokens = readTokens(pattern);
  return (text) => isMatch(tokens, text);
}
