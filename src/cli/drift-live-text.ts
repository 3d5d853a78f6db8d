import { toMoment, toPrintable } from "#cli/printable.ts";
import { toTextTable } from "#cli/text-table.ts";
import type { DriftExample, DriftSnapshot, RouteDrift } from "#delivery/drift/index.ts";

function toFieldTable({ fields }: RouteDrift): string {
  return toTextTable(
    ["  FIELD", "VERDICT", "NATIVE", "NOISE", "DECIDED", "ON LEGACY", "ON NATIVE"],
    fields.map(({ field, verdict, raw, noise, explained, legacy, native }) => [
      `  ${toPrintable(field)}`,
      verdict,
      String(raw),
      String(noise),
      String(explained),
      toPrintable(legacy, 40),
      toPrintable(native, 40),
    ]),
  );
}

function toExampleLine(example: DriftExample): string {
  const { id, atMs, request, differences } = example;
  const method = example.kind === "exchange" ? example.request.method : "WS";
  const open = differences.filter(({ explainedBy }) => explainedBy === undefined);
  const fields = [...new Set(open.map(({ field }) => field))].slice(0, 3).join(", ");
  return `  example ${id}  ${toMoment(atMs)}  ${method} ${toPrintable(request.target)}  ${toPrintable(fields)}`;
}

function toRoute(route: RouteDrift): string {
  const { routeId, compared, clean, cleanStreak, failed, refused, baselines, fields, examples } =
    route;
  const head = [
    `${routeId}: ${compared} compared, ${clean} clean, the last ${cleanStreak} of them in a row`,
    ...(failed > 0 ? [`${failed} without a native answer`] : []),
    ...(refused > 0 ? [`${refused} refused as decided`] : []),
  ].join(", ");
  return [
    `${head}; legacy asked twice ${baselines} times`,
    ...(fields.length === 0 ? [] : [toFieldTable(route)]),
    ...examples.map(toExampleLine),
  ].join("\n");
}

/** What shadowing found, for a person at a terminal. Pure. */
export function toLiveDriftText({ routes }: DriftSnapshot): string {
  if (routes.length === 0) return "Nothing was compared: no flag pam.<concern>.shadow samples.\n";
  const hasExamples = routes.some(({ examples }) => examples.length > 0);
  const hint = "An example becomes a decision with --accept <id> --as case or --as deviation.";
  return `${[...routes.map(toRoute), ...(hasExamples ? [hint] : [])].join("\n\n")}\n`;
}
