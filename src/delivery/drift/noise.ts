/** How often one field differed, between which sides, and of how many comparisons. */
export interface FieldCounts {
  /** Native against legacy. */
  readonly raw: number;
  readonly compared: number;
  /** Legacy against itself. */
  readonly noise: number;
  readonly baselines: number;
}

/** Both must be passed, as in Twitter's Diffy, whose figures the defaults are. */
export interface NoiseThresholds {
  /** Percent by which the two frequencies must differ, of their sum. */
  readonly relativePercent: number;
  /** Percent of all answers by which they must differ. */
  readonly absolutePercent: number;
  /** With fewer comparisons of either sort nothing is decided where legacy was asked again. */
  readonly minSamples: number;
}

export const DEFAULT_NOISE_THRESHOLDS: NoiseThresholds = {
  relativePercent: 20,
  absolutePercent: 0.03,
  minSamples: 20,
};

/** `undetermined`: too few answers to tell one from the other. */
export type NoiseVerdict = "drift" | "noise" | "undetermined";

const toShare = (count: number, total: number): number => (total === 0 ? 0 : count / total);

/**
 * Tells drift from noise: a field counts only where it differs more between native and legacy than between legacy and
 * legacy. Where legacy was never asked again nothing excuses a difference. Pure.
 */
export function judgeNoise(
  { raw, compared, noise, baselines }: FieldCounts,
  { relativePercent, absolutePercent, minSamples }: NoiseThresholds,
): NoiseVerdict {
  if (raw === 0) return "noise";
  if (baselines === 0) return "drift";
  if (compared < minSamples || baselines < minSamples) return "undetermined";
  const [rawShare, noiseShare] = [toShare(raw, compared), toShare(noise, baselines)];
  if (rawShare <= noiseShare) return "noise";
  const differ = rawShare - noiseShare;
  const isRelative = (differ / (rawShare + noiseShare)) * 100 > relativePercent;
  return isRelative && differ * 100 > absolutePercent ? "drift" : "noise";
}
