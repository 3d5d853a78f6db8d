/** A proxy that runs in a process of its own in front of the upstream. */
export interface RunningVariant extends AsyncDisposable {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
}

export interface VariantContext {
  readonly upstreamPort: number;
  /** A folder of this run, removed at its end. */
  readonly folder: string;
}

export interface Variant {
  readonly name: string;
  /** What it is, in the words of the report. */
  readonly label: string;
  /** A bar is held against it, or it is what is measured; the quick run leaves out the others. */
  readonly isJudged: boolean;
  /** Why it cannot run here; `undefined` where it can. */
  problem(): string | undefined;
  start(context: VariantContext): Promise<RunningVariant>;
}

/** The processor of what is measured, and that of everything else. */
export const MEASURED_CPU = 0;
export const LOAD_CPU = 1;
