/** What a command may touch of the process it runs in. `main.ts` hands the real ones in. */
export interface Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What was asked for. */
  readonly print: (text: string) => void;
  /** What is said beside it, so that printed JSON stays JSON. */
  readonly say: (text: string) => void;
  /** True where `say` reaches a terminal, on which a line can be redrawn. */
  readonly isInteractive?: boolean;
  /** Calls back for each SIGTERM and SIGINT. */
  readonly onSignal: (listener: (signal: string) => void) => void;
  /** Ends the process now, with nothing more done. */
  readonly exit: (status: number) => never;
}

/** 0: fine. 1: something was found. 2: it could not run. */
export type ExitStatus = 0 | 1 | 2;
