const WITHIN_MS = 3_000;

/** What a balancer answers that has nobody behind it. */
const NOBODY_THERE: ReadonlySet<number> = new Set([502, 503, 504]);

/** Tells whether somebody answers there: any answer but a gateway's counts, that of a path nobody knows too. Never rejects. */
export const createLegacyProbe =
  (origin: URL, fetch: typeof globalThis.fetch): (() => Promise<boolean>) =>
  async () => {
    try {
      const answer = await fetch(origin, {
        method: "HEAD",
        redirect: "manual",
        signal: AbortSignal.timeout(WITHIN_MS),
      });
      return !NOBODY_THERE.has(answer.status);
    } catch {
      return false;
    }
  };
