import type { Answer, Comparison, Transcript } from "#delivery/compare/index.ts";
import type { ExplainedDifference } from "#delivery/drift/drift-snapshot.ts";
import { groupHeaders, readJson } from "#platform/comparison/index.ts";

/** What native answers instead of what legacy does, in the form of `contracts/deviations`. */
interface Showing<Body, Turn> {
  readonly status?: number | undefined;
  readonly headers?: Readonly<Record<string, HeaderWish>> | undefined;
  readonly body?: Body | undefined;
  readonly turns?: readonly Turn[] | undefined;
}

/** A text, some texts, a pattern for the whole of one, or nothing at all. */
type HeaderWish = string | readonly string[] | { readonly pattern: string } | null;

/** A decided difference, as far as an answer can be held to it. */
export interface DecidedDeviation<Body, Turn> {
  readonly id: string;
  readonly routes: "*" | readonly string[];
  readonly shows: readonly Showing<Body, Turn>[];
}

/** Whether native did what a deviation says, for the parts that only the contract suite can read. */
export interface DeviationReader<Body, Turn> {
  readonly isBody: (wished: Body, value: unknown) => boolean;
  /** Default: no conversation is as any deviation says. */
  readonly areTurns?: (wished: readonly Turn[], native: Transcript) => boolean;
}

/** Puts the id of a deviation to each difference that one covers. Pure. */
export interface Explainer {
  answer(routeId: string, native: Answer, found: Comparison): readonly ExplainedDifference[];
  conversation(
    routeId: string,
    native: Transcript,
    found: Comparison,
  ): readonly ExplainedDifference[];
}

export const explainNothing: Explainer = {
  answer: (_routeId, _native, { differences }) => differences,
  conversation: (_routeId, _native, { differences }) => differences,
};

function isHeaderMet(wish: HeaderWish, values: readonly string[] | undefined): boolean {
  if (wish === null) return values === undefined;
  if (values === undefined) return false;
  if (typeof wish === "string") return values.length === 1 && values[0] === wish;
  if ("pattern" in wish) {
    return values.length === 1 && new RegExp(`^(?:${wish.pattern})$`, "u").test(values[0] ?? "");
  }
  return wish.length === values.length && wish.every((value, at) => value === values[at]);
}

const isAt = (path: string, root: string): boolean => path === root || path.startsWith(`${root}/`);

interface ReadAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly json: { readonly value: unknown } | undefined;
}

/**
 * Holds what native answered to what the deviations say it should, so that a deviation covers the answers that it
 * describes and no others of its route.
 */
export function createExplainer<Body, Turn>(
  deviations: readonly DecidedDeviation<Body, Turn>[],
  { isBody, areTurns = () => false }: DeviationReader<Body, Turn>,
): Explainer {
  const ofRoute = (routeId: string): readonly DecidedDeviation<Body, Turn>[] =>
    deviations.filter(({ routes }) => routes === "*" || routes.includes(routeId));

  /** Paths in which the answer is what the showing says; none where some part of it is not. */
  function coveredBy({ status, headers = {}, body }: Showing<Body, Turn>, native: ReadAnswer) {
    if (status !== undefined && status !== native.status) return [];
    if (body !== undefined && (native.json === undefined || !isBody(body, native.json.value))) {
      return [];
    }
    const met = Object.entries(headers).filter(([name, wish]) =>
      isHeaderMet(wish, native.headers.get(name.toLowerCase())),
    );
    return [
      // Where native is to answer what legacy refuses, it is to do it as well.
      ...(status === undefined ? [] : status < 400 ? ["/status", "/effects"] : ["/status"]),
      ...(body === undefined ? [] : ["/body"]),
      ...met.map(([name]) => `/headers/${name.toLowerCase()}`),
    ];
  }

  return {
    answer(routeId, native, { differences }) {
      if (differences.length === 0) return differences;
      const read: ReadAnswer = {
        status: native.status,
        headers: groupHeaders(native.headers),
        json: readJson(native.body.toString("utf8")),
      };
      const covered = ofRoute(routeId).map(
        ({ id, shows }) => [id, shows.flatMap((showing) => coveredBy(showing, read))] as const,
      );
      return differences.map((difference) => {
        const by = covered.find(([, roots]) => roots.some((root) => isAt(difference.path, root)));
        return by === undefined ? difference : { ...difference, explainedBy: by[0] };
      });
    },
    conversation(routeId, native, { differences }) {
      if (differences.length === 0) return differences;
      const by = ofRoute(routeId).find(({ shows }) =>
        shows.some(({ turns }) => turns !== undefined && areTurns(turns, native)),
      );
      if (by === undefined) return differences;
      return differences.map((difference) => ({ ...difference, explainedBy: by.id }));
    },
  };
}
