import { toMessage } from "#platform/errors.ts";

interface CheckResult {
  readonly isReady: boolean;
  /** It is ready without something that it should have. */
  readonly isDegraded?: boolean;
  /** For a person to read, in either case. */
  readonly reason: string;
}

/** One thing that must hold before requests are sent here. It may throw: that is not ready. */
export interface ReadinessCheck {
  readonly name: string;
  readonly run: () => CheckResult | Promise<CheckResult>;
}

export interface ReadinessReport {
  readonly status: "ready" | "not-ready" | "draining";
  readonly checks: readonly {
    readonly name: string;
    readonly status: "ok" | "degraded" | "failing";
    readonly reason: string;
  }[];
}

async function runCheck({ name, run }: ReadinessCheck): Promise<ReadinessReport["checks"][number]> {
  try {
    const { isReady, isDegraded = false, reason } = await run();
    return { name, status: isReady ? (isDegraded ? "degraded" : "ok") : "failing", reason };
  } catch (error) {
    return { name, status: "failing", reason: toMessage(error) };
  }
}

/** Runs every check, failing ones included, so that a report is always whole. Never rejects. */
export async function checkReadiness(
  checks: readonly ReadinessCheck[],
  isDraining: boolean,
): Promise<ReadinessReport> {
  const results = await Promise.all(checks.map(runCheck));
  const isReady = results.every(({ status }) => status !== "failing");
  const status = isDraining ? "draining" : isReady ? "ready" : "not-ready";
  return { status, checks: results };
}
