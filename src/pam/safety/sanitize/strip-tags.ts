import { Tokenizer, type Token, type TokenHandler } from "parse5";

import { isUnfinishedTagText } from "./unfinished-tag.ts";

/** A start tag of these leaves a line break, unless it is the text's first tag. Bleach's list. */
const BLOCK_LEVEL: ReadonlySet<string> = new Set(
  `address article aside blockquote details dialog dd div dl dt fieldset figcaption figure footer form
  h1 h2 h3 h4 h5 h6 header hgroup hr li main nav ol p pre section table ul`.split(/\s+/u),
);

/** Where a token stands in the source. The tokenizer is asked for it below. */
function rangeOf({ location }: Token.Token): readonly [start: number, end: number] {
  if (!location) throw new TypeError("Cannot strip tags: the tokenizer gives no locations");
  return [location.startOffset, location.endOffset];
}

/** Stretches of text as the source has them, undecoded: comments and doctypes part them, tags do not. */
class TextCollector implements TokenHandler {
  readonly nodes: string[] = [];
  readonly #source: string;
  readonly #parts: string[] = [];
  /** Up to where the source was dealt with, and up to where a token covers it. */
  #doneTo = 0;
  #seenTo = 0;
  #hasSeenTag = false;

  constructor(source: string) {
    this.#source = source;
  }

  #take(token: Token.Token): string {
    const [start, end] = rangeOf(token);
    this.#keepTextTo(start);
    this.#doneTo = end;
    this.#seenTo = end;
    return this.#source.slice(start, end);
  }

  /** `</>` is no token of its own and no text either. */
  #keepTextTo(end: number): void {
    this.#parts.push(this.#source.slice(this.#doneTo, end).replaceAll("</>", ""));
  }

  #endNode(): void {
    this.nodes.push(this.#parts.splice(0).join(""));
  }

  onStartTag(token: Token.TagToken): void {
    this.#take(token);
    if (this.#hasSeenTag && BLOCK_LEVEL.has(token.tagName)) this.#parts.push("\n");
    this.#hasSeenTag = true;
  }

  onEndTag(token: Token.TagToken): void {
    this.#take(token);
    this.#hasSeenTag = true;
  }

  onComment(token: Token.CommentToken): void {
    const comment = this.#take(token);
    // HTML makes a comment of `</` before anything but a letter; Bleach keeps it as text.
    if (comment.startsWith("</")) this.#parts.push(comment);
    else this.#endNode();
  }

  onDoctype(token: Token.DoctypeToken): void {
    this.#take(token);
  }

  onCharacter(token: Token.CharacterToken): void {
    [, this.#seenTo] = rangeOf(token);
  }

  onNullCharacter(token: Token.CharacterToken): void {
    this.#take(token);
  }

  onWhitespaceCharacter(token: Token.CharacterToken): void {
    this.onCharacter(token);
  }

  onEof(): void {
    const unfinished = this.#source.slice(this.#seenTo).replace(/^(?:<\/>)+/u, "");
    this.#keepTextTo(this.#seenTo);
    if (isUnfinishedTagText(unfinished)) this.#parts.push(unfinished);
    this.#endNode();
  }
}

/**
 * Takes every tag, comment and doctype out, as HTML's tokenizer finds them and as Bleach treats what it
 * finds. Nothing switches the tokenizer: the text of a script is read as any other.
 */
export function stripTags(source: string): readonly string[] {
  const collector = new TextCollector(source);
  // References are not this step's matter, and the tokenizer would decode them.
  const masked = source.replaceAll("&", "+");
  new Tokenizer({ sourceCodeLocationInfo: true }, collector).write(masked, true);
  return collector.nodes;
}
