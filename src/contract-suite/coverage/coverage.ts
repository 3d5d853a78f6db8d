import type { Case, Conversation, Exchange } from "#contract-suite/cases/case.ts";
import {
  applyDeviations,
  type Deviation,
  isCoveredBy,
} from "#contract-suite/deviations/deviation.ts";
import { toSample } from "#contract-suite/expectation/to-sample.ts";
import { framesOf } from "#contract-suite/run/hold-to-contract.ts";
import type { RouteContract, SocketContract } from "#contracts/contract.ts";
import { COMMON_ANSWERS } from "#contracts/schema/common-answers.ts";

export interface Coverage {
  readonly total: number;
  /** By a case or by a written reason. */
  readonly covered: number;
  /** Units with neither. */
  readonly missing: readonly string[];
  /** Reasons for what a case covers by now, or for what no contract knows. */
  readonly idleReasons: readonly string[];
}

export interface CoverageInput {
  readonly routes: readonly RouteContract[];
  readonly sockets: readonly SocketContract[];
  readonly cases: readonly Case[];
  /** What they say of a case is covered by it, on the native side. */
  readonly deviations: readonly Deviation[];
  /** Unit → why no case covers it. */
  readonly reasons: Readonly<Record<string, string>>;
}

const anyRoute = (status: string | number): string => `* answers ${status}`;

function unitsOfRoute({ id, answers }: RouteContract): readonly string[] {
  return Object.keys(answers).map((status) => `${id} answers ${status}`);
}

/** A close is told from others of its code by its reason, for which `when` stands. */
const closeUnit = (id: string, code: number, when: string): string =>
  `${id} closes ${code}: ${when}`;

const isLive = ({ status }: { readonly status: string }): boolean => status === "live";

/** Dormant frames and closes are left out: that nothing reaches them is their reason. */
function unitsOfSocket({
  id,
  inbound,
  outbound,
  closes,
  refusals,
}: SocketContract): readonly string[] {
  return [
    ...inbound.filter(isLive).map(({ name }) => `${id} takes ${name}`),
    ...outbound.filter(isLive).map(({ name }) => `${id} sends ${name}`),
    ...closes.filter(isLive).map(({ code, when }) => closeUnit(id, code, when)),
    ...refusals.map(({ status }) => `${id} refuses ${status}`),
  ];
}

function coveredByExchange(
  { expected: { status } }: Exchange,
  route: string | undefined,
): readonly string[] {
  if (typeof status === "string") return [];
  const common = status in COMMON_ANSWERS ? [anyRoute(status)] : [];
  return route === undefined ? common : [...common, `${route} answers ${status}`];
}

const textsOf = ({ turns }: Conversation): readonly string[] =>
  turns.flatMap((turn) => {
    if (turn.kind !== "expect") return [];
    const { exact, expectation } = turn.frame;
    return [exact?.text ?? JSON.stringify(toSample(expectation))];
  });

function coveredByConversation(
  conversation: Conversation,
  { id, inbound, outbound, closes }: SocketContract,
): readonly string[] {
  const { turns, refusal } = conversation;
  return [
    ...(refusal === undefined ? [] : [`${id} refuses ${refusal.status}`]),
    ...textsOf(conversation)
      .flatMap((text) => framesOf(outbound, text))
      .map(({ name }) => `${id} sends ${name}`),
    ...turns.flatMap((turn) => {
      if (turn.kind === "send" && typeof turn.data === "string") {
        return framesOf(inbound, turn.data).map(({ name }) => `${id} takes ${name}`);
      }
      if (turn.kind !== "end" || turn.reason.kind !== "scalar") return [];
      const { code, reason } = turn;
      return closes
        .filter((close) => close.code === code && close.reason.safeParse(reason.value).success)
        .map((close) => closeUnit(id, close.code, close.when));
    }),
  ];
}

function coveredByCase(
  { route, skip, steps }: Case,
  sockets: ReadonlyMap<string, SocketContract>,
): readonly string[] {
  if (skip !== undefined) return [];
  const contract = sockets.get(route ?? "");
  return steps.flatMap((step) => {
    if (step.kind === "exchange") return coveredByExchange(step, route);
    return contract === undefined ? [] : coveredByConversation(step, contract);
  });
}

/** Every route and status, every live frame, close and refusal of the contracts, against cases and reasons. Pure. */
export function measureCoverage({
  routes,
  sockets,
  cases,
  deviations,
  reasons,
}: CoverageInput): Coverage {
  const units = [
    ...Object.keys(COMMON_ANSWERS).map(anyRoute),
    ...routes.flatMap(unitsOfRoute),
    ...sockets.flatMap(unitsOfSocket),
  ];
  const bySocket = new Map(sockets.map((contract) => [contract.id, contract]));
  const deviating = cases
    .filter((given) => deviations.some((deviation) => isCoveredBy(given, deviation)))
    .map((given) => applyDeviations(given, deviations));
  const covered = new Set(
    [...cases, ...deviating].flatMap((given) => coveredByCase(given, bySocket)),
  );
  const missing = units.filter((unit) => !covered.has(unit) && reasons[unit] === undefined);
  const known = new Set(units);
  return {
    total: units.length,
    covered: units.length - missing.length,
    missing,
    idleReasons: Object.keys(reasons).filter((unit) => covered.has(unit) || !known.has(unit)),
  };
}
