import type { Database } from "#platform/database/index.ts";

import { containing } from "./like-pattern.ts";

export interface KnowledgeSearch {
  readonly query?: string | undefined;
  readonly category?: string | undefined;
  readonly knowledgeType?: string | undefined;
  readonly location?: string | undefined;
  /** An entry with any of them is found. */
  readonly tags?: readonly string[] | undefined;
  readonly minPriority?: number | undefined;
  readonly limit: number;
}

export interface Knowledge {
  readonly id: string;
  readonly title: string;
  readonly content: string;
  readonly type: string;
  readonly category: string;
  readonly priority: number | null;
  readonly location: string | null;
  readonly date_context: string | null;
  readonly tags: readonly string[];
  readonly usage_count: number;
  readonly created_at: string | null;
}

/** Words that narrow nothing down. */
const STOP_WORDS = new Set(
  "a an and are at can do for how i in is my of on or the to what when where which with".split(" "),
);

/** The words that an entry is looked for by; the whole text where nothing else is left of it. */
function toSearchWords(query: string): readonly string[] {
  const words = query
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 1 && !STOP_WORDS.has(word));
  return words.length === 0 ? [query.trim()] : words.slice(0, 12);
}

/** Active entries of the curated knowledge, which all users share, most important first. */
export async function searchKnowledgeBase(
  database: Database,
  search: KnowledgeSearch,
): Promise<readonly Knowledge[]> {
  const { query, category, knowledgeType, location, tags = [], minPriority = 1, limit } = search;
  let rows = database
    .selectFrom("pam_admin_knowledge")
    .selectAll()
    .where("is_active", "=", true)
    .where("priority", ">=", minPriority);
  if (query !== undefined) {
    rows = rows.where((eb) =>
      eb.or(
        toSearchWords(query).flatMap((word) => [
          eb("title", "ilike", containing(word)),
          eb("content", "ilike", containing(word)),
          eb("location_context", "ilike", containing(word)),
        ]),
      ),
    );
  }
  if (category !== undefined) rows = rows.where("category", "=", category);
  if (knowledgeType !== undefined) rows = rows.where("knowledge_type", "=", knowledgeType);
  if (location !== undefined) rows = rows.where("location_context", "ilike", containing(location));
  if (tags.length > 0) rows = rows.where((eb) => eb("tags", "&&", eb.val([...tags])));
  const found = await rows
    .orderBy("priority", "desc")
    .orderBy("created_at", "desc")
    .limit(limit)
    .execute();
  return found.map((row) => ({
    id: row.id,
    title: row.title,
    content: row.content,
    type: row.knowledge_type,
    category: row.category,
    priority: row.priority,
    location: row.location_context,
    date_context: row.date_context,
    tags: row.tags ?? [],
    usage_count: row.usage_count ?? 0,
    created_at: row.created_at,
  }));
}
