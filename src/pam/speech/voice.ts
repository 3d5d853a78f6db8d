/** Engines that the voice tables speak of: the legacy's four. */
export const TABLE_ENGINES = ["edge", "coqui", "system", "supabase"] as const;
export type TableEngine = (typeof TABLE_ENGINES)[number];

/** One of PAM's voices, and what each engine has for it. */
export interface Voice {
  readonly id: string;
  readonly displayName: string;
  readonly engines: Readonly<Partial<Record<TableEngine, string>>>;
  readonly gender: "female" | "male";
  readonly age: "young" | "middle";
  readonly accent: "american" | "british" | "australian" | "canadian";
  readonly style: "professional" | "friendly" | "energetic" | "calm" | "authoritative";
  /** From 0 to 10. */
  readonly qualityScore: number;
}
