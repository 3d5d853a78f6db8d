/*
 * Answers that are given again. The cache of answers and the memory of users meet here: a question is the same only
 * where what the model would read with it is the same.
 */
import { hash } from "node:crypto";

import { z } from "zod";

import type { CacheQuestion, ResponseCache } from "./response-cache/index.ts";
import type { DatedMessage, PamInstanceStore } from "./store/index.ts";
import { type ClientContext, readContext } from "./turn/read-context.ts";

export interface AskedQuestion {
  readonly userId: string;
  /** Sanitised. */
  readonly message: string;
  /** As the client sent it, sanitised: by it, and by user and message, an answer is found. */
  readonly context: ClientContext;
  /** The same with what the database knows of the user. */
  readonly known: ClientContext;
}

export type Kept =
  | { readonly kind: "hit"; readonly response: string }
  /** `keep` has the answer given again to whoever asks the same soon. */
  | { readonly kind: "miss"; readonly keep: (response: string) => Promise<void> };

export interface KeptAnswers {
  /** Never rejects. */
  find(question: AskedQuestion): Promise<Kept>;
}

export interface KeptAnswersOptions {
  readonly cache: Pick<ResponseCache, "read" | "store">;
  readonly store: Pick<PamInstanceStore, "read">;
}

/** For clients that send again what they had no answer to in time; whoever asks later wants to hear something new. */
const KEEP_SECONDS = 60;
/** Of the history's 20: a question that is repeated pushes the oldest out, and is the same question all the same. */
const NEWEST_MESSAGES = 12;

/** What is another thing each time, and says nothing of the user. */
const FLEETING = [
  "timestamp",
  "server_timestamp",
  "server_timestamp_utc",
  "timezone_info",
  "message_id",
] as const;

/** A context without what differs each time the same is sent. */
export function withoutFleeting(context: ClientContext): ClientContext {
  const rest = { ...context };
  for (const key of FLEETING) delete rest[key];
  return rest;
}

/** Texts of a conversation, without the last of it where that is the same question and its answer. */
function toPast(history: readonly DatedMessage[], message: string): readonly string[] {
  const texts = history.map((each) => (each.role === "tool" ? "" : `${each.role} ${each.text}`));
  const asked = `user ${message}`;
  let end = texts.length;
  while (end >= 2 && texts[end - 2] === asked) end -= 2;
  return texts.slice(Math.max(0, end - NEWEST_MESSAGES), end);
}

/** What was kept by a turn says after what; what somebody put there to be said is a text, or has one. */
const entrySchema = z.union([
  z.string().transform((response) => ({ response, after: undefined })),
  z.object({ response: z.string(), after: z.string().optional() }),
]);

function readEntry(text: string): z.infer<typeof entrySchema> | undefined {
  try {
    return entrySchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

const sortKeys = (_: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1)),
      )
    : value;

export function createKeptAnswers({ cache, store }: KeptAnswersOptions): KeptAnswers {
  /** All that the model would read with the question, in short. */
  async function situationOf({ userId, message, known }: AskedQuestion): Promise<string> {
    const { state, history } = await store.read(userId);
    const read = readContext(known, state.context);
    const situation = {
      past: toPast(history, message),
      known: withoutFleeting(read.known),
      language: read.language ?? state.language,
    };
    return hash("sha256", JSON.stringify(situation, sortKeys));
  }

  return {
    async find(asked) {
      const { userId, message } = asked;
      const question: CacheQuestion = { userId, message, context: withoutFleeting(asked.context) };
      const [text, after] = await Promise.all([cache.read(question), situationOf(asked)]);
      const entry = text === undefined ? undefined : readEntry(text);
      if (entry !== undefined && (entry.after === undefined || entry.after === after)) {
        return { kind: "hit", response: entry.response };
      }
      return {
        kind: "miss",
        keep: async (response) =>
          cache.store(question, JSON.stringify({ response, after }), KEEP_SECONDS),
      };
    },
  };
}
