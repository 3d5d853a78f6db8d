import type { Database } from "#platform/database/index.ts";

import { type Context, type Section, toKnown, toSection } from "../section.ts";

/** Kinds of vehicle that people live and sleep in. */
const RV =
  /\b(?:rv|motor ?home|caravan|camper|campervan|van|bus|trailer|fifth[ _]wheel|truck camper)\b/iu;

const isRv = (vehicleType: string | null | undefined): boolean =>
  typeof vehicleType === "string" && RV.test(vehicleType.replaceAll("_", " "));

/** Names of lists stand in texts, too, one behind the other. */
const toList = (text: string | null): readonly string[] =>
  (text ?? "")
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");

async function findProfile(database: Database, userId: string) {
  return database
    .selectFrom("profiles")
    .select([
      "full_name",
      "nickname",
      "region",
      "language",
      "interests",
      "travel_style",
      "camp_types",
      "max_driving",
      "budget_range",
      "pets",
      "accessibility_needs",
      "vehicle_type",
      "vehicle_make_model",
      "fuel_type",
      "towing",
      "second_vehicle",
    ])
    .where("id", "=", userId)
    .executeTakeFirst();
}

async function findVehicle(database: Database, userId: string) {
  return database
    .selectFrom("vehicles")
    .select([
      "name",
      "vehicle_type",
      "make",
      "model",
      "year",
      "fuel_type",
      "fuel_consumption_mpg",
      "fuel_consumption_l_per_100km",
    ])
    .where("user_id", "=", userId)
    .orderBy("is_primary", (order) => order.desc().nullsLast())
    .orderBy("created_at", "desc")
    .executeTakeFirst();
}

type Profile = NonNullable<Awaited<ReturnType<typeof findProfile>>>;
type Vehicle = NonNullable<Awaited<ReturnType<typeof findVehicle>>>;

const describePerson = (profile: Profile): Context => ({
  user_profile: toKnown({
    name: profile.nickname ?? profile.full_name,
    region: profile.region,
    language: profile.language,
    interests: profile.interests,
  }),
  travel_preferences: toKnown({
    style: profile.travel_style,
    camp_types: toList(profile.camp_types),
    drive_limit_per_day: profile.max_driving,
    budget_range: profile.budget_range,
    pet_info: profile.pets,
    accessibility_needs: profile.accessibility_needs,
  }),
});

const fieldsOfProfile = (profile: Profile): Context => ({
  type: profile.vehicle_type,
  make_model_year: profile.vehicle_make_model,
  fuel_type: profile.fuel_type,
  towing_info: profile.towing,
  second_vehicle: profile.second_vehicle,
});

const fieldsOfVehicle = (vehicle: Vehicle): Context => ({
  name: vehicle.name,
  type: vehicle.vehicle_type,
  make_model_year: [vehicle.make, vehicle.model, vehicle.year].filter(Boolean).join(" "),
  fuel_type: vehicle.fuel_type,
  fuel_consumption_mpg: vehicle.fuel_consumption_mpg,
  fuel_consumption_l_per_100km: vehicle.fuel_consumption_l_per_100km,
});

/** The garage says it better than the profile, as far as it says anything. */
function describeVehicle(profile: Profile | undefined, vehicle: Vehicle | undefined): Context {
  const known = {
    ...(profile && toKnown(fieldsOfProfile(profile))),
    ...(vehicle && toKnown(fieldsOfVehicle(vehicle))),
  };
  const { type } = known;
  if (typeof type !== "string") return { vehicle_info: toKnown(known) };
  return { vehicle_info: { ...known, is_rv: isRv(type) }, is_rv_traveler: isRv(type) };
}

/**
 * Who the user is, how they travel and in what, under the legacy's names. What is delicate stays where it is: address
 * of e-mail, contacts, health and gender.
 */
export const loadProfile: Section = async (database, { userId }) => {
  const [profile, vehicle] = await Promise.all([
    findProfile(database, userId),
    findVehicle(database, userId),
  ]);
  return toSection({
    ...(profile && describePerson(profile)),
    ...describeVehicle(profile, vehicle),
  });
};
