import {
  type Fault,
  isNative,
  plantAFault,
  raise,
  repair,
  runTheSuite,
  type Scene,
  shadowAFew,
  type Shadowed,
  shadowAll,
  type UserIds,
  vouch,
} from "./acts.ts";
import { createUsers, type Load, startLoad } from "./load.ts";
import { createOperator } from "./operator.ts";
import { openStage } from "./stage.ts";

export interface StoryOptions {
  readonly tell: (line: string) => void;
  /** Between two acts, for whoever watches. */
  readonly pause: () => Promise<void>;
  /** Ends it at once. */
  readonly signal: AbortSignal;
}

/** What came of it, for whoever holds it to what was promised. */
export interface Story {
  readonly users: number;
  /** Whose chat was native at the end of each act. */
  readonly native: {
    readonly atFirst: UserIds;
    readonly bySuite: UserIds;
    readonly byShadow: UserIds;
    readonly afterReset: UserIds;
    readonly byComparison: UserIds;
    readonly byPin: UserIds;
  };
  readonly shadowed: Shadowed;
  readonly fault: Fault;
  readonly load: LoadAccount;
}

export interface LoadAccount {
  readonly sent: number;
  readonly answered: number;
  readonly lost: number;
  /** Answers with another status than 200, which legacy gives to each of these requests. */
  readonly errors: number;
  /** Chats that were answered natively. */
  readonly native: number;
}

const USERS = 400;
/** Requests under way at a time: few, while the suite runs beside them. */
const AT_FIRST = 8;

function toAccount({ asked, sent }: Load): LoadAccount {
  const answers = asked.flatMap(({ answer }) => answer ?? []);
  return {
    sent,
    answered: answers.length,
    lost: sent - answers.length,
    errors: answers.filter(({ status }) => status !== 200).length,
    native: asked.filter(isNative).length,
  };
}

async function playActs(scene: Scene, pause: StoryOptions["pause"]): Promise<Story> {
  const atFirst = await shadowAFew(scene);
  await pause();
  const bySuite = await runTheSuite(scene);
  await pause();
  const { native: byShadow, shadowed } = await shadowAll(scene);
  await pause();
  const fault = await plantAFault(scene);
  await pause();
  const afterReset = await repair(scene);
  await pause();
  const byComparison = await raise(scene);
  await pause();
  const byPin = await vouch(scene);
  await pause();
  await scene.load.stop();
  return {
    users: scene.users.length,
    native: { atFirst, bySuite, byShadow, afterReset, byComparison, byPin },
    shadowed,
    fault,
    load: toAccount(scene.load),
  };
}

async function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = (): void => reject(new Error("The story was ended before its end"));
    if (signal.aborted) end();
    signal.addEventListener("abort", end, { once: true });
  });
}

/**
 * Plays a whole rollout of chat, under load from its beginning to its end: shadowed, natively for 5 % and 25 %, a fault
 * in the model that native asks, the guard's trip, the way back to legacy, the repair, and natively for everybody.
 * Rejects where an act does not come to its end.
 */
export async function playStory({ tell, pause, signal }: StoryOptions): Promise<Story> {
  await using stage = await openStage();
  const banyan = await stage.startBanyan();
  const users = await createUsers(USERS);
  tell(`Dashboard: ${banyan.adminUrl.href}`);
  const load = startLoad({ publicUrl: banyan.publicUrl, users, atOnce: AT_FIRST });
  const operator = createOperator(banyan);
  const acts = playActs({ stage, banyan, operator, load, users, tell }, pause);
  // Where it is ended by hand, nobody hears what the rest of it came to.
  acts.catch(() => {});
  try {
    return await Promise.race([acts, aborted(signal)]);
  } finally {
    await load.stop();
  }
}
