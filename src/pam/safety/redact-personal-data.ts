interface Redaction {
  readonly placeholder: string;
  readonly pattern: RegExp;
}

const BEFORE = String.raw`(?<![\p{L}\p{N}_])`;
const NO_DIGIT_BEFORE = String.raw`(?<!\d)`;
const NO_DIGIT_AFTER = String.raw`(?!\d)`;
const GAP = "[ .-]?";

/** The part before `@` starts where its run of characters does, so that each run is read once. */
const EMAIL = String.raw`(?<![\w.%+-])[\w.%+-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}`;

/** Written in groups as on the card, or as 13 to 19 digits in a row. */
const CARDS = [
  String.raw`\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{1,4}(?:[ -]\d{1,3})?`,
  String.raw`\d{4}[ -]\d{6}[ -]\d{5}`,
  String.raw`\d{13,19}`,
];

/** A word for an account and the number that belongs to it: at least four digits in all. */
const ACCOUNT =
  String.raw`(?:accounts?|acct|a\/c|bsb|routing|iban|sort code|passport|licen[cs]e|medicare|tfn)` +
  String.raw`\s{0,3}(?:(?:number|num|no|nr)\b\.?)?\s{0,3}(?:is|[:=#])?\s{0,3}#?` +
  String.raw`[A-Za-z]{0,3}(?:[ -]?\d[A-Za-z]{0,2}){4,30}`;

/** International with `+`; North American; Australian mobile, landline and service numbers. */
const PHONES = [
  String.raw`\+\d{1,3}(?:[ .()-]{0,2}\d){6,14}`,
  String.raw`(?:1${GAP})?(?:\(\d{3}\) ?|\d{3}${GAP})\d{3}${GAP}\d{4}`,
  String.raw`04\d{2}${GAP}\d{3}${GAP}\d{3}`,
  String.raw`(?:\(0[2378]\) ?|0[2378]${GAP})\d{4}${GAP}\d{4}`,
  String.raw`1[38]00${GAP}\d{3}${GAP}\d{3}`,
];

const digits = (alternatives: readonly string[]): RegExp =>
  new RegExp(`${NO_DIGIT_BEFORE}(?:${alternatives.join("|")})${NO_DIGIT_AFTER}`, "gu");

/** In this order: what is more particular goes first, or a card would be taken for a phone. */
const REDACTIONS: readonly Redaction[] = [
  { placeholder: "<EMAIL>", pattern: new RegExp(EMAIL, "gu") },
  { placeholder: "<CREDIT_CARD>", pattern: digits(CARDS) },
  { placeholder: "<SSN>", pattern: digits([String.raw`\d{3}[ -]\d{2}[ -]\d{4}`]) },
  { placeholder: "<ACCOUNT>", pattern: new RegExp(BEFORE + ACCOUNT, "giu") },
  { placeholder: "<PHONE>", pattern: digits(PHONES) },
];

/**
 * Replaces e-mail addresses, card, social-security, account and phone numbers by placeholders such as
 * `<EMAIL>`, before a text leaves for a provider or a log. It rather takes too much than too little; it knows
 * no names and no postal addresses. Takes time linear in the text.
 */
export const redactPersonalData = (text: string): string =>
  REDACTIONS.reduce((rest, { placeholder, pattern }) => rest.replace(pattern, placeholder), text);
