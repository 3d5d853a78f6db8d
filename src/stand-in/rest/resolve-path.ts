import { pathOf, queryOf } from "#stand-in/rest/legacy-request.ts";
import { LEGACY_ROUTES, type LegacyRoute } from "#stand-in/rest/routes.ts";

/** What Starlette's router does with a method and a path. */
export type Resolution =
  | { readonly kind: "found"; readonly route: LegacyRoute }
  /** `allow` names the method of the first row of the path and no other. */
  | { readonly kind: "method-not-allowed"; readonly allow: string }
  /** The path would fit with its last slash added or taken away. */
  | { readonly kind: "redirect"; readonly location: string }
  | { readonly kind: "not-found" };

/** `location` is what follows the authority of an absolute URL. */
export function resolvePath(method: string, target: string): Resolution {
  const path = pathOf(target);
  const rows = rowsOf(path);
  const route = rows.find((row) => row.method === method);
  if (route !== undefined) return { kind: "found", route };
  if (rows[0] !== undefined) return { kind: "method-not-allowed", allow: rows[0].method };
  const other = path.endsWith("/") ? path.replace(/\/+$/, "") : `${path}/`;
  if (path !== "/" && rowsOf(other).length > 0) {
    const query = queryOf(target);
    return { kind: "redirect", location: quote(other) + (query === "" ? "" : `?${query}`) };
  }
  return { kind: "not-found" };
}

const rowsOf = (path: string): readonly LegacyRoute[] =>
  LEGACY_ROUTES.filter((row) => matchPath(row.path, path) !== undefined);

/** The parameters of a path that fits a template: each segment equal, a parameter any text but none. */
export function matchPath(
  template: string,
  path: string,
): Readonly<Record<string, string>> | undefined {
  const wanted = template.split("/");
  const found = path.split("/");
  if (wanted.length !== found.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const value = found[index] ?? "";
    if (!segment.startsWith("{")) {
      if (segment !== value) return undefined;
    } else if (value === "") return undefined;
    else parameters[segment.slice(1, -1)] = value;
  }
  return parameters;
}

/** Starlette's quoting of a redirect: `urllib.parse.quote` that leaves brackets and percent signs alone. */
const quote = (path: string): string =>
  encodeURI(path).replaceAll(/%(25|5B|5D)/g, (escape) => decodeURIComponent(escape));
