/** The legacy's words, and those of the other two languages PAM speaks. */
const YES = [
  "yes|yep|yeah|confirm|confirmed|go ahead|send it|post it|publish it|do it(?! yourself)|proceed",
  "sí|adelante|confirmo|confirmado|de acuerdo|hazlo|envíalo|publícalo",
  "oui|vas-y|allez-y|confirme|confirmé|envoie-le|publie-le",
];

/** They open any sentence, and are a yes only where the message says nothing else. */
const WEAK_YES = ["ok|okay|sure", "claro|vale", "d'accord"];

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

/** What may stand around a yes without asking for anything else. */
const FILLERS = new Set(
  [
    "and so then well oh please just great perfect good fine nice thanks thank you it that this them is are that's it's",
    "i i'm i'd we we'd let's am do want would like agree all both everything now right correct looks sounds of course",
    "absolutely definitely my word pam to for me a an the with as by means any one be yes yep yeah ok okay sure confirm",
    "confirmed proceed ahead go",
    "y pues entonces por favor lo la yo está bien gracias eso es perfecto todo muy sí claro vale",
    "et alors bien merci s'il te vous plaît je c'est parfait tout bon très oui d'accord",
  ].flatMap((words) => words.split(" ")),
);

/** What the tools that ask do: after them the sentence may say what and to whom. */
const DEEDS = new Set(
  [
    "send post publish share message comment",
    "envía envíalo envíaselo publica publícalo comparte",
    "envoie envoie-le envoyez publie publie-le publiez partage",
  ].flatMap((words) => words.split(" ")),
);
/** "Send me the weather" is another wish. */
const FOR_SELF = new Set(["me", "us", "moi", "nous"]);

const WORD_START = String.raw`(?<![\p{L}\p{N}])`;
const WORD_END = String.raw`(?![\p{L}\p{N}])`;
const HEAD = String.raw`^[^\p{L}\p{N}]*(?:(?:${LEAD.join("|")})[^\p{L}\p{N}]+){0,3}`;

/** Whole words in any script; the legacy finds "ok" in "look". */
const NEGATIVE = new RegExp(`${WORD_START}(?:${NO.join("|")})${WORD_END}`, "u");
const STRONG = new RegExp(`${HEAD}(?:${YES.join("|")})${WORD_END}`, "u");
const WEAK = new RegExp(`${HEAD}(?:${WEAK_YES.join("|")})${WORD_END}`, "u");
const SENTENCE = /[^.!?;\n]+[.!?;\n]?/gu;
const BETWEEN_CLAUSES = /[,:–—]/u;
const WORD = /[\p{L}\p{N}]+(?:['-][\p{L}\p{N}]+)*/gu;

/** Nothing in it asks for anything but what was asked about. */
function isPlain(text: string): boolean {
  const words = text.match(WORD) ?? [];
  const end = words.findIndex((word) => !FILLERS.has(word));
  if (end === -1) return true;
  return DEEDS.has(words[end] ?? "") && !FOR_SELF.has(words[end + 1] ?? "");
}

function says(yes: RegExp, clause: string): boolean {
  const found = yes.exec(clause);
  return found !== null && isPlain(clause.slice(found[0].length));
}

/**
 * Whether the user says yes: a whole word for it at the head of a clause that goes on to nothing else, in a sentence
 * that is no question, in a message that says no to nothing. An "okay" counts in a message that says nothing else.
 * Where it is not clear, it is no confirmation, and the user is asked.
 */
export function confirms(message: string): boolean {
  const text = message.normalize("NFKC").toLowerCase().replaceAll("’", "'");
  if (NEGATIVE.test(text)) return false;
  const sentences = text.match(SENTENCE) ?? [];
  const clauses = sentences
    .filter((sentence) => !sentence.endsWith("?"))
    .flatMap((sentence) => sentence.split(BETWEEN_CLAUSES));
  if (clauses.some((clause) => says(STRONG, clause))) return true;
  return clauses.some((clause) => says(WEAK, clause)) && isPlain(text) && !text.includes("?");
}
