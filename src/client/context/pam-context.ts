import type { WrongContextName } from "./context-names.ts";

/** What the backend keeps of a value; lists, and what lies deeper than one object, it drops in silence. */
export type PamContextScalar = string | number | boolean;

/** One level of names and values. */
export type PamContextGroup = Readonly<Record<string, PamContextScalar | null | undefined>>;

interface PlaceFacts {
  readonly latitude?: number | undefined;
  readonly longitude?: number | undefined;
  /** In metres. */
  readonly accuracy?: number | undefined;
  /** When the place was found, in milliseconds since the epoch. */
  readonly timestamp?: number | undefined;
  readonly region?: string | undefined;
  readonly country?: string | undefined;
  readonly address?: string | undefined;
  /** An IANA name. */
  readonly timezone?: string | undefined;
  readonly source?: "gps" | "ip" | "browser" | "cached" | undefined;
}

interface Coordinates extends PlaceFacts {
  readonly lat: number;
  readonly lng: number;
  readonly city?: string | undefined;
}

interface NamedPlace extends PlaceFacts {
  readonly lat?: number | undefined;
  readonly lng?: number | undefined;
  readonly city: string;
}

/** Where the user is: coordinates in degrees, or at least the name of a town. */
export type UserLocationContext = Coordinates | NamedPlace;

interface ContextFields {
  readonly session_id?: string | undefined;
  readonly current_page?: string | undefined;
  readonly region?: string | undefined;
  /** An IANA name. */
  readonly timezone?: string | undefined;
  /** `en`, `es` or `fr`; others are answered in English. */
  readonly language?: string | undefined;
  readonly travel_style?: string | undefined;
  readonly environment?: string | undefined;
  readonly last_intent?: string | undefined;
  readonly user_location?: UserLocationContext | undefined;
  /** The backend writes its own over it. */
  readonly connection_type?: "websocket" | "websocket_streaming" | "http" | undefined;
  readonly input_mode?: "voice" | "text" | undefined;
  readonly user_settings?: PamContextGroup | undefined;
  readonly vehicle_info?: PamContextGroup | undefined;
  readonly travel_preferences?: PamContextGroup | undefined;
  readonly budget_constraints?: PamContextGroup | undefined;
  readonly current_trip?: PamContextGroup | undefined;
  readonly session_data?: PamContextGroup | undefined;
  /** In milliseconds since the epoch. */
  readonly timestamp?: number | undefined;
  /** `YYYY-MM-DD`, where the user is. */
  readonly current_date?: string | undefined;
  readonly in_financial_section?: boolean | undefined;
  readonly viewing_expenses?: boolean | undefined;
  readonly planning_trip?: boolean | undefined;
  readonly is_rv_traveler?: boolean | undefined;
}

type OtherFields = Readonly<
  Record<string, PamContextScalar | PamContextGroup | UserLocationContext | null | undefined>
>;

/** Names that look right and that the backend does not read. */
type WrongFields = { readonly [Name in WrongContextName]?: never };

/** What the assistant is told of the user's situation. Fields of an application's own may come with it. */
export type PamContext = ContextFields & { readonly user_id: string } & WrongFields & OtherFields;

/** A context before it is sent: the client fills in who the user is. */
export type PamContextInput = ContextFields & {
  readonly user_id?: string | undefined;
} & WrongFields &
  OtherFields;
