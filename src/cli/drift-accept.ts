import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { readVersion } from "#cli/read-version.ts";
import { loadSuite } from "#contract-suite/cases/load-suite.ts";
import type { VerifyDependencies } from "#contract-suite/prepare-run.ts";
import { recordedToken } from "#contracts/recordings/recording.ts";
import {
  type DriftExample,
  type DriftSnapshot,
  proposeCase,
  proposeDeviation,
  type ProposalResult,
} from "#delivery/drift/index.ts";
import { AppError, toMessage, toNodeCode } from "#platform/errors.ts";
import { toWriteError } from "#platform/write-error.ts";

export interface Acceptance {
  readonly snapshot: DriftSnapshot;
  readonly id: string;
  readonly as: "case" | "deviation";
}

type Proposal = Extract<ProposalResult, { readonly kind: "proposed" }>["proposal"];

/** The folder that is written to, and what its suite is loaded with. */
export type AcceptanceDependencies = Pick<VerifyDependencies, "root" | "routes" | "matchRoute">;

function findExample({ routes }: DriftSnapshot, id: string): DriftExample {
  const examples = routes.flatMap((route) => route.examples);
  const found = examples.find((example) => example.id === id);
  if (found !== undefined) return found;
  const ids = examples.map((example) => example.id);
  const there = ids.length === 0 ? "there is none" : `there are ${ids.slice(0, 20).join(", ")}`;
  throw new AppError("NOT_FOUND", `No example "${id}" is kept: ${there}`);
}

function toProposal(result: ProposalResult): Proposal {
  if (result.kind === "proposed") return result.proposal;
  throw new AppError("REQUEST_INVALID", `Cannot accept the example: ${result.reason}`);
}

/** A caller of the recordings, to stand where a live one was taken out: the first that is signed for a user. */
function toToken(root: string) {
  const text = readFileSync(join(root, "contracts/recordings/tokens.json"), "utf8");
  const tokens = z.record(z.string(), recordedToken).parse(JSON.parse(text));
  for (const [name, { signature, claims }] of Object.entries(tokens)) {
    const { sub: subject } = claims;
    if (signature === "valid" && typeof subject === "string") return { name, subject };
  }
  return undefined;
}

/** Throws where a file stands there already. */
function writeNew(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: "wx" });
  } catch (cause) {
    if (toNodeCode(cause) !== "EEXIST") throw toWriteError(path, cause);
    const message = `Nothing was changed: ${path} is there already`;
    throw new AppError("REQUEST_INVALID", message, { cause });
  }
}

/** Writes all of them, or none where one cannot be written or the suite cannot be loaded with them. */
function keep(
  proposals: readonly Proposal[],
  { root, routes, matchRoute }: AcceptanceDependencies,
): void {
  const written: string[] = [];
  try {
    for (const { path, text } of proposals) {
      const place = join(root, path);
      writeNew(place, text);
      written.push(place);
    }
    loadSuite({ folder: join(root, "contracts"), routes, matchRoute });
  } catch (cause) {
    for (const place of written) rmSync(place);
    if (!(cause instanceof AppError) || cause.code !== "CONTRACT_INVALID") throw cause;
    const message = `Nothing was kept, because the suite cannot be loaded with it: ${toMessage(cause)}`;
    throw new AppError("CONTRACT_INVALID", message, { cause });
  }
}

function toNextSteps(as: Acceptance["as"], caseId: string): string {
  const verify = `banyan verify --target <url> --case ${caseId}`;
  if (as === "case") return `Look at it, and then hold native to it: ${verify} --side native\n`;
  return `Write why native is right and who notices ("TO BE WRITTEN"), try both sides: ${verify}, and let live drift be explained by it: npm run documents\n`;
}

/**
 * Makes a contract case of an example, or a case and the deviation that it shows. Gives what was written and what is
 * left to a person. Throws where nothing is to be written to, or the files are there already, or do not load.
 */
export function acceptExample(
  { snapshot, id, as }: Acceptance,
  dependencies: AcceptanceDependencies,
): string {
  const { root } = dependencies;
  if (!existsSync(join(root, "test"))) {
    const message = `Cannot accept an example into ${root}: it wants a checkout of the project`;
    throw new AppError("CONFIGURATION_INVALID", message);
  }
  const example = findExample(snapshot, id);
  const token = toToken(root);
  const asCase = proposeCase(example, token && { token });
  const proposals = [
    toProposal(asCase),
    ...(as === "deviation"
      ? [toProposal(proposeDeviation(example, { since: readVersion() }))]
      : []),
  ];
  keep(proposals, dependencies);
  const written = proposals.map(({ path }) => `Written: ${path}\n`).join("");
  const caseId = asCase.kind === "proposed" ? asCase.id : id;
  return `${written}${toNextSteps(as, caseId)}`;
}
