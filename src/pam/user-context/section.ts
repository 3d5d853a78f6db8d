import type { Database } from "#platform/database/index.ts";

export type Context = Readonly<Record<string, unknown>>;

export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/** For whom a section is loaded. */
export interface Subject {
  /** A UUID. */
  readonly userId: string;
  /** Where the client says that the user is. */
  readonly position: Place | undefined;
  readonly nowMs: number;
  /** How far a place of the database is from the user; `undefined` for what is no point. */
  readonly milesFrom: (place: Place, location: string) => number | undefined;
}

/** Loads some keys of the context. It may reject: the others are loaded all the same. */
export type Section = (database: Database, subject: Subject) => Promise<Context>;

const MAX_TEXT_LENGTH = 200;
const MAX_ITEMS = 10;

function cut(value: unknown): unknown {
  if (typeof value === "string") return value.slice(0, MAX_TEXT_LENGTH).toWellFormed();
  return Array.isArray(value) ? value.slice(0, MAX_ITEMS).map(cut) : value;
}

const isKnown = (value: unknown): boolean =>
  value !== undefined &&
  value !== null &&
  value !== "" &&
  !(Array.isArray(value) && value.length === 0);

/**
 * The fields that are known, each cut: texts at 200 characters, lists at 10 items. `undefined` where nothing is. The
 * size of a section is bounded by this and by how many rows it reads.
 */
export function toKnown(fields: Context): Context | undefined {
  const known = Object.entries(fields).filter(([, value]) => isKnown(value));
  if (known.length === 0) return undefined;
  return Object.fromEntries(known.map(([name, value]) => [name, cut(value)]));
}

/** The keys of which something is known. */
export const toSection = (keys: Context): Context =>
  Object.fromEntries(Object.entries(keys).filter(([, value]) => isKnown(value)));
