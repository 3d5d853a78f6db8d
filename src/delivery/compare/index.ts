/** Says in which places native does not answer as legacy does. Pure, bounded, redacted. */
export { type Answer, compareAnswers } from "#delivery/compare/compare-answers.ts";
export { compareTranscripts, type TranscriptRules } from "#delivery/compare/compare-transcripts.ts";
export {
  type Comparison,
  DIFFERENCE_KINDS,
  type DifferenceKind,
  type FieldDifference,
} from "#delivery/compare/difference.ts";
export { cleanText } from "#delivery/compare/show-value.ts";
export {
  readFrameType,
  toTurns,
  type Transcript,
  type TranscriptClose,
  type TranscriptFrame,
} from "#delivery/compare/transcript.ts";
export { createVolatileRules } from "#delivery/compare/volatile-rules.ts";
