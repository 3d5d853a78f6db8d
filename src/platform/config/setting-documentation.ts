import { z } from "zod";

/** What `--help`, the README's table and the sentence about a wrong value say of one variable. */
export interface Documentation {
  readonly meaning: string;
  /** What a right value looks like. */
  readonly expected: string;
  /** Said of a variable that is not set, where no plain default value stands for it. */
  readonly fallback?: string;
  /** Never printed, never logged. */
  readonly isSecret?: true;
}

/** Where each variable's schema has what is said of it. */
export const documentation = z.registry<Documentation>();
