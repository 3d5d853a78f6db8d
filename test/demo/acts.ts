import type { SpawnedBanyan } from "#support/spawn-banyan.ts";
import { until } from "#support/until.ts";

import { type Asked, type Load, type User } from "./load.ts";
import type { Operator, TripShown } from "./operator.ts";
import { FAULTY_MS, type Stage, THINKING_MS } from "./stage.ts";

/** What every act has at hand. */
export interface Scene {
  readonly stage: Stage;
  readonly banyan: SpawnedBanyan;
  readonly operator: Operator;
  readonly load: Load;
  readonly users: readonly User[];
  /** Told what happens, a line at a time. */
  readonly tell: (line: string) => void;
}

/** Ids of the users whose chat would be native. */
export type UserIds = ReadonlySet<string>;

const FLAG = "pam.chat.send";
const SHADOW_FLAG = "pam.chat.shadow";
/** Shares of users that are shadowed, in per cent. */
const A_FEW = 5;
const MANY = 40;
/** The longest that an act may take to come to its end. */
const ACT_MS = 60_000;
/** Requests that come at a time, beyond those at the beginning. */
const MORE_AT_ONCE = 32;

export const isNative = ({ route, answer }: Asked): boolean =>
  route === "chat.send" && answer?.side === "native";

/** The chats that were sent after a moment, as far as they are answered. */
const sentAfter = ({ asked }: Load, atMs: number): readonly Asked[] =>
  asked.filter(({ route, sentAtMs }) => route === "chat.send" && sentAtMs > atMs);

/** The chat's row, where nothing is wrong with it: a trip would be waited for in vain to go away. */
async function readSoundRow(operator: Operator): ReturnType<Operator["row"]> {
  const row = await operator.row();
  const trip = row.guard?.trip ?? undefined;
  if (trip === undefined) return row;
  throw new Error(`The guard tripped where no fault was planted: ${JSON.stringify(trip)}`);
}

async function untilAllowed({ operator }: Scene, percent: number): Promise<void> {
  await until(
    async () => ((await readSoundRow(operator)).ceiling?.allowedPercent ?? 0) >= percent,
    ACT_MS,
  );
}

/** Waits for so many native answers to chats that are sent from now on. */
async function untilNative({ operator, load }: Scene, count: number): Promise<void> {
  const fromMs = performance.now();
  await until(async () => {
    await readSoundRow(operator);
    return sentAfter(load, fromMs).filter(isNative).length >= count;
  }, ACT_MS);
}

const share = (some: UserIds, { users }: Scene): string =>
  `${some.size} of ${users.length} users (${((some.size / users.length) * 100).toFixed(1)} %)`;

export async function shadowAFew(scene: Scene): Promise<UserIds> {
  const { operator, users, tell } = scene;
  tell(`1. The flag ${FLAG} is set to 25 %, and a few answers are shadowed.`);
  await operator.setFlag(FLAG, 25);
  await operator.setFlag(SHADOW_FLAG, A_FEW);
  await until(async () => (await operator.compared()).compared >= 3, ACT_MS);
  const native = await operator.nativeUsers(users);
  tell(
    `   Nothing is shown of this build, and the ceiling is 0 %. Native: ${share(native, scene)}.`,
  );
  return native;
}

export async function runTheSuite(scene: Scene): Promise<UserIds> {
  const { stage, operator, load, users, tell } = scene;
  tell("2. The contract suite judges an instance of the same build, as a pipeline would.");
  const judged = await stage.startJudged();
  await operator.reportSuite(judged);
  await judged.stop();
  await untilAllowed(scene, 5);
  load.grow(MORE_AT_ONCE);
  await untilNative(scene, 5);
  const native = await operator.nativeUsers(users);
  tell(
    `   It is green and reports that: the ceiling rises to 5 %. Native: ${share(native, scene)}.`,
  );
  return native;
}

export interface Shadowed {
  readonly compared: number;
  readonly clean: number;
}

