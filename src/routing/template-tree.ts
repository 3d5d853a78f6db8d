import type { Route } from "#routing/route.ts";

// Rows with parameters, as a tree of their segments: to find one takes as long as its path has segments, however
// many rows there are.

const PARAMETER = /^\{(.+)\}$/u;

/** A row with parameters: their names stand where their values do in a path. */
export interface Template {
  readonly route: Route;
  /** Its place in the table. */
  readonly order: number;
  readonly names: readonly (string | undefined)[];
}

/** What may follow on the segments that led here. */
export interface Branch {
  readonly literals: Map<string, Branch>;
  parameter: Branch | undefined;
  /** The first row that ends here. */
  template: Template | undefined;
}

export const isTemplate = (path: string): boolean =>
  path.split("/").some((segment) => PARAMETER.test(segment));

export const createBranch = (): Branch => ({
  literals: new Map(),
  parameter: undefined,
  template: undefined,
});

function followOrGrow(branch: Branch, segment: string, isParameter: boolean): Branch {
  const known = isParameter ? branch.parameter : branch.literals.get(segment);
  const next = known ?? createBranch();
  if (isParameter) branch.parameter = next;
  else branch.literals.set(segment, next);
  return next;
}

export function addTemplate(root: Branch, route: Route, order: number): void {
  const segments = route.path.split("/");
  const names = segments.map((segment) => PARAMETER.exec(segment)?.[1]);
  let branch = root;
  for (const [index, segment] of segments.entries()) {
    branch = followOrGrow(branch, segment, names[index] !== undefined);
  }
  branch.template ??= { route, order, names };
}

const firstOf = (one: Template | undefined, other: Template | undefined): Template | undefined =>
  one === undefined || (other !== undefined && other.order < one.order) ? other : one;

/** The first row of the table that stands for these segments. A parameter takes any text but the empty one. */
export function findTemplate(
  branch: Branch | undefined,
  segments: readonly string[],
  at = 0,
): Template | undefined {
  if (branch === undefined) return undefined;
  const segment = segments[at];
  if (segment === undefined) return branch.template;
  const byLiteral = findTemplate(branch.literals.get(segment), segments, at + 1);
  if (segment === "" || branch.parameter === undefined) return byLiteral;
  return firstOf(byLiteral, findTemplate(branch.parameter, segments, at + 1));
}
