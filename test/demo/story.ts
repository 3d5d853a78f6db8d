import { until } from "#support/until.ts";

import { type Asked, createUsers, type Load, startLoad, type User } from "./load.ts";
import { type ChatRow, createOperator, type Operator } from "./operator.ts";
import { openStage, THINKING_MS } from "./stage.ts";

export interface StoryOptions {
  /** Told what happens, a line at a time. */
  readonly tell: (line: string) => void;
  /** Between two acts, for whoever watches. */
  readonly pause: () => Promise<void>;
}

type UserIds = ReadonlySet<string>;

/** What came of it, for whoever holds it to what was promised. */
export interface Story {
  readonly users: number;
  /** Whose chat was native, by the act. */
  readonly native: Readonly<
    Record<
      "atFirst" | "bySuite" | "byShadow" | "afterTrip" | "afterReset" | "byComparison",
      UserIds
    >
  > & { readonly atLast: UserIds };
  readonly shadowed: { readonly compared: number; readonly clean: number };
  readonly trip: NonNullable<NonNullable<ChatRow["guard"]>["trip"]>;
  /** Native answers from the planted fault to the trip. */
  readonly nativeUntilTrip: number;
  /** Requests that were sent after the trip was known and native all the same. */
  readonly nativeAfterTrip: number;
  readonly load: LoadAccount;
}

export interface LoadAccount {
  readonly sent: number;
  readonly answered: number;
  readonly lost: number;
  /** Answers with another status than legacy has for these requests, which is always 200. */
  readonly errors: number;
  readonly native: number;
  /** The longest wait for an answer. */
  readonly slowestMs: number;
}

const USERS = 400;
/** Requests under way at a time: few while the suite runs beside them, and then more. */
const AT_FIRST = 3;
const AT_ONCE = 12;
/** What the model takes once the fault is planted. */
const FAULTY_MS = 6 * THINKING_MS;
const FLAG = "pam.chat.send";
const SHADOW_FLAG = "pam.chat.shadow";
const ACT_MS = 30_000;

const isNative = ({ route, answer }: Asked): boolean =>
  route === "chat.send" && answer?.side === "native";

function toAccount({ asked, sent }: Load): LoadAccount {
  const answered = asked.filter(({ answer }) => answer !== undefined);
  return {
    sent,
    answered: answered.length,
    lost: sent - answered.length,
    errors: answered.filter(({ answer }) => answer?.status !== 200).length,
    native: answered.filter(isNative).length,
    slowestMs: Math.round(Math.max(...asked.map(({ tookMs }) => tookMs))),
  };
}

/** The chats that were sent after a moment, in the order of their answers. */
const sentAfter = ({ asked }: Load, atMs: number): readonly Asked[] =>
  asked.filter(({ route, sentAtMs }) => route === "chat.send" && sentAtMs > atMs);

async function untilAllowed(operator: Operator, percent: number): Promise<void> {
  await until(async () => ((await operator.row()).ceiling?.allowedPercent ?? 0) >= percent, ACT_MS);
}

/** Waits for so many native answers to chats that are sent from now on. */
async function untilNative(load: Load, count: number): Promise<void> {
  const fromMs = performance.now();
  await until(() => sentAfter(load, fromMs).filter(isNative).length >= count, ACT_MS);
}

interface Scene {
  readonly operator: Operator;
  readonly load: Load;
  readonly users: readonly User[];
  readonly tell: StoryOptions["tell"];
}

async function nativeOf({ operator, users }: Scene): Promise<UserIds> {
  return operator.nativeUsers(users);
}

const shareOf = (some: UserIds): string =>
  `${some.size} of ${USERS} users (${((some.size / USERS) * 100).toFixed(1)} %)`;

/**
 * Plays a whole rollout of chat, under load from its beginning to its end: shadowed, natively for 5 % and 25 %, a fault
 * in the model that native asks, the guard's trip, the way back to legacy, the repair, and natively for everybody.
 * Rejects where an act does not come to its end.
 */
