import type { Database } from "#platform/database/index.ts";

import { containing } from "../common/like-pattern.ts";

/** What a product is to a model and a user: none of the catalogue's bookkeeping. */
export interface Product {
  readonly id: string;
  readonly title: string;
  readonly description: string | null;
  readonly category: string;
  readonly price: number | null;
  readonly currency: string | null;
  readonly url: string;
  readonly image_url: string | null;
  readonly tags: readonly string[];
}

export interface ProductSearch {
  /** A product is found by any of them, in its title, texts or tags. */
  readonly words?: readonly string[] | undefined;
  readonly categories?: readonly string[] | undefined;
  readonly minPrice?: number | undefined;
  readonly maxPrice?: number | undefined;
  readonly limit: number;
}

/** Active products of the catalogue, featured ones first. */
export async function searchCatalogue(
  database: Database,
  { words = [], categories = [], minPrice, maxPrice, limit }: ProductSearch,
): Promise<readonly Product[]> {
  let query = database.selectFrom("affiliate_products").selectAll().where("is_active", "=", true);
  if (words.length > 0) {
    query = query.where((eb) =>
      eb.or(
        words.flatMap((word) => [
          eb("title", "ilike", containing(word)),
          eb("short_description", "ilike", containing(word)),
          eb("description", "ilike", containing(word)),
          eb("tags", "&&", eb.val([word.toLowerCase()])),
        ]),
      ),
    );
  }
  if (categories.length > 0) query = query.where("category", "in", [...categories]);
  if (minPrice !== undefined) query = query.where("price", ">=", minPrice);
  if (maxPrice !== undefined) query = query.where("price", "<=", maxPrice);
  const rows = await query
    .orderBy("is_featured", (order) => order.desc().nullsLast())
    .orderBy("sort_order", (order) => order.asc().nullsLast())
    .orderBy("title")
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    title: row.title,
    description: row.short_description ?? row.description,
    category: row.category,
    price: row.price,
    currency: row.currency,
    url: row.affiliate_url,
    image_url: row.image_url,
    tags: row.tags ?? [],
  }));
}

/** Words of three letters and more. */
export function toProductWords(text: string): readonly string[] {
  const words = text.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  const long = words.filter((word) => word.length >= 3);
  return long.length === 0 ? [text] : long.slice(0, 8);
}
