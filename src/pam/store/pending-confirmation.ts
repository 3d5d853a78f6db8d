import { z } from "zod";

/** As many as a turn may call; each is a digest. */
const MAX_CALLS = 8;
const MAX_DIGEST = 128;

const digest = z.string().min(1).max(MAX_DIGEST);

const pendingSchema = z.object({
  /** Of the conversation's name; null where it has none. */
  conversation: digest.nullable(),
  /** Milliseconds since the epoch. */
  askedAtMs: z.number(),
  calls: z.array(digest).min(1).max(MAX_CALLS),
});

/** What the last turn of a conversation did not do without the user's word: digests, since nothing else is needed. */
export type PendingConfirmation = Readonly<z.infer<typeof pendingSchema>>;

/** Nothing is pending where the text is empty. */
export const encodePending = (pending: PendingConfirmation | null): string =>
  pending === null ? "" : JSON.stringify(pending);

/** What cannot be read is no question that was asked. */
export function decodePending(text: string | null | undefined): PendingConfirmation | undefined {
  try {
    return pendingSchema.safeParse(JSON.parse(text ?? "")).data;
  } catch {
    return undefined;
  }
}