export async function playStory({ tell, pause }: StoryOptions): Promise<Story> {
  await using stage = await openStage();
  const banyan = await stage.startBanyan();
  const operator = createOperator(banyan);
  const users = await createUsers(USERS);
  tell(`Dashboard: ${banyan.adminUrl.href}`);

  const load = startLoad({ publicUrl: banyan.publicUrl, users, atOnce: AT_FIRST });
  try {
    const scene = { operator, load, users, tell };

    tell(`1. The flag ${FLAG} is set to 25 %, and a few answers are shadowed.`);
    await operator.setFlag(FLAG, 25);
    await operator.setFlag(SHADOW_FLAG, 2);
    await until(async () => (await operator.compared()).compared >= 3, ACT_MS);
    const atFirst = await nativeOf(scene);
    tell(
      `   Nothing is shown for this build, so the ceiling is 0 %: native for ${shareOf(atFirst)}.`,
    );
    await pause();

    tell("2. The contract suite judges an instance of the same build, and reports what it found.");
    await using judged = await stage.startJudged();
    await operator.reportSuite(judged);
    await judged.stop();
    await untilAllowed(operator, 5);
    load.grow(AT_ONCE - AT_FIRST);
    await untilNative(load, 5);
    const bySuite = await nativeOf(scene);
    tell(`   Green: the ceiling rises to 5 %. Native for ${shareOf(bySuite)}.`);
    await pause();

    tell("3. Every answer of legacy is shadowed.");
    await operator.setFlag(SHADOW_FLAG, 100);
    await untilAllowed(operator, 25);
    const shadowed = await operator.compared();
    await operator.setFlag(SHADOW_FLAG, 2);
    await untilNative(load, 40);
    const byShadow = await nativeOf(scene);
    tell(
      `   ${shadowed.compared} compared, ${shadowed.clean} without a difference that nobody decided.`,
    );
    tell(`   The ceiling rises, and the flag's 25 % hold: native for ${shareOf(byShadow)}.`);
    await pause();

    tell(
      `4. The model that native chat asks becomes slow: ${FAULTY_MS} ms in place of ${THINKING_MS}.`,
    );
    const plantedAt = load.asked.length;
    stage.model.thinkingMs = FAULTY_MS;
    await until(
      () => banyan.logLines().some(({ message }) => message === "The guard tripped"),
      ACT_MS,
    );
    const tripKnownAtMs = performance.now();
    const nativeUntilTrip = load.asked.slice(plantedAt).filter(isNative).length;
    const trip = (await operator.row()).guard?.trip;
    if (trip === undefined || trip === null) throw new Error("The guard has no trip to show");
    tell(`   The guard trips by ${trip.signal}, ${nativeUntilTrip} native answers later.`);
    await until(() => sentAfter(load, tripKnownAtMs).length >= 40, ACT_MS);
    const nativeAfterTrip = sentAfter(load, tripKnownAtMs).filter(isNative).length;
    const afterTrip = await nativeOf(scene);
    tell(`   Everybody is back on legacy: native for ${shareOf(afterTrip)}.`);
    await pause();

    tell("5. The model is repaired, and a person resets the guard.");
    stage.model.thinkingMs = THINKING_MS;
    await operator.reset("The model answers as fast as it did");
    await untilNative(load, 20);
    const afterReset = await nativeOf(scene);
    tell(`   The same users as before, no others: native for ${shareOf(afterReset)}.`);
    await pause();

    tell(`6. The flag goes to 100 %; the ceiling asks to see live requests do no worse.`);
    await operator.setFlag(FLAG, 100);
    await untilAllowed(operator, 50);
    const byComparison = await nativeOf(scene);
    tell(`   They do no worse, and it rises to 50 %: native for ${shareOf(byComparison)}.`);
    await pause();

    tell("7. The last step wants 24 hours of soaking; a person vouches for it with a pin instead.");
    await operator.pin(100, "A demo does not last for 24 hours");
    await untilNative(load, 40);
    const atLast = await nativeOf(scene);
    tell(`   Native for ${shareOf(atLast)}.`);
    await pause();

    await load.stop();
    return {
      users: USERS,
      native: { atFirst, bySuite, byShadow, afterTrip, afterReset, byComparison, atLast },
      shadowed,
      trip,
      nativeUntilTrip,
      nativeAfterTrip,
      load: toAccount(load),
    };
  } finally {
    await load.stop();
  }
}
