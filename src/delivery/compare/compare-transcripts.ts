import { type Collector, createCollector } from "#delivery/compare/collector.ts";
import { compareJson } from "#delivery/compare/compare-json.ts";
import type { Comparison } from "#delivery/compare/difference.ts";
import { rootPlace, within } from "#delivery/compare/place.ts";
import {
  type ReadFrame,
  readFrame,
  toTurns,
  type Transcript,
  type TranscriptTurn,
} from "#delivery/compare/transcript.ts";
import { createVolatileRules, type VolatileRules } from "#delivery/compare/volatile-rules.ts";

export interface TranscriptRules {
  /** Types that the server sends on its own account, by the clock or by what others do; when is left out of account. */
  readonly pushes?: ReadonlySet<string>;
  readonly volatile?: VolatileRules;
}

const FRAMES = rootPlace("frames");
const TURNS = rootPlace("turns");
const CLOSE = rootPlace("close");

type Types = readonly string[];

const typesOf = (frames: readonly ReadFrame[]): Types => frames.map(({ type }) => type);

interface Turn {
  /** How many frames the client sent. */
  readonly sent: number;
  readonly answers: readonly ReadFrame[];
  /** Types of what was pushed before the first answer to what the client had sent. */
  readonly pushedIntoPending: Types;
}

function toTurn({ sent, received }: TranscriptTurn, pushes: ReadonlySet<string>): Turn {
  const frames = received.map(readFrame);
  const first = frames.findIndex(({ type }) => !pushes.has(type));
  const pending = sent.length === 0 ? [] : frames.slice(0, first === -1 ? undefined : first);
  return {
    sent: sent.length,
    answers: frames.filter(({ type }) => !pushes.has(type)),
    pushedIntoPending: typesOf(pending),
  };
}

const count = (types: Types): ReadonlyMap<string, number> =>
  new Map([...Map.groupBy(types, (type) => type)].map(([type, all]) => [type, all.length]));

/** Types of which one side has more, and order where both have the same. */
function compareTypes(legacy: Types, native: Types, collector: Collector): void {
  const [had, has] = [count(legacy), count(native)];
  let isSame = true;
  for (const type of new Set([...had.keys(), ...has.keys()])) {
    const [one, other] = [had.get(type) ?? 0, has.get(type) ?? 0];
    if (one === other) continue;
    isSame = false;
    const words = { legacy: `${one} in the turn`, native: `${other} in the turn` };
    collector.addWords(one > other ? "missing" : "added", within(FRAMES, type), words);
  }
  if (isSame && legacy.join(" ") !== native.join(" ")) {
    const words = { legacy: legacy.join(", "), native: native.join(", ") };
    collector.add("order", within(TURNS, "order"), words);
  }
}

/** Frames of one type are held to one shape, the first of one side to the first of the other. */
function compareShapes(
  legacy: readonly ReadFrame[],
  native: readonly ReadFrame[],
  { collector, rules }: { readonly collector: Collector; readonly rules: VolatileRules },
): void {
  const byType = Map.groupBy(native, ({ type }) => type);
  for (const { type, value } of legacy) {
    const other = byType.get(type)?.shift();
    if (other === undefined) continue;
    const place = within(FRAMES, type);
    compareJson([value, other.value], { place, cursor: rules.start, mode: "shape", collector });
  }
}

const pushedTypes = (turns: readonly Turn[]): ReadonlySet<string> =>
  new Set(turns.flatMap(({ pushedIntoPending }) => pushedIntoPending));

const describePush = (isPushed: boolean): string =>
  isPushed ? "pushed while a turn is pending" : "held back while a turn is pending";

/**
 * Whether a push may come while a client waits is a matter of the protocol; how often is one of the clock. That none came
 * on native says nothing: its turns are over sooner, because nobody thinks about the answers.
 */
