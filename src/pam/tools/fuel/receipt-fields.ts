/** A reading with how sure it is, from 0 to 1. */
export interface Reading<T> {
  readonly value: T | null;
  readonly confidence: number;
}

export interface ReceiptFields {
  readonly total: Reading<number>;
  readonly volume: Reading<number>;
  readonly price: Reading<number>;
  readonly date: Reading<string>;
  readonly station: Reading<string>;
  readonly odometer: Reading<number>;
  readonly unit: Reading<"litre" | "gallon">;
}

const LABELLED = 0.85;
const GUESSED = 0.55;
const AGREEING = 0.95;
const CONTRADICTED = 0.4;

const NOTHING = { value: null, confidence: 0 } as const;

function readNumber(text: string, pattern: RegExp): Reading<number> {
  const digits = pattern.exec(text)?.groups?.["number"]?.replaceAll(",", "");
  return digits === undefined ? NOTHING : { value: Number(digits), confidence: LABELLED };
}

const NUMBER = String.raw`(?<number>\d[\d,]*\.?\d*)`;
const TOTAL = new RegExp(
  String.raw`\b(?:grand |fuel |sale )?total(?: sale| due| paid)?\b[^\d\n]{0,12}${NUMBER}`,
  "iu",
);
const AMOUNT = new RegExp(String.raw`\bamount\b[^\d\n]{0,12}${NUMBER}`, "iu");
const VOLUME = new RegExp(
  String.raw`${NUMBER}\s*(?:l|lt|ltr|litres?|liters?|gal|gallons?)\b(?!\s*/)`,
  "iu",
);
const LABELLED_VOLUME = new RegExp(
  String.raw`\b(?:volume|litres|liters|gallons|qty|quantity)\b[^\d\n]{0,8}${NUMBER}`,
  "iu",
);
const PRICE = new RegExp(
  String.raw`\$?${NUMBER}\s*(?:c|cents)?\s*(?:/|per )\s*(?:l|lt|litre|liter|gal|gallon)\b`,
  "iu",
);
const LABELLED_PRICE = new RegExp(
  String.raw`\b(?:unit price|price|price ?/ ?(?:l|gal)|ppg|ppu)\b[^\d\n]{0,8}${NUMBER}`,
  "iu",
);
const ODOMETER = new RegExp(String.raw`\b(?:odo(?:meter)?|mileage)\b[^\d\n]{0,8}${NUMBER}`, "iu");
const ISO_DATE = /\b(?<year>20\d\d)-(?<month>\d\d)-(?<day>\d\d)\b/u;
const SLASHED_DATE = /\b(?<first>\d{1,2})[/.-](?<second>\d{1,2})[/.-](?<year>20\d\d|\d\d)\b/u;
const STATION = /^(?=.*\p{L}{3})[\p{L}\d &'.-]{3,60}$/u;

const firstOf = (text: string, ...patterns: readonly RegExp[]): Reading<number> => {
  for (const pattern of patterns) {
    const reading = readNumber(text, pattern);
    if (reading.value !== null) return reading;
  }
  return NOTHING;
};

/** Prices above 20 are cents: no litre or gallon costs that many dollars. */
function readPrice(text: string): Reading<number> {
  const reading = firstOf(text, PRICE, LABELLED_PRICE);
  if (reading.value === null || reading.value <= 20) return reading;
  return { ...reading, value: Math.round(reading.value * 10) / 1_000 };
}

function toIsoDate(year: number, month: number, day: number): string | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
    ? date.toISOString().slice(0, 10)
    : undefined;
}

function readDate(text: string): Reading<string> {
  const iso = ISO_DATE.exec(text)?.groups;
  if (iso !== undefined) {
    const value = toIsoDate(Number(iso["year"]), Number(iso["month"]), Number(iso["day"]));
    return value === undefined ? NOTHING : { value, confidence: AGREEING };
  }
  const slashed = SLASHED_DATE.exec(text)?.groups;
  if (slashed === undefined) return NOTHING;
  const [first, second] = [Number(slashed["first"]), Number(slashed["second"])];
  const year = (Number(slashed["year"]) % 2_000) + 2_000;
  // 3/4 is in March here and in April there: only a number above 12 tells which is the day.
  const isSure = first > 12 || second > 12 || first === second;
  const value = first > 12 ? toIsoDate(year, second, first) : toIsoDate(year, first, second);
  return value === undefined ? NOTHING : { value, confidence: isSure ? LABELLED : GUESSED };
}

function readStation(text: string): Reading<string> {
  const line = text
    .split("\n")
    .map((part) => part.trim())
    .find((part) => STATION.test(part));
  return line === undefined ? NOTHING : { value: line, confidence: GUESSED };
}

function readUnit(text: string): Reading<"litre" | "gallon"> {
  if (/\b(?:gal|gallons?|ppg)\b/iu.test(text)) return { value: "gallon", confidence: LABELLED };
  if (/\d\s*l\b|\b(?:lt|ltr|litres?|liters?)\b|\/\s*l\b/iu.test(text)) {
    return { value: "litre", confidence: LABELLED };
  }
  return NOTHING;
}

/** Volume times price must be the total: that settles all three, or casts doubt on all three. */
function crossCheck(fields: ReceiptFields): ReceiptFields {
  const { total, volume, price } = fields;
  if (volume.value === null || price.value === null) return fields;
  const product = Math.round(volume.value * price.value * 100) / 100;
  if (total.value === null) return { ...fields, total: { value: product, confidence: GUESSED } };
  const confidence =
    Math.abs(product - total.value) <= 0.02 * total.value + 0.02 ? AGREEING : CONTRADICTED;
  return {
    ...fields,
    total: { ...total, confidence },
    volume: { ...volume, confidence },
    price: { ...price, confidence },
  };
}

/** Reads the text of a fuel receipt. What is not there is `null`, never a guess. */
export function readReceipt(text: string): ReceiptFields {
  return crossCheck({
    total: firstOf(text, TOTAL, AMOUNT),
    volume: firstOf(text, LABELLED_VOLUME, VOLUME),
    price: readPrice(text),
    date: readDate(text),
    station: readStation(text),
    odometer: readNumber(text, ODOMETER),
    unit: readUnit(text),
  });
}
