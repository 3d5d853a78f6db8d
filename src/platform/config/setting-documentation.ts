import { z } from "zod";

/** What `--help` and the README's tables say of one variable. */
export interface Documentation {
  readonly meaning: string;
  /** Said of a variable that is not set, where no plain default value stands for it. */
  readonly fallback?: string;
}

/** Where each variable's schema has what is said of it. */
export const documentation = z.registry<Documentation>();

/** What is said of a wrong value. */
export interface Expectation {
  /** What a right value looks like. */
  readonly expected: string;
  /** Never printed, never logged. */
  readonly isSecret?: true;
}

/** Where the schema of a kind of value has what it expects: said once, beside the check itself. */
export const expectations = z.registry<Expectation>();
