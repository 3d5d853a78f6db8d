/** Another process that runs the same program, seen from the one that started it. */
export interface WorkerProcess {
  /** Counts up from 1; no two ever have the same. */
  readonly id: number;
  /** The system's; for whoever wants to look at it. */
  readonly pid: number | undefined;
  /** Anything that structured cloning takes. Lost where the process is gone. */
  send(message: object): void;
  /** Ends it at once, with nothing more done. */
  kill(): void;
}

export interface WorkerEvents {
  message(message: unknown): void;
  /** Once, and the last of all. `how` is for a person to read. */
  ended(how: string): void;
}

export type StartWorker = (events: WorkerEvents) => WorkerProcess;

/** The process that started this one. */
export interface PrimaryLink {
  /** Counts up from 1, as `WorkerProcess.id`. */
  readonly workerId: number;
  /** `onSent` is called when the message has left this process, or never will. */
  send(message: object, onSent?: () => void): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called when the primary is gone, however it went. */
  onGone(listener: () => void): void;
}
