import { globSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import {
  adapt,
  type Adaptation,
  adaptationSchema,
  isSelected,
} from "#contract-suite/cases/adaptation.ts";
import type { Case, Tag } from "#contract-suite/cases/case.ts";
import { type Fixtures, fixturesSchema } from "#contract-suite/cases/fixture.ts";
import { isRepeatable, toConversation, toExchange } from "#contract-suite/cases/from-recording.ts";
import { lineOf, readJsonFile } from "#contract-suite/cases/read-json-file.ts";
import { toSteps, writtenCaseSchema } from "#contract-suite/cases/written-case.ts";
import {
  type Deviation,
  deviationSchema,
  isCoveredBy,
} from "#contract-suite/deviations/deviation.ts";
import {
  loadRecordings,
  RecordingError,
  type Recordings,
} from "#contracts/recordings/load-recordings.ts";
import type { HttpRecording, WsRecording } from "#contracts/recordings/recording.ts";
import { AppError, toMessage, toNodeCode } from "#platform/errors.ts";

/** A row of the route table, as far as cases need it. */
export interface SuiteRoute {
  readonly id: string;
  readonly method: string;
  readonly path: string;
}

export interface SuiteSource {
  /** The folder `contracts` of the package. */
  readonly folder: string;
  readonly routes: readonly SuiteRoute[];
  /** The route that a request is for; the method of a handshake is `WS`. */
  readonly matchRoute: (method: string, target: string) => string | undefined;
}

export interface Suite {
  /** Unit of the contracts → why no case covers it. */
  readonly reasons: Readonly<Record<string, string>>;
  readonly cases: readonly Case[];
  readonly deviations: readonly Deviation[];
  readonly fixtures: Fixtures;
  readonly recordings: Recordings;
}

const invalid = (place: string, problem: string): AppError =>
  new AppError("CONTRACT_INVALID", `Cannot read contract: ${place}: ${problem}`);

const toConcern = (route: string): string => route.split(".", 1)[0] ?? route;

/** What a path belongs to whatever the method; `routing` where no row names it. */
function concernOf(matchRoute: SuiteSource["matchRoute"], target: string): string {
  for (const method of ["GET", "POST", "PUT", "DELETE", "WS"]) {
    const route = matchRoute(method, target.replace(/\/?(\?.*)?$/, ""));
    if (route !== undefined) return toConcern(route);
  }
  return "routing";
}

const needsOf = (environment: string): readonly string[] =>
  environment === "default" ? [] : [environment];

/** The cases that recordings are by themselves, with nothing added. */
export function toRecordedCases(
  recordings: Recordings,
  { matchRoute }: Pick<SuiteSource, "matchRoute">,
): readonly Case[] {
  const base = {
    tags: new Set<Tag>(["full"]),
    sides: ["legacy", "native"],
    isAlone: false,
  } as const;

  function fromExchanges(id: string, exchanges: readonly HttpRecording[]): readonly Case[] {
    const [first] = exchanges;
    if (first === undefined) return [];
    const route = matchRoute(first.request.method, first.request.target);
    return [
      {
        ...base,
        id,
        title: exchanges.length === 1 ? first.title : `The ordered run "${id}"`,
        route,
        concern: concernOf(matchRoute, first.request.target),
        needs: [
          ...needsOf(first.environment),
          ...(first.sequence === undefined ? [] : ["limiter"]),
        ],
        skip: exchanges.every(isRepeatable)
          ? undefined
          : "The body of its request was not recorded",
        place: "recordings/http",
        steps: exchanges.map(toExchange),
      },
    ];
  }

  function fromSocket(recording: WsRecording): Case {
    const route = matchRoute("WS", recording.open.target);
    return {
      ...base,
      id: recording.id,
      title: `The conversation "${recording.id}"`,
      route,
      concern: concernOf(matchRoute, recording.open.target),
      needs: needsOf(recording.environment),
      skip: undefined,
      place: "recordings/ws",
      steps: [toConversation(recording)],
    };
  }

  const single = recordings.http.filter(({ sequence }) => sequence === undefined);
  const sequences = Map.groupBy(
    recordings.http.filter(({ sequence }) => sequence !== undefined),
    ({ sequence, environment }) => `${environment}/${sequence}`,
  );
  return [
    ...single.flatMap((recording) => fromExchanges(recording.id, [recording])),
    ...[...sequences].flatMap(([, run]) => fromExchanges(`sequence/${run[0]?.sequence}`, run)),
    ...recordings.ws.map(fromSocket),
  ];
}

function loadWrittenCases({ folder, routes }: SuiteSource): readonly Case[] {
  const known = new Set(routes.map(({ id }) => id));
  const files = globSync("cases/written/*.json", { cwd: folder }).toSorted();
  return files.flatMap((name) => {
    const { value, text } = readJsonFile(
      { path: join(folder, name), name },
      z.array(writtenCaseSchema),
    );
    return value.map((written, at): Case => {
      const place = `${name}:${lineOf(text, [at])}`;
      if (!known.has(written.route)) {
        throw invalid(`${name}:${lineOf(text, [at, "route"])}`, `route: no row "${written.route}"`);
      }
      return {
        id: written.id,
        title: written.title,
        route: written.route,
        concern: toConcern(written.route),
        tags: new Set([...written.tags, "full"]),
        needs: written.needs,
        skip: undefined,
        sides: written.sides,
        isAlone: false,
        place,
        steps: toSteps(written),
      };
    });
  });
}

function loadDeviations(folder: string): readonly Deviation[] {
  const files = globSync("deviations/*.json", { cwd: folder }).toSorted();
  return files.map((name) => {
    const { value } = readJsonFile({ path: join(folder, name), name }, deviationSchema);
    if (name !== join("deviations", `${value.id}.json`)) {
      throw invalid(`${name}:1`, `id: must be the name of the file: found "${value.id}"`);
    }
    return value;
  });
}

/** Recordings of a folder. Throws `CONTRACT_INVALID`, the recordings' own error in a command line's terms. */
export function readRecordings(folder: string): Recordings {
  try {
    return loadRecordings(folder);
  } catch (cause) {
    if (cause instanceof RecordingError) {
      throw new AppError("CONTRACT_INVALID", cause.message, { cause });
    }
    if (toNodeCode(cause) === "") throw cause;
    const problem = `Cannot read recordings in ${folder}: ${toMessage(cause)}`;
    throw new AppError("CONTRACT_INVALID", problem, { cause });
  }
}

function checkReferences(
  suite: Omit<Suite, "recordings" | "reasons">,
  adaptations: readonly Adaptation[],
): void {
  const { cases, deviations, fixtures } = suite;
  const seen = new Set<string>();
  for (const { id, needs, place } of cases) {
    if (seen.has(id)) throw invalid(place, `id: "${id}" is used twice`);
    seen.add(id);
    const unknown = needs.find((need) => fixtures.get(need) === undefined);
    if (unknown !== undefined) throw invalid(place, `needs: no fixture "${unknown}" for "${id}"`);
  }
  for (const [at, adaptation] of adaptations.entries()) {
    if (!cases.some((given) => isSelected(given, adaptation))) {
      throw invalid("cases/recorded.json", `entry ${at + 1} selects no case`);
    }
  }
  for (const deviation of deviations) {
    if (!cases.some((given) => isCoveredBy(given, deviation))) {
      throw invalid(`deviations/${deviation.id}.json`, "no case exercises it");
    }
  }
}

/**
 * Reads everything that is to be run: recorded and written cases, fixtures, deviations. Throws
 * `CONTRACT_INVALID` with file, line and field of the first fault.
 */
export function loadSuite(source: SuiteSource): Suite {
  const { folder } = source;
  const recordings = readRecordings(join(folder, "recordings"));
  const read = <T>(name: string, schema: z.ZodType<T>): T =>
    readJsonFile({ path: join(folder, name), name }, schema).value;
  const fixtures = new Map(Object.entries(read("cases/fixtures.json", fixturesSchema)));
  const adaptations = read("cases/recorded.json", z.array(adaptationSchema));
  const recorded = toRecordedCases(recordings, source);
  const cases = [
    ...recorded.map((given) => adapt(given, adaptations)),
    ...loadWrittenCases(source),
  ];
  const deviations = loadDeviations(folder);
  checkReferences({ cases, deviations, fixtures }, adaptations);
  const reasons = read("cases/coverage-reasons.json", z.record(z.string(), z.string().min(10)));
  return { cases, deviations, fixtures, recordings, reasons };
}
