import type { TurnEvent } from "#pam/turn-event.ts";
import type { Turn, TurnInput } from "#pam/turn.ts";

/** A turn that a test holds in its hand. */
export interface ScriptedTurn {
  readonly turn: Turn;
  readonly asked: readonly TurnInput[];
  /** Lets the oldest turn that waits say something; `text` ends it. */
  say(event: TurnEvent): void;
  answer(text: string): void;
  /** Turns that have been aborted. */
  readonly aborted: readonly string[];
}

interface Waiting {
  readonly events: TurnEvent[];
  wake: () => void;
}

const isLast = ({ kind }: TurnEvent): boolean => kind === "turn-end" || kind === "turn-error";

const toTurnEnd = (text: string): TurnEvent => ({
  kind: "turn-end",
  reason: "answered",
  text,
  uiActions: [],
  served: undefined,
  usage: { inputTokens: 0, outputTokens: 0 },
});

/** Waits for its test unless it is given what to answer at once. */
export function createScriptedTurn(atOnce?: (input: TurnInput) => string): ScriptedTurn {
  const asked: TurnInput[] = [];
  const aborted: string[] = [];
  const waiting: Waiting[] = [];

  async function* turn(input: TurnInput): AsyncGenerator<TurnEvent, void, void> {
    asked.push(input);
    if (atOnce !== undefined) {
      yield toTurnEnd(atOnce(input));
      return;
    }
    const own: Waiting = { events: [], wake: () => {} };
    waiting.push(own);
    input.signal?.addEventListener("abort", () => {
      aborted.push(input.message);
      own.events.push({
        kind: "turn-error",
        reason: { kind: "cancelled" },
        text: "",
        uiActions: [],
        mayHaveChanged: false,
      });
      own.wake();
    });
    for (;;) {
      const event = own.events.shift();
      if (event === undefined) {
        const { promise, resolve } = Promise.withResolvers<void>();
        own.wake = resolve;
        // oxlint-disable-next-line no-await-in-loop -- events come one after another
        await promise;
        continue;
      }
      if (isLast(event)) waiting.splice(waiting.indexOf(own), 1);
      yield event;
      if (isLast(event)) return;
    }
  }

  const say = (event: TurnEvent): void => {
    const [oldest] = waiting;
    if (oldest === undefined) throw new Error("No turn waits");
    oldest.events.push(event);
    oldest.wake();
  };
  return { turn, asked, aborted, say, answer: (text) => say(toTurnEnd(text)) };
}
