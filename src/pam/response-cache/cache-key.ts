import { hash } from "node:crypto";

import { stripWhitespace } from "#contracts/schema/text.ts";

/** Begins the name of everything that the cache keeps; nothing else is ever read, counted or deleted. */
export const KEY_PREFIX = "pam:response:";
const METADATA_SUFFIX = ":metadata";

/** What an answer was given to. The same words of another user are another question. */
export interface CacheQuestion {
  readonly userId: string;
  readonly message: string;
  /** JSON that changes the answer; none, null and an empty object are one and the same. */
  readonly context?: unknown;
}

const digest = (text: string): string => hash("sha256", text).slice(0, 16);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const withSortedKeys = (_: string, value: unknown): unknown =>
  isObject(value)
    ? Object.fromEntries(
        Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1)),
      )
    : value;

/** The order of keys says nothing, so that it must not make another question. */
function toContextText(context: unknown): string {
  if (context === undefined || context === null) return "";
  if (isObject(context) && Object.keys(context).length === 0) return "";
  return `:${JSON.stringify(context, withSortedKeys)}`;
}

/** A message as questions are told apart: without white space at its ends, in lower case. */
export const normaliseMessage = (message: string): string => stripWhitespace(message).toLowerCase();

/** The legacy's own key: 16 hexadecimal digits of a SHA-256 over user, message and context. */
export const toCacheKey = ({ userId, message, context }: CacheQuestion): string =>
  KEY_PREFIX + digest(`${userId}:${normaliseMessage(message)}${toContextText(context)}`);

/** Where a shared level keeps what is known of an answer beside the answer itself. */
export const toMetadataKey = (key: string): string => key + METADATA_SUFFIX;

/** The key of the answer that a metadata key belongs to; `undefined` for any other key. */
export function fromMetadataKey(key: string): string | undefined {
  return key.endsWith(METADATA_SUFFIX) ? key.slice(0, -METADATA_SUFFIX.length) : undefined;
}

/** The set in which a shared level keeps the keys of one user's answers. */
export const toIndexKey = (userId: string): string => `pam:response-keys:${digest(userId)}`;