export async function shadowAll(
  scene: Scene,
): Promise<{ readonly native: UserIds; readonly shadowed: Shadowed }> {
  const { operator, users, tell } = scene;
  tell("3. Many of legacy's answers are shadowed.");
  await operator.setFlag(SHADOW_FLAG, MANY);
  await untilAllowed(scene, 25);
  const shadowed = await operator.compared();
  await operator.setFlag(SHADOW_FLAG, A_FEW);
  await untilNative(scene, 40);
  const native = await operator.nativeUsers(users);
  const { compared, clean } = shadowed;
  tell(`   ${compared} are compared; ${compared - clean} differ in what nobody decided.`);
  tell(`   The ceiling rises, and the flag's 25 % hold. Native: ${share(native, scene)}.`);
  return { native, shadowed };
}

export interface Fault {
  readonly native: UserIds;
  readonly trip: TripShown;
  /** Native answers from the planted fault to the trip. */
  readonly untilTrip: number;
  /** Requests that were sent when the trip was known, and native all the same. */
  readonly afterTrip: number;
  /** The longest that a client waited for an answer meanwhile. */
  readonly slowestMs: number;
}

export async function plantAFault(scene: Scene): Promise<Fault> {
  const { stage, banyan, operator, load, users, tell } = scene;
  tell(`4. The model that native chat asks takes ${FAULTY_MS} ms in place of ${THINKING_MS}.`);
  const plantedAt = load.asked.length;
  stage.model.thinkingMs = FAULTY_MS;
  await until(
    () => banyan.logLines().some(({ message }) => message === "The guard tripped"),
    ACT_MS,
  );
  const knownAtMs = performance.now();
  const untilTrip = load.asked.slice(plantedAt).filter(isNative).length;
  const trip = (await operator.row()).guard?.trip ?? undefined;
  if (trip === undefined) throw new Error("The guard has tripped, and shows no trip");
  tell(`   The guard trips by ${trip.signal}, ${untilTrip} native answers later.`);
  await until(() => load.isThrough(knownAtMs) && sentAfter(load, knownAtMs).length >= 40, ACT_MS);
  const native = await operator.nativeUsers(users);
  const slowestMs = Math.max(...load.asked.slice(plantedAt).map(({ tookMs }) => tookMs));
  tell(`   Everybody is on legacy again. Native: ${share(native, scene)}.`);
  tell(`   What clients saw of it: answers as always, after ${Math.round(slowestMs)} ms at most.`);
  const afterTrip = sentAfter(load, knownAtMs).filter(isNative).length;
  return { native, trip, untilTrip, afterTrip, slowestMs };
}

export async function repair(scene: Scene): Promise<UserIds> {
  const { stage, operator, users, tell } = scene;
  tell("5. The model is repaired, and a person resets the guard.");
  stage.model.thinkingMs = THINKING_MS;
  await operator.reset("The model answers as fast as it did");
  await untilNative(scene, 20);
  const native = await operator.nativeUsers(users);
  tell(`   The very same users are native again, and no others: ${share(native, scene)}.`);
  return native;
}

export async function raise(scene: Scene): Promise<UserIds> {
  const { operator, users, tell } = scene;
  tell("6. The flag is set to 100 %; the ceiling waits for live requests to do no worse.");
  await operator.setFlag(FLAG, 100);
  await untilAllowed(scene, 50);
  const native = await operator.nativeUsers(users);
  tell(`   They do no worse, and it rises to 50 %. Native: ${share(native, scene)}.`);
  return native;
}

export async function vouch(scene: Scene): Promise<UserIds> {
  const { operator, users, tell } = scene;
  tell(
    "7. The last step is earned in 24 hours; a person vouches for the route with a pin instead.",
  );
  await operator.pin(100, "A demo does not last for 24 hours");
  await untilNative(scene, 40);
  const native = await operator.nativeUsers(users);
  tell(`   Native: ${share(native, scene)}.`);
  return native;
}
