import { startDeadline } from "../deadline.ts";
import type { ClientScheduler, GetToken } from "../ports.ts";
import { untilAborted } from "../until-aborted.ts";

export type FoundToken =
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "none" }
  /** It is the one that was refused. */
  | { readonly kind: "refused" }
  /** `getToken` failed, or took too long: it may work later. */
  | { readonly kind: "failed" };

export interface FindTokenOptions {
  readonly getToken: GetToken;
  readonly scheduler: ClientScheduler;
  readonly limitMs: number;
  readonly refusedToken: string | undefined;
  readonly signal: AbortSignal;
}

/** Never rejects. */
export async function findToken(options: FindTokenOptions): Promise<FoundToken> {
  const { getToken, refusedToken } = options;
  const deadline = startDeadline(options);
  const { signal } = deadline;
  try {
    // Within the chain, so that one that throws at once fails as well.
    const asked = Promise.resolve({ signal, refusedToken }).then(getToken);
    const token = (await untilAborted(asked, signal)) ?? "";
    if (token === "") return { kind: "none" };
    return token === refusedToken ? { kind: "refused" } : { kind: "token", token };
  } catch {
    return { kind: "failed" };
  } finally {
    deadline.end();
  }
}
