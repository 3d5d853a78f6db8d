import type { CleanContext } from "#pam/safety/sanitize/sanitize-context.ts";

type Context = Readonly<Record<string, unknown>>;

/** What `init` told of a connection. It ends with the connection, as on the legacy. */
export interface InitData {
  readonly location: unknown;
  readonly vehicleInfo: unknown;
  readonly travelStyle: unknown;
  readonly sessionId: string | undefined;
}

/** Without a place nothing of an `init` is kept, whatever else it holds. */
export function toInitData(
  context: CleanContext,
  sessionId: string | undefined,
): InitData | undefined {
  const location = context["userLocation"];
  if (location === undefined || location === "" || location === 0 || location === false) {
    return undefined;
  }
  const { vehicleInfo, travelStyle } = context;
  return { location, vehicleInfo, travelStyle, sessionId };
}

/** The client's context over the place that `init` told; what is of the connection is not the client's to say. */
export function toClientContext(
  context: CleanContext,
  init: InitData | undefined,
  more: Context,
): Context {
  return { ...(init !== undefined && { user_location: init.location }), ...context, ...more };
}

/** `init` wins over the profile and over the client. */
export function withInitData(context: Context, init: InitData | undefined): Context {
  return {
    ...context,
    ...(init?.vehicleInfo !== undefined && { vehicle_info: init.vehicleInfo }),
    ...(init?.travelStyle !== undefined && { travel_style: init.travelStyle }),
  };
}

/** A client's context under the names by which it is remembered. */
export function toRememberedContext({
  userLocation,
  vehicleInfo,
  travelStyle,
  ...rest
}: CleanContext): Context {
  return {
    ...rest,
    ...(userLocation !== undefined && { user_location: userLocation }),
    ...(vehicleInfo !== undefined && { vehicle_info: vehicleInfo }),
    ...(travelStyle !== undefined && { travel_style: travelStyle }),
  };
}
