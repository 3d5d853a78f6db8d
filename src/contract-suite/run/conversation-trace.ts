import { type Difference, toShortText } from "#contract-suite/compare/difference.ts";
import type { SocketEvent } from "#contract-suite/wire/socket-client.ts";

/** What was said on a socket, in its order. */
export type Said =
  | { readonly kind: "sent"; readonly data: string }
  | { readonly kind: "got"; readonly event: SocketEvent };

export interface ConversationTrace {
  readonly kind: "conversation";
  readonly target: string;
  /** The status of the handshake's answer; `undefined` where there was none. */
  readonly status: number | undefined;
  /** Of that answer, names and values in turn. */
  readonly headers: readonly string[];
  readonly said: readonly Said[];
}

/** One difference of a conversation, in words. */
export const differ = (
  path: string,
  kind: Difference["kind"],
  [expected, got]: readonly [string, string],
): readonly Difference[] => [
  { path, kind, expected: toShortText(expected), got: toShortText(got) },
];

/** What came, in words. */
export const describeEvent = (event: SocketEvent | undefined): string => {
  switch (event?.kind) {
    case undefined:
      return "nothing";
    case "text":
      return event.text;
    case "binary":
      return `${event.bytes.length} bytes of binary`;
    case "close":
      return `close ${event.code} "${event.reason}"`;
  }
};
