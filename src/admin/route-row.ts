import type { DeliveryPort } from "#admin/delivery-port.ts";
import type { HourSplit, RouteHistory } from "#admin/route-history.ts";
import type { RouteOverview } from "#admin/route-overview.ts";
import type { CeilingVerdict } from "#delivery/ceiling/index.ts";
import {
  type CensusReport,
  type DeletionVerdict,
  type RouteCensus,
  toDeletionVerdict,
} from "#delivery/census/index.ts";
import type { DriftEvidence } from "#delivery/drift/index.ts";
import type { Pin } from "#delivery/evidence/index.ts";
import type { RouteReading, Trip } from "#delivery/guard/index.ts";
import type { CeilingMode } from "#platform/config/settings.ts";
import type { Flags } from "#platform/flags/index.ts";
import { KILL_SWITCH } from "#routing/decide.ts";

/** Where a route stands on its way, in one word. */
export type RouteMode =
  | "legacy-only"
  | "no-native"
  | "killed"
  | "tripped"
  | "legacy"
  | "shadow"
  | "canary"
  | "native";

/** What delivery knows of a route, beside what flags and traffic say. */
export interface RouteRow extends RouteOverview {
  readonly mode: RouteMode;
  /** The flag that decides, and the share it gives; `percent` is `null` where its rule is more than a share. */
  readonly rollout: {
    readonly flag: string;
    readonly rule: string;
    readonly percent: number | null;
  } | null;
  readonly ceiling: {
    readonly mode: CeilingMode;
    readonly allowedPercent: number;
    readonly earnedPercent: number;
    readonly step: CeilingVerdict["step"];
    readonly next: NonNullable<CeilingVerdict["next"]> | null;
    readonly pin: Pin | null;
  } | null;
  readonly suite: { readonly isGreen: boolean; readonly atMs: number } | null;
  readonly guard: {
    readonly state: "armed" | "tripped";
    readonly trip: Trip | null;
    /** `null`: nothing native was seen yet. */
    readonly signals: RouteReading | null;
  } | null;
  /** `null`: nothing was compared yet. */
  readonly drift: DriftEvidence | null;
  readonly census: {
    readonly isDeletable: boolean;
    readonly checklist: DeletionVerdict["checklist"];
    readonly legacyHits: number;
    readonly legacyLastSeenMs: number | null;
    readonly legacyCohorts: number;
  } | null;
  /** `null` where no history is kept. */
  readonly lastHour: HourSplit | null;
}

export interface RowFacts {
  readonly flags: ReturnType<Flags["list"]>;
  readonly history: Pick<RouteHistory, "hourOf"> | undefined;
  readonly delivery: DeliveryPort | undefined;
  readonly census: CensusReport | undefined;
  readonly nowMs: number;
}

/** The share that a rule gives; `null` where it is more than one plain share. */
export function toSharePercent(rule: string): number | null {
  if (rule === "always" || rule === "always (no strategy)") return 100;
  if (/^never(?: \(disabled\))?$/u.test(rule)) return 0;
  const share = /^(\d+(?:\.\d+)?) % by \w+(?: in group \S+)?$/u.exec(rule)?.[1];
  return share === undefined ? null : Number(share);
}

const isOn = (flags: RowFacts["flags"], name: string): boolean =>
  flags.some((flag) => flag.name === name && flag.enabled && toSharePercent(flag.rule) !== 0);

function toMode(route: RouteOverview, { flags, delivery }: RowFacts): RouteMode {
  if (route.concern === "legacy-only") return "legacy-only";
  if (!route.hasNative) return "no-native";
  if (isOn(flags, KILL_SWITCH) && route.decision.reason === "kill-switch") return "killed";
  if (delivery?.guard.of(route.id).trip !== undefined) return "tripped";
  if (route.sides.length > 1) return "canary";
  if (route.sides.includes("native")) return "native";
  return isOn(flags, `${route.concernFlag ?? ""}.shadow`) ? "shadow" : "legacy";
}

function toRollout({ flag, concernFlag }: RouteOverview, flags: RowFacts["flags"]) {
  const found = [flag, concernFlag].flatMap((name) => flags.filter((each) => each.name === name));
  const [decides] = found;
  if (decides === undefined) return null;
  const { name, rule } = decides;
  return { flag: name, rule, percent: toSharePercent(rule) };
}

/** Whether the legacy side of a route can be taken away, by all that is known now. */
export function toVerdict(
  { id, hasNative }: Pick<RouteOverview, "id" | "hasNative">,
  {
    delivery,
    census,
    nowMs,
  }: Pick<RowFacts, "nowMs"> & {
    readonly delivery: DeliveryPort;
    readonly census: CensusReport;
  },
): DeletionVerdict {
  return toDeletionVerdict({
    hasNative,
    census: census.routes.find(({ routeId }) => routeId === id),
    sinceMs: census.sinceMs,
    isSuiteGreen: delivery.evidence.of(id).suite?.isGreen === true,
    isPinned: delivery.ceiling.of(id).pin !== undefined,
    isTripped: delivery.guard.of(id).trip !== undefined,
    nowMs,
  });
}

function toCensus(
  route: RouteOverview,
  delivery: DeliveryPort,
  { census, nowMs }: RowFacts,
): RouteRow["census"] {
  if (census === undefined) return null;
  const seen: RouteCensus | undefined = census.routes.find(({ routeId }) => routeId === route.id);
  return {
    ...toVerdict(route, { delivery, census, nowMs }),
    legacyHits: seen?.legacy.hits ?? 0,
    legacyLastSeenMs: seen?.legacy.lastSeenMs ?? null,
    legacyCohorts: seen?.legacyCohorts ?? 0,
  };
}

type Safety = Pick<RouteRow, "ceiling" | "suite" | "guard" | "drift" | "census">;

function toSafety(route: RouteOverview, facts: RowFacts): Safety {
  const { delivery } = facts;
  // A route that stays on legacy has none of it.
  if (delivery === undefined || route.concern === "legacy-only") {
    return { ceiling: null, suite: null, guard: null, drift: null, census: null };
  }
  const { next, pin, ...verdict } = delivery.ceiling.of(route.id);
  const { trip, reading } = delivery.guard.of(route.id);
  return {
    ceiling: { mode: delivery.ceiling.mode, ...verdict, next: next ?? null, pin: pin ?? null },
    suite: delivery.evidence.of(route.id).suite ?? null,
    guard: {
      state: trip === undefined ? "armed" : "tripped",
      trip: trip ?? null,
      signals: reading ?? null,
    },
    drift: delivery.drift.evidenceOf(route.id) ?? null,
    census: toCensus(route, delivery, facts),
  };
}

/** A route as the dashboard shows it. Pure but for what it looks up. */
export function toRouteRow(route: RouteOverview, facts: RowFacts): RouteRow {
  return {
    ...route,
    mode: toMode(route, facts),
    rollout: toRollout(route, facts.flags),
    ...toSafety(route, facts),
    lastHour: facts.history?.hourOf(route.id) ?? null,
  };
}
