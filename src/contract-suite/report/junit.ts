import { toFailureLines } from "#contract-suite/report/pretty.ts";
import { isFailed, type Verdict } from "#contract-suite/report/verdict.ts";
import type { CaseResult } from "#contract-suite/run/run-suite.ts";
import type { Skip } from "#contract-suite/run/select-cases.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** XML 1.0 §2.2 has no place for most control characters, not even escaped. */
const escapeXml = (text: string): string =>
  text
    .toWellFormed()
    // oxlint-disable-next-line no-control-regex -- those are what is looked for
    .replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, "\uFFFD")
    .replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? character);

const seconds = (ms: number): string => (ms / 1000).toFixed(3);

const open = ({ id, route }: CaseResult["case"], durationMs: number): string =>
  `<testcase name="${escapeXml(id)}" classname="${escapeXml(route ?? "none")}" time="${seconds(durationMs)}"`;

function toTestCase(result: CaseResult): string {
  const head = open(result.case, result.durationMs);
  if (!isFailed(result)) return `    ${head}/>`;
  const [first] = result.differences;
  const message = escapeXml(`${first?.path ?? ""} ${first?.kind ?? ""}`.trim());
  const text = escapeXml(toFailureLines(result).join("\n"));
  return `    ${head}><failure message="${message}">${text}</failure></testcase>`;
}

const toSkipped = ({ case: given, reason }: Skip): string =>
  `    ${open(given, 0)}><skipped message="${escapeXml(reason)}"/></testcase>`;

/** What has no case of its own still has to turn a build red. */
const toFault = (name: string, message: string): string =>
  `    <testcase name="${escapeXml(name)}" classname="contract" time="0.000"><failure message="${escapeXml(message)}"/></testcase>`;

interface TestSuite {
  readonly name: string;
  readonly lines: readonly string[];
  readonly failures: number;
  readonly skipped: number;
  readonly durationMs: number;
}

function toTestSuites(verdict: Verdict): readonly TestSuite[] {
  const names = new Set(
    [...verdict.results, ...verdict.skipped].map(({ case: { concern } }) => concern),
  );
  const concerns = [...names].toSorted().map((name): TestSuite => {
    const results = verdict.results.filter(({ case: given }) => given.concern === name);
    const skipped = verdict.skipped.filter(({ case: given }) => given.concern === name);
    return {
      name,
      lines: [...results.map(toTestCase), ...skipped.map(toSkipped)],
      failures: results.filter(isFailed).length,
      skipped: skipped.length,
      durationMs: results.reduce((sum, { durationMs }) => sum + durationMs, 0),
    };
  });
  const faults = [
    ...verdict.unexercised.map((id) => toFault(`deviation ${id}`, "No case needs it")),
    ...(verdict.coverage?.missing ?? []).map((unit) => toFault(unit, "No case and no reason")),
  ];
  const contract = { name: "contract", lines: faults, failures: faults.length };
  return faults.length === 0 ? concerns : [...concerns, { ...contract, skipped: 0, durationMs: 0 }];
}

/** A run as JUnit XML, one suite a concern, as build servers read it. */
export function toJunitReport(verdict: Verdict): string {
  const suites = toTestSuites(verdict).map(({ name, lines, failures, skipped, durationMs }) =>
    [
      `  <testsuite name="${escapeXml(name)}" tests="${lines.length}" failures="${failures}" errors="0" skipped="${skipped}" time="${seconds(durationMs)}" timestamp="${verdict.startedAt.slice(0, 19)}">`,
      ...lines,
      "  </testsuite>",
    ].join("\n"),
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="banyan verify ${escapeXml(verdict.side)}" time="${seconds(verdict.durationMs)}">`,
    ...suites,
    "</testsuites>",
    "",
  ].join("\n");
}
