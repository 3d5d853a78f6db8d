interface UnderWay<Answer> {
  readonly answer: Promise<Answer>;
  readonly caller: AbortController;
  waiting: number;
}

export interface Shared<Answer> {
  readonly answer: Answer;
  /** Somebody else had asked for it. */
  readonly isJoined: boolean;
}

/**
 * One answer for all who ask the same before it is there. Its signal aborts when the last of them has gone, and
 * whoever asks from then on has one of their own. Rejects as the answer does.
 */
export type ShareAnswer<Answer> = (
  key: string,
  signal: AbortSignal,
  begin: (signal: AbortSignal) => Promise<Answer>,
) => Promise<Shared<Answer>>;

export function createSharedAnswers<Answer>(): ShareAnswer<Answer> {
  const underWay = new Map<string, UnderWay<Answer>>();

  return async (key, signal, begin) => {
    function forget(gone: UnderWay<Answer>): void {
      if (underWay.get(key) === gone) underWay.delete(key);
    }

    function open(): UnderWay<Answer> {
      const caller = new AbortController();
      const answer = begin(caller.signal).finally(() => forget(opened));
      const opened = { caller, waiting: 0, answer };
      underWay.set(key, opened);
      return opened;
    }

    const other = underWay.get(key);
    const mine = other ?? open();
    mine.waiting += 1;
    const leave = (): void => {
      mine.waiting -= 1;
      if (mine.waiting > 0) return;
      forget(mine);
      mine.caller.abort();
    };
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
    try {
      return { answer: await mine.answer, isJoined: other !== undefined };
    } finally {
      signal.removeEventListener("abort", leave);
    }
  };
}
