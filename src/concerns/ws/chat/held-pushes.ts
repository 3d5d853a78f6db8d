import { toPushText } from "#concerns/ws/frames/push-text.ts";
import type { Push } from "#pam/pushes/index.ts";
import type { Tally } from "#platform/metrics.ts";

/** More than this nobody wants to be told at once; the oldest go. */
const MAX_HELD = 32;

export interface HeldPushesOptions {
  readonly send: (text: string) => void;
  readonly dropped: Tally;
}

/**
 * Pushes that wait until an answer is out: the web client takes the first frame with a message for the answer to its
 * chat, whatever its type.
 */
export class HeldPushes {
  readonly #options: HeldPushesOptions;
  #held: Push[] = [];

  constructor(options: HeldPushesOptions) {
    this.#options = options;
  }

  hold(push: Push): void {
    this.#held.push(push);
    if (this.#held.length <= MAX_HELD) return;
    this.#held.shift();
    this.#options.dropped.add();
  }

  release(): void {
    if (this.#held.length === 0) return;
    const held = this.#held;
    this.#held = [];
    for (const push of held) this.#options.send(toPushText(push));
  }
}
