import type { Route } from "#routing/route.ts";
import {
  addTemplate,
  createBranch,
  findTemplate,
  isTemplate,
  type Branch,
  type Template,
} from "#routing/template-tree.ts";

export interface RouteMatch {
  readonly route: Route;
  /** Percent-decoded values by the names in the route's template. */
  readonly params: Readonly<Record<string, string>>;
}

/** Finds the row for a request. `method` is `WS` for a WebSocket handshake. */
export type RouteMatcher = (method: string, target: string) => RouteMatch | undefined;

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

interface MethodRows {
  readonly literals: Map<string, RouteMatch>;
  readonly templates: Branch;
}

function toMatch({ route, names }: Template, segments: readonly string[]): RouteMatch {
  const params: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    if (name !== undefined) params[name] = segments[index] ?? "";
  }
  return { route, params };
}

/**
 * Builds a matcher that agrees with Starlette: the whole path is decoded first, so `%2F` separates
 * segments; then segments are compared one by one, case-sensitively, with no tolerance for a trailing or
 * a doubled slash and no folding of dot segments. A parameter takes any text but the empty one. The first
 * row wins, but for rows without parameters, which go before all others. The target itself is never changed: what is
 * forwarded is what came in. How long it takes does not depend on the number of rows. Pure.
 */
export function createRouteMatcher(table: readonly Route[]): RouteMatcher {
  const methods = new Map<string, MethodRows>();
  for (const [order, route] of table.entries()) {
    const rows = methods.get(route.method) ?? { literals: new Map(), templates: createBranch() };
    methods.set(route.method, rows);
    if (isTemplate(route.path)) addTemplate(rows.templates, route, order);
    else if (!rows.literals.has(route.path)) rows.literals.set(route.path, { route, params: {} });
  }
  return (method, target) => {
    const rows = methods.get(method);
    if (rows === undefined) return undefined;
    const path = decodePath(pathOf(target));
    const exact = rows.literals.get(path);
    if (exact !== undefined) return exact;
    const segments = path.split("/");
    const template = findTemplate(rows.templates, segments);
    return template && toMatch(template, segments);
  };
}
