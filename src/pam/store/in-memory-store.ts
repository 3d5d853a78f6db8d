import type { HistoryMessage } from "./history-message.ts";
import { checkSnapshot, type InstanceState } from "./instance-state.ts";
import type {
  AppendResult,
  PamInstance,
  PamInstanceStore,
  StoreHealth,
  TurnLease,
  TurnOptions,
} from "./pam-instance-store.ts";
import type { PendingConfirmation } from "./pending-confirmation.ts";
import { createProcessMemory, type ProcessMemory } from "./process-memory.ts";

export interface InMemoryStoreOptions {
  readonly memory?: ProcessMemory;
}

/** Never aborted: nobody can take a turn away from within the process. */
const KEPT_FOR_EVER = new AbortController().signal;

/** Keeps instances in this process: they end with it, and other processes do not see them. */
export class InMemoryPamInstanceStore implements PamInstanceStore {
  readonly #memory: ProcessMemory;

  constructor({ memory = createProcessMemory() }: InMemoryStoreOptions = {}) {
    this.#memory = memory;
  }

  async beginTurn({ userId, sessionId }: TurnOptions, signal: AbortSignal): Promise<TurnLease> {
    const end = await this.#memory.turns.enter(userId, signal);
    return {
      userId,
      sessionId,
      fence: 0,
      signal: KEPT_FOR_EVER,
      [Symbol.asyncDispose]: async () => end(),
    };
  }

  async read(userId: string): Promise<PamInstance> {
    return this.#memory.instances.read(userId);
  }

  async update(userId: string, state: InstanceState): Promise<void> {
    checkSnapshot(state.context);
    this.#memory.instances.update(userId, state);
  }

  async takePending(userId: string): Promise<PendingConfirmation | undefined> {
    return this.#memory.instances.takePending(userId);
  }

  async append(
    { userId, fence }: TurnLease,
    messages: readonly HistoryMessage[],
  ): Promise<AppendResult> {
    const dated = this.#memory.date(messages);
    this.#memory.instances.append(
      userId,
      dated.map((message) => ({ fence, message })),
    );
    return "kept";
  }

  async forget(userId: string): Promise<void> {
    this.#memory.instances.forget(userId);
  }

  health(): StoreHealth {
    return { isDegraded: false, unsavedUsers: 0, problem: undefined };
  }

  async close(): Promise<void> {}
}
