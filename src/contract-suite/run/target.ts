import type { Side } from "#contract-suite/cases/case.ts";
import type { HttpClient } from "#contract-suite/wire/http-client.ts";

export interface Patience {
  /** How long an answer or an expected frame may take. */
  readonly answerMs: number;
  /** How long nothing must come where nothing is expected. */
  readonly quietMs: number;
}

/** Where cases are sent, and as what it is judged. */
export interface Target {
  readonly http: HttpClient;
  /** `ws:` or `wss:`. */
  readonly socketBase: URL;
  readonly side: Side;
  /** True where answers must be the recorded bytes; false where the same JSON may be written otherwise. */
  readonly isExact: boolean;
  readonly patience: Patience;
}
