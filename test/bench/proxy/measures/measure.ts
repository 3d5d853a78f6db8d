import type { LoadClient } from "../load/load-client.ts";
import type { RunningVariant } from "../variants/variant.ts";

export interface MeasureContext {
  readonly client: LoadClient;
  /** Of everything that runs, by name. */
  readonly variants: ReadonlyMap<string, RunningVariant>;
  /** Another process of one of them, which has carried nothing yet. */
  readonly startFresh: (name: string) => Promise<RunningVariant>;
  readonly upstreamPort: number;
  readonly folder: string;
  readonly isQuick: boolean;
  /** How long a steady load goes on; default as long as the run can spare. */
  readonly soakMinutes?: number | undefined;
  readonly say: (line: string) => void;
  /** From 0 to below 1. */
  readonly random: () => number;
}

/** Readings by series and variant: one a round, in the order of the rounds. */
export class Readings {
  readonly #series = new Map<string, Map<string, number[]>>();

  add(series: string, variant: string, value: number): void {
    const variants = this.#series.get(series) ?? new Map<string, number[]>();
    this.#series.set(series, variants);
    const values = variants.get(variant) ?? [];
    variants.set(variant, values);
    values.push(value);
  }

  of(series: string, variant: string): readonly number[] {
    return this.#series.get(series)?.get(variant) ?? [];
  }

  variantsOf(series: string): readonly string[] {
    return [...(this.#series.get(series)?.keys() ?? [])];
  }

  toJson(): Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> {
    return Object.fromEntries(
      [...this.#series].map(([series, variants]) => [series, Object.fromEntries(variants)]),
    );
  }
}

export type Measure = (context: MeasureContext, readings: Readings) => Promise<void>;

/** Fisher and Yates: every order is as likely as any other, so no variant always comes first. */
export function shuffled<Item>(items: readonly Item[], random: () => number): readonly Item[] {
  const left = [...items];
  const order: Item[] = [];
  while (left.length > 0) order.push(...left.splice(Math.floor(random() * left.length), 1));
  return order;
}
