import { z } from "zod";

export const engine = z.enum(["edge", "coqui", "pyttsx3", "system", "supabase", "disabled"]);

export const quality = z.enum(["high", "medium", "low", "fallback"]);
