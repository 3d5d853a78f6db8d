import { z } from "zod";

import { text, whole } from "../arguments.ts";
import { containing } from "../common/like-pattern.ts";
import { defineTool } from "../tool.ts";

const STOP_WORDS = new Set(
  "about and are did does for from had has have how last latest mine recent record records result results show tell the this was what when where which with you your".split(
    " ",
  ),
);
const SNIPPET_CHARACTERS = 500;
const MAX_TERMS = 10;

/** Words of three letters and more that say something. */
function toTerms(query: string): readonly string[] {
  return query
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length >= 3 && !STOP_WORDS.has(word))
    .slice(0, MAX_TERMS);
}

/** The text around the first term that is found in it. */
function toSnippet(texts: readonly (string | null)[], terms: readonly string[]): string {
  for (const body of texts) {
    const lower = body?.toLowerCase() ?? "";
    const at = Math.min(...terms.map((term) => lower.indexOf(term)).filter((index) => index >= 0));
    if (body !== null && Number.isFinite(at)) {
      const start = Math.max(0, at - SNIPPET_CHARACTERS / 4);
      return body.slice(start, start + SNIPPET_CHARACTERS);
    }
  }
  return "";
}

export const searchMedicalRecords = defineTool({
  name: "search_medical_records",
  description: "Search the text of the user's own health documents.",
  category: "medical",
  access: "read",
  triggers: /\b(?:lab|test|blood|scan|x-?ray|mri|ct) (?:results?|reports?)\b|\bdiagnos\w+\b/iu,
  needs: ["database"],
  arguments: z.object({
    query: text("One or two short medical terms, 500 characters at most", 500),
    limit: whole("Most results, 1 to 50; 10 if absent", { min: 1, max: 50 }).optional(),
  }),
  async run({ query, limit = 10 }, { database, caller }) {
    const terms = toTerms(query);
    const columns = ["title", "summary", "description", "ocr_text"] as const;
    const records =
      terms.length === 0
        ? []
        : await database
            .selectFrom("medical_records")
            .selectAll()
            .where("user_id", "=", caller.userId)
            .where((eb) =>
              eb.or(
                terms.flatMap((term) =>
                  columns.map((column) => eb(column, "ilike", containing(term))),
                ),
              ),
            )
            .orderBy("created_at", "desc")
            .limit(limit)
            .execute();
    const unsearchable = await database
      .selectFrom("medical_records")
      .select(["id", "title", "type"])
      .where("user_id", "=", caller.userId)
      .where("ocr_text", "is", null)
      .where("summary", "is", null)
      .limit(limit)
      .execute();
    return {
      success: true,
      query,
      search_terms: terms,
      results_found: records.length,
      results: records.map((row) => ({
        id: row.id,
        type: row.type,
        title: row.title,
        summary: row.summary,
        tags: row.tags ?? [],
        test_date: row.test_date,
        matching_text: toSnippet([row.ocr_text, row.summary, row.description, row.title], terms),
        has_structured_data: row.content_json !== null,
      })),
      unsearchable_records: unsearchable,
      message:
        terms.length === 0
          ? "Give a word of three letters or more to search by"
          : `Found ${records.length} documents`,
    };
  },
});
