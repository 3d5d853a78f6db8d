/** One request that legacy answers, as far as shadowing needs to know it. */
export interface ShadowSubject {
  readonly requestId: string;
  readonly routeId: string;
  /** The key of the cohort, by which samples are drawn. */
  readonly cohort: string;
  readonly method: string;
  /** In origin form, as the client sent it. */
  readonly target: string;
  /** The client's headers: names and values in turn. */
  readonly headers: readonly string[];
  /** True where legacy may be asked again, because asking changes nothing. */
  readonly isSafe: boolean;
}
