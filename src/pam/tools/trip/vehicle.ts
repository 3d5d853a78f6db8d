import type { Database } from "#platform/database/index.ts";

/** Litres per 100 km times miles per US gallon. */
export const L_PER_100KM_TIMES_MPG = 235.214_583;
export const LITRES_PER_GALLON = 3.785_412;

export interface Vehicle {
  readonly id: string;
  readonly name: string;
  readonly mpg: number | undefined;
}

/** The user's own vehicle: the one named by its id, else the primary one, else any. */
export async function findVehicle(
  database: Database,
  userId: string,
  vehicleId?: string,
): Promise<Vehicle | undefined> {
  const row = await database
    .selectFrom("vehicles")
    .select(["id", "name", "fuel_consumption_mpg", "fuel_consumption_l_per_100km"])
    .where("user_id", "=", userId)
    .$if(vehicleId !== undefined, (query) => query.where("id", "=", vehicleId ?? ""))
    .orderBy("is_primary", (order) => order.desc().nullsLast())
    .orderBy("created_at", "desc")
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const litres = row.fuel_consumption_l_per_100km;
  const fromLitres = litres === null || litres <= 0 ? undefined : L_PER_100KM_TIMES_MPG / litres;
  return { id: row.id, name: row.name, mpg: row.fuel_consumption_mpg ?? fromLitres };
}
