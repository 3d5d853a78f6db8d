import type { Difference } from "#contract-suite/compare/difference.ts";
import { classify, type Impact } from "#contract-suite/drift/classify.ts";
import type { CaseResult } from "#contract-suite/run/run-suite.ts";

/** One thing that changed, and every recorded exchange in which it shows. */
export interface Change extends Difference {
  readonly impact: Impact;
  readonly route: string;
  readonly cases: readonly string[];
}

/** Values differ from case to case where the change is the same. */
const keyOf = (route: string, { path, kind }: Difference): string => `${route}\n${kind}\n${path}`;

/** What changed since the recordings, breaking changes first, each once for a route. Pure. */
export function toChanges(results: readonly CaseResult[]): readonly Change[] {
  const changes = new Map<string, Change>();
  for (const { case: given, differences } of results) {
    const route = given.route ?? "no route";
    for (const difference of differences) {
      const key = keyOf(route, difference);
      const known = changes.get(key);
      const cases = [...new Set([...(known?.cases ?? []), given.id])];
      const impact = classify(difference);
      changes.set(key, { ...(known ?? { ...difference, route, impact }), cases });
    }
  }
  const all = [...changes.values()];
  return [
    ...all.filter(({ impact }) => impact === "breaking"),
    ...all.filter(({ impact }) => impact === "harmless"),
  ];
}

const toLines = ({
  impact,
  route,
  path,
  kind,
  expected,
  got,
  cases,
}: Change): readonly string[] => [
  `${impact === "breaking" ? "✗ breaking" : "~ harmless"}  ${route} ${path} (${kind})`,
  `    recorded  ${expected}`,
  `    now       ${got}`,
  `    in        ${cases.slice(0, 3).join(", ")}${cases.length > 3 ? ` and ${cases.length - 3} more` : ""}`,
];

/** The changes for a person to read; the last line has the figures. */
export function toDriftText(changes: readonly Change[], compared: number): string {
  const breaking = changes.filter(({ impact }) => impact === "breaking").length;
  const summary = `${breaking} breaking changes, ${changes.length - breaking} harmless ones, in ${compared} recorded exchanges`;
  return `${[...changes.flatMap(toLines), summary].join("\n")}\n`;
}
