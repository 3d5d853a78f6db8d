/** What is paused while too much waits. */
export interface Source {
  pause(): void;
  resume(): void;
}

export interface FrameQueueOptions {
  readonly source: Source;
  /** Handles one frame. Must not reject. */
  readonly handle: (frame: Buffer) => Promise<void>;
  /** Called when nothing waits and nothing is handled any more. */
  readonly onIdle: () => void;
}

/** As many as the legacy's server library holds. */
const MAX_FRAMES = 32;
const MAX_BYTES = 1_048_576;

/** Frames of one client, one at a time and in their order. While too many wait, nothing is read. */
export class FrameQueue {
  readonly #options: FrameQueueOptions;
  #frames: Buffer[] = [];
  #bytes = 0;
  #isRunning = false;
  #isHeld = false;
  #idle: PromiseWithResolvers<void> | undefined;

  constructor(options: FrameQueueOptions) {
    this.#options = options;
  }

  get isBusy(): boolean {
    return this.#isRunning;
  }

  push(frame: Buffer): void {
    this.#frames.push(frame);
    this.#bytes += frame.byteLength;
    this.#hold();
    if (!this.#isRunning) void this.#run();
  }

  /** Forgets what waits. */
  clear(): void {
    this.#frames = [];
    this.#bytes = 0;
    this.#hold();
  }

  async settled(): Promise<void> {
    if (!this.#isRunning) return;
    this.#idle ??= Promise.withResolvers();
    await this.#idle.promise;
  }

  #hold(): void {
    const isFull = this.#frames.length > MAX_FRAMES || this.#bytes > MAX_BYTES;
    if (isFull === this.#isHeld) return;
    this.#isHeld = isFull;
    if (isFull) this.#options.source.pause();
    else this.#options.source.resume();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (;;) {
      const frame = this.#frames.shift();
      if (frame === undefined) break;
      this.#bytes -= frame.byteLength;
      // oxlint-disable-next-line no-await-in-loop -- one after another is the point
      await this.#options.handle(frame);
      this.#hold();
    }
    this.#isRunning = false;
    this.#idle?.resolve();
    this.#idle = undefined;
    this.#options.onIdle();
  }
}
