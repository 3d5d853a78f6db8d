/** The legacy's words, and those of the other two languages PAM speaks. */
const YES = [
  "yes|yep|yeah|confirm|confirmed|go ahead|send it|do it|proceed|ok|okay|sure",
  "sí|claro|vale|adelante|confirmo|confirmado|de acuerdo|hazlo",
  "oui|d'accord|vas-y|allez-y|confirme|confirmé|envoie-le",
];

const NO = [
  "no|nope|not|don't|dont|never|stop|cancel|wait|can't|won't",
  "nunca|espera|cancela",
  "non|pas|jamais|annule|attends",
];

/** Whole words in any script; the legacy finds "ok" in "look". */
const anyOf = (words: readonly string[]): RegExp =>
  new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${words.join("|")})(?![\p{L}\p{N}])`, "u");

const AFFIRMATIVE = anyOf(YES);
const NEGATIVE = anyOf(NO);
const SENTENCE = /[^.!?;\n]+[.!?;\n]?/gu;

/**
 * Whether the user says yes: a whole word for it in a sentence that is no question, in a message that says no to
 * nothing. Where it is not clear, it is no confirmation, and the user is asked.
 */
export function confirms(message: string): boolean {
  const text = message.normalize("NFKC").toLowerCase().replaceAll("’", "'");
  if (NEGATIVE.test(text)) return false;
  const sentences = text.match(SENTENCE) ?? [];
  return sentences.some((sentence) => !sentence.endsWith("?") && AFFIRMATIVE.test(sentence));
}
