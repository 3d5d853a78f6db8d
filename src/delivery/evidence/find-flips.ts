/** Looks for flips of flags that were not ordered here, and writes each down once. */
export interface FindFlips {
  /**
   * `changedAtMs`: when the flags changed that were not looked at yet. Rejects where it could not look, or not write:
   * what was not written is found again.
   */
  look(changedAtMs: number): Promise<Found>;
}

/** `again`: something may still turn out to be an order of Banyan's own, which is written down a moment later. */
export type Found = "all" | "again";

/** What every such flip is written with. */
export interface FlipTerms {
  /** Banyan's own flags; of others nothing is written. */
  readonly isOwn: (flag: string) => boolean;
  /** The route that a flag decides alone, or what stands for several. */
  readonly routeOf: (flag: string) => string;
  readonly buildId: string;
}

/** How far back orders of Banyan's own are looked for. */
export const MOST_FLIPS = 500;
