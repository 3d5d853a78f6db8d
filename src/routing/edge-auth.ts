import type { AuthKind } from "#contracts/contract.ts";
import { ROUTE_CONTRACTS, SOCKET_CONTRACTS } from "#contracts/index.ts";
import { type Authenticator, bearerToken, type Principal } from "#platform/auth.ts";
import { AppError } from "#platform/errors.ts";
import type { Flags } from "#platform/flags/index.ts";
import type { Logger } from "#platform/logger.ts";
import type { Metrics } from "#platform/metrics.ts";
import { tokenOf } from "#routing/cohort.ts";
import type { LegacyExchange } from "#routing/legacy-exchange.ts";
import type { Route } from "#routing/route.ts";

/** Its variants are `off`, `report` and `enforce`; without one it is off. */
const EDGE_AUTH_FLAG = "pam.edge-auth";

/**
 * Verifies, in front of the legacy, what the legacy takes on trust. Where the flag says `report`, off the reply's
 * path: it counts and logs, and changes nothing. Where it says `enforce`, first.
 */
export interface EdgeAuth {
  /**
   * `undefined` where nothing keeps the exchange from the legacy, which then costs a look-up and a flag. Else
   * resolves with why it is refused, or with nothing; never rejects.
   */
  check(exchange: LegacyExchange): Promise<AppError | undefined> | undefined;
}

export interface EdgeAuthOptions {
  readonly routes: readonly Route[];
  readonly flags: Pick<Flags, "variantOf">;
  readonly authenticator: Authenticator;
  readonly metrics: Pick<Metrics, "counter">;
  readonly logger: Pick<Logger, "info" | "warn">;
}

const MODES = ["report", "enforce"] as const;
type Mode = (typeof MODES)[number];
const OUTCOMES = [
  "verified",
  "missing",
  "invalid",
  "expired",
  "other-user",
  "unverifiable",
] as const;
type Outcome = (typeof OUTCOMES)[number];

/** Where a route's token stands. A handshake without the parameter is refused by the legacy itself, if it reads it. */
interface TokenRule {
  readonly place: "header" | "query";
  readonly isLegacyRefusingNone: boolean;
}

const USER_PARAMETER = "user_id";
/** May open sockets in the name of others, on the legacy and natively. */
const ROLES_FOR_OTHERS: ReadonlySet<string> = new Set(["admin", "service_role"]);

const IN_HEADER: TokenRule = { place: "header", isLegacyRefusingNone: false };
const IN_QUERY: TokenRule = { place: "query", isLegacyRefusingNone: true };
/** The legacy opens it to anybody in anybody's name; clients do send their token. */
const IN_QUERY_UNREAD: TokenRule = { place: "query", isLegacyRefusingNone: false };

const RULES: Readonly<Partial<Record<AuthKind, TokenRule>>> = {
  bearer: IN_HEADER,
  "bearer-with-profile": IN_HEADER,
  "bearer-limited": IN_HEADER,
  "socket-token": IN_QUERY,
};

/** By the contract's word; beyond it, whoever opens a socket in a user's name must be that user. */
function toRules(routes: readonly Route[]): ReadonlyMap<string, TokenRule> {
  const contracts = [...ROUTE_CONTRACTS, ...SOCKET_CONTRACTS];
  const kinds = new Map(contracts.map(({ id, auth }) => [id, auth]));
  return new Map(
    routes.flatMap(({ id, method, path }) => {
      const isInUsersName = method === "WS" && path.includes(`{${USER_PARAMETER}}`);
      const rule = RULES[kinds.get(id) ?? "none"] ?? (isInUsersName ? IN_QUERY_UNREAD : undefined);
      return rule === undefined ? [] : [[id, rule] as const];
    }),
  );
}

function toOutcome({ code }: AppError): Outcome {
  if (code === "TOKEN_MISSING") return "missing";
  if (code === "TOKEN_EXPIRED") return "expired";
  if (code === "TOKEN_KEYS_UNAVAILABLE") return "unverifiable";
  return code === "FORBIDDEN" ? "other-user" : "invalid";
}

export function createEdgeAuth({
  routes,
  flags,
  authenticator,
  metrics,
  logger,
}: EdgeAuthOptions): EdgeAuth {
  const rules = toRules(routes);
  const counter = metrics.counter({
    name: "banyan_edge_auth_total",
    help: "Requests and handshakes on the legacy leg whose token was verified, by what came of it",
    labels: ["mode", "outcome"],
  });
  /** Made at once: asking for a series costs more than adding to it, and each is shown before it is needed. */
  const tallies = new Map(
    MODES.flatMap((mode) =>
      OUTCOMES.map((outcome) => [`${mode} ${outcome}`, counter({ mode, outcome })] as const),
    ),
  );
  const unknownVariants = new Set<string>();

  function modeOf({ resolution: { cohort }, peer }: LegacyExchange): Mode | undefined {
    const subject = { key: cohort.key, remoteAddress: peer.client };
    const variant = flags.variantOf(EDGE_AUTH_FLAG, subject);
    if (variant === "report" || variant === "enforce") return variant;
    if (variant !== undefined && variant !== "off" && !unknownVariants.has(variant)) {
      unknownVariants.add(variant);
      logger.warn({ flag: EDGE_AUTH_FLAG, variant }, "An unknown variant counts as off");
    }
    return undefined;
  }

  async function verify(token: string | undefined): Promise<Principal> {
    if (token === undefined || token === "") throw new AppError("TOKEN_MISSING");
    return authenticator.verifyToken(token);
  }

  /** Why the exchange would be refused. A token that cannot be looked at is as good as none. */
  async function judge(
    token: string | undefined,
    userId: string | undefined,
  ): Promise<AppError | undefined> {
    try {
      const principal = await verify(token);
      const isOther = userId !== undefined && userId !== principal.userId;
      return isOther && !ROLES_FOR_OTHERS.has(principal.role)
        ? new AppError("FORBIDDEN", undefined, { detail: "User ID mismatch" })
        : undefined;
    } catch (error) {
      return error instanceof AppError
        ? error
        : new AppError("TOKEN_INVALID", undefined, { cause: error });
    }
  }

  return {
    check(exchange): Promise<AppError | undefined> | undefined {
      const { request, requestId, target, resolution } = exchange;
      const { match } = resolution;
      const rule = match && rules.get(match.route.id);
      if (match === undefined || rule === undefined) return undefined;
      const mode = modeOf(exchange);
      if (mode === undefined) return undefined;
      const isQuery = rule.place === "query";
      const token = isQuery
        ? tokenOf(true, target, undefined)
        : bearerToken(request.headers.authorization);

      const judged = judge(token, match.params[USER_PARAMETER]).then((refusal) => {
        const outcome = refusal === undefined ? "verified" : toOutcome(refusal);
        tallies.get(`${mode} ${outcome}`)?.add();
        if (refusal !== undefined) {
          logger.info({ requestId, route: match.route.id, mode, outcome }, "A token did not hold");
        }
        return token === undefined && rule.isLegacyRefusingNone ? undefined : refusal;
      });
      return mode === "enforce" ? judged : undefined;
    },
  };
}
