import type { LegacyKnowledge } from "#delivery/guard/tolerated-share.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

function toAge(ageMs: number): string {
  if (ageMs < MINUTE_MS) return "less than a minute ago";
  if (ageMs < 2 * HOUR_MS) return `${Math.floor(ageMs / MINUTE_MS)} min ago`;
  return `${Math.floor(ageMs / HOUR_MS)} h ago`;
}

const toPercent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;

/** What a native side without a legacy beside it is held against, in one sentence. Pure. */
export function toAloneText({
  remembered,
  toleratedShare,
  ageMs,
}: Pick<LegacyKnowledge, "remembered"> & {
  readonly toleratedShare: number;
  readonly ageMs: number;
}): string {
  const tolerated = `${toPercent(toleratedShare)} of failures are tolerated`;
  return remembered === undefined
    ? `Too little is known of legacy to compare with: ${tolerated}.`
    : `Legacy failed ${remembered.bad} of ${remembered.count} requests when it was last seen, ${toAge(ageMs)}: ${tolerated}.`;
}
