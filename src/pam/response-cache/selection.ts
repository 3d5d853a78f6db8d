import type { EntryFilter } from "#pam/response-cache/cache-entry.ts";
import { normaliseMessage, toMetadataKey } from "#pam/response-cache/cache-key.ts";
import { compileGlob } from "#pam/response-cache/glob.ts";

/** Which answers are meant: all, or those that one thing is true of. */
export type EntryCriterion =
  | { readonly kind: "all" }
  /** A glob in Redis's syntax over whole keys. */
  | { readonly kind: "key"; readonly pattern: string }
  /** A glob that is looked for anywhere in the normalised message. */
  | { readonly kind: "message"; readonly pattern: string };

export interface EntrySelection {
  /** Only this user's answers; without one, everybody's. */
  readonly owner: string | undefined;
  readonly criterion: EntryCriterion;
}

function toCriterionFilter(criterion: EntryCriterion): EntryFilter {
  switch (criterion.kind) {
    case "all":
      return () => true;
    case "key": {
      const isMatch = compileGlob(criterion.pattern);
      return ({ key }) => isMatch(key) || isMatch(toMetadataKey(key));
    }
    case "message": {
      const isMatch = compileGlob(`*${normaliseMessage(criterion.pattern)}*`);
      return ({ message }) => isMatch(message);
    }
    default:
      return criterion satisfies never;
  }
}

export function toEntryFilter({ owner, criterion }: EntrySelection): EntryFilter {
  const isMeant = toCriterionFilter(criterion);
  return (entry) => (owner === undefined || entry.userId === owner) && isMeant(entry);
}
