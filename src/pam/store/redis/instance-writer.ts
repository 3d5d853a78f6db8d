import { z } from "zod";

import type { Redis } from "#platform/redis/index.ts";

import { EXPIRY_MS, type HeldInstances, type Unsaved } from "../held-instances.ts";
import { encodeMessage, MAX_MESSAGES } from "../history-message.ts";
import { encodeState } from "../instance-state.ts";
import type { InstanceKeys } from "./keys.ts";
import type { Outage } from "./outage.ts";
import { SAVE_INSTANCE } from "./scripts.ts";

/** Ids of messages that were not kept, because a later turn had begun. */
type SupersededIds = readonly string[];

export interface InstanceWriter {
  /** Users with changes that could not be saved. */
  readonly behind: ReadonlySet<string>;
  /** Saves what is unsaved of a user, one save at a time. Never rejects. */
  save(userId: string): Promise<SupersededIds>;
  /** Saves what could not be saved before. */
  catchUp(): Promise<void>;
  /** Resolves when nothing is being saved. */
  settled(): Promise<void>;
}

export interface InstanceWriterOptions {
  readonly redis: Redis;
  readonly instances: HeldInstances;
  readonly keysOf: (userId: string) => InstanceKeys;
  readonly outage: Outage;
}

const textsSchema = z.array(z.string());

function toArguments({ isForgotten, state, messages }: Unsaved): (string | number)[] {
  const fields = Object.keys(state).length === 0 ? [] : encodeState(state);
  return [
    EXPIRY_MS,
    MAX_MESSAGES,
    isForgotten ? 1 : 0,
    fields.length,
    ...fields,
    ...messages.flatMap(({ fence, message }) => [fence, encodeMessage(message)]),
  ];
}

/** Brings Redis up to date with what this process has in hand. */
export function createInstanceWriter({
  redis,
  instances,
  keysOf,
  outage,
}: InstanceWriterOptions): InstanceWriter {
  const behind = new Set<string>();
  /** The last of each user's saves, with the results of those it waited for. */
  const saving = new Map<string, Promise<SupersededIds>>();

  async function write(userId: string, unsaved: Unsaved): Promise<SupersededIds> {
    const { state, history, fence } = keysOf(userId);
    const reply = await redis.run(SAVE_INSTANCE, [state, history, fence], toArguments(unsaved));
    const texts = textsSchema.parse(reply);
    const superseded = unsaved.messages
      .filter(({ message }) => texts.includes(encodeMessage(message)))
      .map(({ message }) => message.id);
    instances.settle(userId, unsaved);
    instances.withdraw(userId, superseded);
    return superseded;
  }

  async function saveNow(userId: string): Promise<SupersededIds> {
    const unsaved = instances.unsavedOf(userId);
    try {
      const superseded = unsaved === undefined ? [] : await write(userId, unsaved);
      behind.delete(userId);
      return superseded;
    } catch (error) {
      // Whoever begins a turn meanwhile cannot know of this one: its messages are worth more than their order.
      instances.liftFences(userId);
      behind.add(userId);
      outage.begin(error);
      return [];
    }
  }

  async function saveAfter(
    before: Promise<SupersededIds> | undefined,
    userId: string,
  ): Promise<SupersededIds> {
    const earlier = before === undefined ? [] : await before;
    return [...earlier, ...(await saveNow(userId))];
  }

  async function save(userId: string): Promise<SupersededIds> {
    const last = saveAfter(saving.get(userId), userId);
    saving.set(userId, last);
    try {
      return await last;
    } finally {
      if (saving.get(userId) === last) saving.delete(userId);
    }
  }

  return {
    behind,
    save,
    async catchUp() {
      for (const userId of behind) {
        // oxlint-disable-next-line no-await-in-loop -- the server has just come back: one after the other
        await save(userId);
        if (behind.has(userId)) return;
      }
    },
    async settled() {
      await Promise.allSettled(saving.values());
    },
  };
}
