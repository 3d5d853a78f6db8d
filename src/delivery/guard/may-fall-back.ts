import type { Route } from "#routing/route.ts";

export interface NativeFailure {
  readonly method: string;
  /** `undefined` where no row names the path. */
  readonly route: Pick<Route, "effect"> | undefined;
  /** Whether anything of the native answer has gone to the client. */
  readonly hasBegun: boolean;
  /** What native would answer with. */
  readonly status: number;
  readonly isClientGone: boolean;
  /** An operator asked for native and wants to see what it does. */
  readonly isOverride: boolean;
}

/**
 * Whether legacy may answer in the place of a native side that failed. Only a read, by its method and by its row,
 * can be asked again without harm (RFC 9110 §9.2.1), and only while the client has nothing of the first answer. Pure.
 */
export function mayFallBack(failure: NativeFailure): boolean {
  const { method, route, hasBegun, status, isClientGone, isOverride } = failure;
  if (method !== "GET" && method !== "HEAD") return false;
  if (route?.effect !== "read") return false;
  return status >= 500 && !hasBegun && !isClientGone && !isOverride;
}