function compareGaps(legacy: readonly Turn[], native: readonly Turn[], collector: Collector): void {
  for (const type of pushedTypes(native).difference(pushedTypes(legacy))) {
    const words = { legacy: describePush(false), native: describePush(true) };
    collector.addWords("gap", within(TURNS, type), words);
  }
}

function compareCloses(legacy: Transcript, native: Transcript, collector: Collector): void {
  if (legacy.close === undefined) return;
  const [one, other] = [legacy.close, native.close];
  if (one.by !== other?.by) {
    const words = { legacy: `by the ${one.by}`, native: other ? `by the ${other.by}` : "never" };
    collector.addWords("value", within(CLOSE, "by"), words);
  } else if (one.by === "server" && one.code !== other.code) {
    collector.add("value", within(CLOSE, "code"), { legacy: one.code, native: other.code });
  }
}

const answersOf = (turns: readonly Turn[]): readonly ReadFrame[] =>
  turns.flatMap(({ answers }) => answers);

/** True where the client left, or no more was kept, before all was answered: what would have come is not known. */
function isCutShort({ close }: Transcript, turns: readonly Turn[]): boolean {
  // A greeting answers nothing.
  const asked = turns.filter(({ sent }) => sent > 0);
  const unanswered = asked.reduce((left, { sent, answers }) => left + sent - answers.length, 0);
  return close?.by !== "server" && unanswered > 0;
}

/** True where the client spoke on before it was answered, so that answers stand in a later turn than their questions. */
function isInterleaved(turns: readonly Turn[]): boolean {
  const first = turns.findIndex(({ sent, answers }) => sent > answers.length);
  return first !== -1 && turns.slice(first).some(({ sent, answers }) => answers.length > sent);
}

function isSameSequence({ legacy, native }: Turns, cutShort: boolean): boolean {
  const isLong = cutShort ? native.length >= legacy.length : native.length === legacy.length;
  return isLong && legacy.every(({ type }, at) => type === native[at]?.type);
}

/** One turn, where a client spoke while the server still did: then only the order of all that was said is certain. */
function toComparedTurns(
  legacy: readonly Turn[],
  native: readonly Turn[],
  cutShort: boolean,
): readonly Turns[] {
  const whole = { legacy: answersOf(legacy), native: answersOf(native) };
  const turns =
    isSameSequence(whole, cutShort) || isInterleaved(legacy)
      ? [whole]
      : legacy.map(({ answers }, at) => ({ legacy: answers, native: native[at]?.answers ?? [] }));
  const toKnown = (turn: Turns): Turns => ({
    ...turn,
    native: turn.native.slice(0, turn.legacy.length),
  });
  return turns.map((turn, at) => (cutShort && at === turns.length - 1 ? toKnown(turn) : turn));
}

interface Turns {
  readonly legacy: readonly ReadFrame[];
  readonly native: readonly ReadFrame[];
}

/**
 * Compares two conversations in which the client said the same, turn by turn: types and their order, the shape of
 * what is in them, who closed and with what code, and whether pushes come into a pending turn. Words are not compared.
 * Bounded and redacted as answers are. Pure.
 */
export function compareTranscripts(
  legacy: Transcript,
  native: Transcript,
  { pushes = new Set(), volatile = createVolatileRules() }: TranscriptRules = {},
): Comparison {
  const collector = createCollector();
  const had = toTurns(legacy).map((turn) => toTurn(turn, pushes));
  const has = toTurns(native).map((turn) => toTurn(turn, pushes));
  const cutShort = isCutShort(legacy, had);
  for (const turn of toComparedTurns(had, has, cutShort)) {
    compareTypes(typesOf(turn.legacy), typesOf(turn.native), collector);
    compareShapes(turn.legacy, turn.native, { collector, rules: volatile });
  }
  compareGaps(had, has, collector);
  // A server that was not left would have come to its close as well.
  if (!cutShort || has.length < had.length) compareCloses(legacy, native, collector);
  return collector.result();
}
