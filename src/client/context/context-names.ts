/**
 * Names that clients have used for fields of the context, with those that the backend reads. It met the wrong ones
 * with silence, but for `userLocation`, which it takes over `user_location`.
 */
export const WRONG_NAMES = [
  { wrong: "location", right: "user_location" },
  { wrong: "userId", right: "user_id" },
  { wrong: "sessionId", right: "session_id" },
  { wrong: "userLocation", right: "user_location" },
  { wrong: "vehicleInfo", right: "vehicle_info" },
  { wrong: "travelStyle", right: "travel_style" },
  { wrong: "latitude", right: "lat" },
  { wrong: "longitude", right: "lng" },
] as const;

/** The same within `user_location`. They are wrong only where the right one is missing. */
export const WRONG_PLACE_NAMES = [
  { wrong: "latitude", right: "lat" },
  { wrong: "longitude", right: "lng" },
] as const;

export type WrongContextName = (typeof WRONG_NAMES)[number]["wrong"];
export type WrongPlaceName = (typeof WRONG_PLACE_NAMES)[number]["wrong"];
