import type { Route } from "#routing/route.ts";

export interface RouteMatch {
  readonly route: Route;
  /** Percent-decoded values by the names in the route's template. */
  readonly params: Readonly<Record<string, string>>;
}

/** Finds the row for a request. `method` is `WS` for a WebSocket handshake. */
export type RouteMatcher = (method: string, target: string) => RouteMatch | undefined;

const PARAMETER = /^\{(.+)\}$/u;

/**
 * Decodes as the legacy's server does before Starlette matches (Python's `unquote` with
 * `errors="replace"`): a bad escape stays as it is, bytes that are no UTF-8 become U+FFFD.
 */
function decodePath(path: string): string {
  if (!path.includes("%")) return path;
  return path.replaceAll(/(?:%[0-9a-f]{2})+/giu, (escapes) =>
    Buffer.from(escapes.replaceAll("%", ""), "hex").toString("utf8"),
  );
}

/** The path of an origin-form target, without query and not decoded. */
export function pathOf(target: string): string {
  const query = target.indexOf("?");
  return query === -1 ? target : target.slice(0, query);
}

interface Template {
  readonly route: Route;
  readonly segments: readonly string[];
}

function matchTemplate(
  { route, segments }: Template,
  found: readonly string[],
): RouteMatch | undefined {
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const value = found[index] ?? "";
    const name = PARAMETER.exec(segment)?.[1];
    if (name === undefined ? value !== segment : value === "") return undefined;
    if (name !== undefined) params[name] = value;
  }
  return { route, params };
}

/**
 * Builds a matcher that agrees with Starlette: the whole path is decoded first, so `%2F` separates
 * segments; then segments are compared one by one, case-sensitively, with no tolerance for a trailing or
 * a doubled slash and no folding of dot segments. A parameter takes any text but the empty one. The first
 * row wins. The target itself is never changed: what is forwarded is what came in. Pure.
 */
export function createRouteMatcher(table: readonly Route[]): RouteMatcher {
  const literal = new Map<string, RouteMatch>();
  const templates = new Map<string, Template[]>();
  for (const route of table) {
    const segments = route.path.split("/");
    if (!segments.some((segment) => PARAMETER.test(segment))) {
      const key = `${route.method} ${route.path}`;
      if (!literal.has(key)) literal.set(key, { route, params: {} });
      continue;
    }
    const key = `${route.method} ${segments.length}`;
    templates.set(key, [...(templates.get(key) ?? []), { route, segments }]);
  }
  return (method, target) => {
    const path = decodePath(pathOf(target));
    const exact = literal.get(`${method} ${path}`);
    if (exact !== undefined) return exact;
    const found = path.split("/");
    for (const template of templates.get(`${method} ${found.length}`) ?? []) {
      const match = matchTemplate(template, found);
      if (match !== undefined) return match;
    }
    return undefined;
  };
}
