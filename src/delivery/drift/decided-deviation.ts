import type { Transcript } from "#delivery/compare/index.ts";

/** A text, some texts, a pattern for the whole of one, or nothing at all. */
export type HeaderWish = string | readonly string[] | { readonly pattern: string } | null;

/** What a side has in a place; without `is` nothing. */
export interface KnownValue<Body> {
  readonly is?: Body | undefined;
}

interface DepartingHeader {
  /** `anything` where it is of no account. */
  readonly legacy: "nothing" | "anything";
  readonly native: HeaderWish;
}

interface DepartingPlace<Body> {
  readonly legacy: readonly KnownValue<Body>[];
  readonly native: readonly KnownValue<Body>[];
}

/** Where native departs from what legacy is known to do, for answers of some statuses of legacy's. */
export interface Departure<Body> {
  readonly legacyStatuses: readonly number[];
  /** Without it native has legacy's. */
  readonly nativeStatus?: number | undefined;
  /** Bodies that legacy has with another status than native; none: any. */
  readonly legacyBodies?: readonly Body[] | undefined;
  readonly nativeBody?: Body | undefined;
  /** By JSON Pointer (RFC 6901) into the body, with `*` for any item of a list. */
  readonly body: Readonly<Record<string, DepartingPlace<Body>>>;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, DepartingHeader>>;
}

/** A decided difference, as far as live answers can be held to it. */
export interface DecidedDeviation<Body, Turn> {
  readonly id: string;
  readonly routes: "*" | readonly string[];
  /** The only differences of an answer that it decides. */
  readonly departures: readonly Departure<Body>[];
  /** Whole conversations that native has instead of legacy's. */
  readonly shows: readonly { readonly turns?: readonly Turn[] | undefined }[];
}

/** Whether an answer is what a deviation says, for the parts that only the contract suite can read. */
export interface DeviationReader<Body, Turn> {
  readonly isBody: (wished: Body, value: unknown) => boolean;
  /** Default: no conversation is as any deviation says. */
  readonly areTurns?: (wished: readonly Turn[], native: Transcript) => boolean;
}
