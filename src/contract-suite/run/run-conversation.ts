import type { Conversation } from "#contract-suite/cases/case.ts";
import { boundDifferences, type Difference } from "#contract-suite/compare/difference.ts";
import type { CaseContext } from "#contract-suite/run/case-context.ts";
import {
  type ConversationTrace,
  differ,
  type Said,
} from "#contract-suite/run/conversation-trace.ts";
import { type Dialogue, takeTurn } from "#contract-suite/run/dialogue.ts";
import type { Target } from "#contract-suite/run/target.ts";
import { type Handshake, openSocket } from "#contract-suite/wire/socket-client.ts";

export interface ConversationResult {
  readonly differences: readonly Difference[];
  readonly trace: ConversationTrace;
}

const expectsPing = ({ turns }: Conversation): boolean =>
  turns.some((turn) => {
    if (turn.kind !== "expect" || turn.frame.expectation.kind !== "object") return false;
    const type = turn.frame.expectation.entries.get("type");
    return type?.kind === "scalar" && type.value === "ping";
  });

function compareHandshake(
  { refusal }: Conversation,
  handshake: Exclude<Handshake, { kind: "open" }>,
): readonly Difference[] {
  if (handshake.kind === "failed") {
    return differ("/handshake", "failed", ["an answer", handshake.problem]);
  }
  const got = `${handshake.status} ${handshake.body}`;
  if (refusal === undefined) return differ("/handshake/status", "handshake", ["101", got]);
  return refusal.status === handshake.status && refusal.body === handshake.body
    ? []
    : differ("/handshake", "handshake", [`${refusal.status} ${refusal.body}`, got]);
}

/** Plays the client of a conversation and compares what the server says; never rejects. */
export async function runConversation(
  conversation: Conversation,
  target: Target,
  context: CaseContext,
): Promise<ConversationResult> {
  const path = context.fill(conversation.target);
  const handshake = await openSocket({
    base: target.socketBase,
    target: path,
    headers: context.fillHeaders(conversation.headers),
    deadlineMs: target.patience.answerMs,
  });
  const said: Said[] = [];
  if (handshake.kind !== "open") {
    const answer =
      handshake.kind === "refused" ? handshake : ({ status: undefined, headers: [] } as const);
    const { status, headers } = answer;
    return {
      differences: compareHandshake(conversation, handshake),
      trace: { kind: "conversation", target: path, status, headers, said },
    };
  }
  const { socket } = handshake;
  const { headers } = socket;
  const trace = { kind: "conversation", target: path, status: 101, headers, said } as const;
  if (conversation.refusal !== undefined) {
    socket.terminate();
    const sides = [String(conversation.refusal.status), "101"] as const;
    return { differences: differ("/handshake/status", "handshake", sides), trace };
  }
  const hearsPings = expectsPing(conversation);
  const dialogue: Dialogue = { socket, target, context, said, hearsPings, frames: 0 };
  const differences: Difference[] = [];
  try {
    for (const turn of conversation.turns) {
      // oxlint-disable-next-line no-await-in-loop -- a turn answers the one before
      const result = await takeTurn(turn, dialogue);
      differences.push(...result.differences);
      if (result.isOver) break;
    }
  } finally {
    socket.terminate();
  }
  return { differences: boundDifferences(differences), trace };
}
