import { BoundedBytes } from "#platform/bounded-bytes.ts";
import { decodeBody } from "#platform/decode-body.ts";
import type { MemoryBudget } from "#platform/memory-budget.ts";
import type { HandoffOutcome } from "#routing/handoff/handoff-tally.ts";
import { readChat } from "#routing/handoff/read-chat.ts";
import type { PassedTurn } from "#routing/handoff/said.ts";
import type { ExchangeTap, RawHeaders } from "#routing/upstream/index.ts";

/** The legacy takes 32 KiB of what it knows; a body may hold more that it ignores. */
const MAX_REQUEST_BYTES = 65_536;
const MAX_ANSWER_BYTES = 262_144;

export interface RequestWatchOptions {
  readonly budget: MemoryBudget;
  /**
   * Called once at most, when the client has its answer. `read` gives what passed and lets go of it; false says that
   * it will not be called.
   */
  readonly onEnded: (read: () => Promise<PassedTurn | HandoffOutcome>) => boolean;
  readonly onSkipped: (outcome: HandoffOutcome) => void;
}

const valuesOf = (headers: RawHeaders, name: string): readonly string[] =>
  headers.filter((_, at) => at % 2 === 1 && headers[at - 1]?.toLowerCase() === name);

/** Copies both bodies of a chat over REST, as far as a chat may go, and hands them on when the client has its answer. */
export class RequestWatch implements ExchangeTap {
  readonly #options: RequestWatchOptions;
  readonly #request: BoundedBytes;
  readonly #answer: BoundedBytes;
  /** `undefined` until there is a head. */
  #status: number | undefined;
  #encoding: string | undefined;

  constructor(options: RequestWatchOptions) {
    this.#options = options;
    this.#request = new BoundedBytes(MAX_REQUEST_BYTES, options.budget);
    this.#answer = new BoundedBytes(MAX_ANSWER_BYTES, options.budget);
  }

  requestBytes(chunk: Buffer): void {
    this.#request.append(chunk);
  }

  answerHead(status: number, headers: RawHeaders): void {
    this.#status = status;
    this.#encoding = valuesOf(headers, "content-encoding").join(",") || undefined;
    if (status !== 200) this.#request.release();
  }

  answerBytes(chunk: Buffer): void {
    if (this.#status === 200) this.#answer.append(chunk);
  }

  ended(isComplete: boolean): void {
    if (this.#status !== 200 || !isComplete) this.#skip("no-turn");
    else if (this.#request.hasOverflowed || this.#answer.hasOverflowed) this.#skip("unreadable");
    else if (!this.#options.onEnded(async () => this.#read())) this.#release();
  }

  #skip(outcome: HandoffOutcome): void {
    this.#release();
    this.#options.onSkipped(outcome);
  }

  #release(): void {
    this.#request.release();
    this.#answer.release();
  }

  async #read(): Promise<PassedTurn | HandoffOutcome> {
    try {
      const answer = await decodeBody(this.#encoding, this.#answer.bytes, MAX_ANSWER_BYTES);
      return readChat(this.#request.bytes.toString(), answer.toString());
    } catch {
      return "unreadable";
    } finally {
      this.#release();
    }
  }
}
