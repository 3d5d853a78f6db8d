type Context = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Context =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The words by which a goal says for itself that it is about an RV: the legacy's. */
const SAYS_RV = /rv|caravan|motorhome|camping|campground/iu;

export interface TravelContext {
  readonly context: Context;
  readonly isRvTrip: boolean;
}

/** What a client's context says of how somebody travels, made plain for whoever plans; the legacy's rules. */
export function readTravelContext(client: Context, goal: string): TravelContext {
  const rv = isRecord(client["rv_context"]) ? client["rv_context"] : {};
  const isRvTrip = rv["is_rv_traveler"] === true || client["is_rv_traveler"] === true;
  if (!isRvTrip) return { context: client, isRvTrip };
  const vehicle = rv["vehicle_info"] ?? client["vehicle_info"];
  return {
    isRvTrip,
    context: {
      ...client,
      travel_mode: "RV",
      requires_rv_planning: true,
      ...(vehicle !== undefined && { vehicle_constraints: vehicle }),
      ...(!SAYS_RV.test(goal) && { implicit_rv_context: true }),
    },
  };
}
