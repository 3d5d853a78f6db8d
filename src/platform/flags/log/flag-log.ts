/** One change of a flag at its source, as that has written it down. */
export interface LoggedFlip {
  /** A later one has a higher number. */
  readonly id: number;
  /** Milliseconds since the epoch, by the source's clock. */
  readonly atMs: number;
  readonly flag: string;
  /** Each as a line for a person, such as `30 % by userId`. */
  readonly from: string;
  readonly to: string;
  readonly by: string;
  /** It may be Banyan's own: whoever did it had a token as Banyan has one, or Banyan's. */
  readonly isByToken: boolean;
}

export interface LoggedFlips {
  /** The oldest first. */
  readonly flips: readonly LoggedFlip[];
  /** The newest number there is, whatever it tells of. */
  readonly lastId: number;
  /** There were more than are read at once: the oldest of them are missing. */
  readonly isCut: boolean;
}

/** What a source of flags writes down of who changed them. */
export interface FlagLog {
  /** Another source's numbers are others. */
  readonly name: string;
  /** Rejects where the log cannot be read. */
  newestId(): Promise<number>;
  /** What came after `id`; rejects where the log cannot be read. */
  after(id: number): Promise<LoggedFlips>;
}
