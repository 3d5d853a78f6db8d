import { z } from "zod";

export const engine = z.enum(["edge", "coqui", "pyttsx3", "system", "supabase", "disabled"]);

/** Those of the native side, where `system` is espeak-ng. */
export const nativeEngine = z.enum(["openai", "edge", "system"]);

export const quality = z.enum(["high", "medium", "low", "fallback"]);
