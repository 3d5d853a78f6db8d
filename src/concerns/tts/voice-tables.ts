import {
  findVoice,
  TABLE_ENGINES,
  type TableEngine,
  type Voice,
  VOICES,
} from "#pam/speech/index.ts";

/** From which score on a voice is good, and from which it is passable. */
const HIGH_SCORE = 9;
const MEDIUM_SCORE = 7;

/** Voices of engines that older clients had stored. */
const STORED_IDS = ["p225", "p228", "en-US-JennyNeural", "en-US-AriaNeural"] as const;

const RECOMMENDED = {
  travel_planning: ["pam_travel_guide", "pam_female_energetic", "pam_female_friendly"],
  financial: ["pam_financial_advisor", "pam_male_professional", "pam_female_professional"],
  emergency: ["pam_emergency", "pam_male_calm", "pam_male_professional"],
  casual: ["pam_female_friendly", "pam_male_friendly", "pam_female_energetic"],
  professional: ["pam_female_professional", "pam_male_professional", "pam_british_female"],
} as const;

function toMapping({ id, engines }: Voice, engine: TableEngine): object {
  const voiceId = engines[engine];
  return voiceId === undefined
    ? { voice_id: null, valid: false, message: `No ${engine} voice mapping found for '${id}'` }
    : { voice_id: voiceId, valid: true, message: `Valid mapping: ${id} -> ${engine}:${voiceId}` };
}

const toEntry = (voice: Voice): object => ({
  display_name: voice.displayName,
  engine_mappings: Object.fromEntries(
    TABLE_ENGINES.map((engine) => [engine, toMapping(voice, engine)]),
  ),
  characteristics: {
    gender: voice.gender,
    age: voice.age,
    accent: voice.accent,
    style: voice.style,
  },
  quality_score: voice.qualityScore,
});

function toResolution(storedId: string): object {
  const voice = findVoice(storedId);
  return { resolved_to: voice?.id ?? null, valid: voice !== undefined };
}

/** How often each value comes, in the order of their first coming. */
function countValues(values: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return Object.fromEntries(counts);
}

const countScores = (isCounted: (score: number) => boolean): number =>
  VOICES.filter(({ qualityScore }) => isCounted(qualityScore)).length;

const STATISTICS = {
  total_voices: VOICES.length,
  engine_coverage: Object.fromEntries(
    TABLE_ENGINES.map((engine) => [
      engine,
      VOICES.filter(({ engines }) => engines[engine] !== undefined).length,
    ]),
  ),
  quality_distribution: {
    high: countScores((score) => score >= HIGH_SCORE),
    medium: countScores((score) => score >= MEDIUM_SCORE && score < HIGH_SCORE),
    low: countScores((score) => score < MEDIUM_SCORE),
  },
  characteristic_distribution: countValues(
    VOICES.flatMap(({ gender, age, accent, style }) => [gender, age, accent, style]),
  ),
} as const;

/** Everything that the tables of voices tell, as the legacy writes it; `nowText` is the moment of telling. */
export const toVoiceTables = (nowText: string): object => ({
  voice_mappings: Object.fromEntries(VOICES.map((voice) => [voice.id, toEntry(voice)])),
  legacy_resolution: Object.fromEntries(STORED_IDS.map((id) => [id, toResolution(id)])),
  context_recommendations: RECOMMENDED,
  mapping_stats: { ...STATISTICS, last_updated: nowText },
  test_timestamp: nowText,
});
