/** The legacy's words, and those of the other two languages PAM speaks. */
const YES = [
  "yes|yep|yeah|confirm|confirmed|go ahead|send it|do it(?! yourself)|proceed|ok|okay|sure",
  "sí|claro|vale|adelante|confirmo|confirmado|de acuerdo|hazlo",
  "oui|d'accord|vas-y|allez-y|confirme|confirmé|envoie-le",
];

const NO = [
  "no|nope|not|don't|dont|never|stop|cancel|wait|can't|won't",
  "nunca|espera|cancela",
  "non|pas|jamais|annule|attends",
];

/** What may stand before a yes that is meant as one: in the middle of a clause it is a word as any other. */
const LEAD = [
  "and|but|so|then|well|oh|please|just|great|perfect|thanks|i|we|you can|you may|that's|that is|it's|it is|all|everything is",
  "y|pues|entonces|por favor|lo|yo|está",
  "et|alors|bien|s'il te plaît|s'il vous plaît|je|c'est",
];

const WORD_START = String.raw`(?<![\p{L}\p{N}])`;
const WORD_END = String.raw`(?![\p{L}\p{N}])`;

/** Whole words in any script; the legacy finds "ok" in "look". */
const NEGATIVE = new RegExp(`${WORD_START}(?:${NO.join("|")})${WORD_END}`, "u");
const AFFIRMATIVE = new RegExp(
  String.raw`^[^\p{L}\p{N}]*(?:(?:${LEAD.join("|")})[^\p{L}\p{N}]+){0,3}(?:${YES.join("|")})${WORD_END}`,
  "u",
);
const SENTENCE = /[^.!?;\n]+[.!?;\n]?/gu;
const BETWEEN_CLAUSES = /[,:–—]/u;

const agrees = (sentence: string): boolean =>
  !sentence.endsWith("?") &&
  sentence.split(BETWEEN_CLAUSES).some((clause) => AFFIRMATIVE.test(clause));

/**
 * Whether the user says yes: a whole word for it at the head of a clause, in a sentence that is no question, in a
 * message that says no to nothing. Where it is not clear, it is no confirmation, and the user is asked.
 */
export function confirms(message: string): boolean {
  const text = message.normalize("NFKC").toLowerCase().replaceAll("’", "'");
  if (NEGATIVE.test(text)) return false;
  return (text.match(SENTENCE) ?? []).some(agrees);
}
