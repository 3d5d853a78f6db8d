export type Complexity = "simple" | "medium" | "complex";

export interface ComplexityVerdict {
  readonly complexity: Complexity;
  /** From 0 to 1. */
  readonly confidence: number;
}

const SMALL_TALK =
  /^(?:hi|hello|hey|good (?:morning|afternoon|evening)|thanks|thank you|bye|goodbye|how are you|(?:yes|no|ok|okay|help)$)\b/u;

/** Two of them make a message complex. */
const COMPLEX_SIGNALS: readonly RegExp[] = [
  /\b(?:plan|analyze|optimize|compare|evaluate|recommend)\b/u,
  /\b(?:and then|after that|next|finally)\b/u,
  /(?:\bunder|\bwithin) \$\d|\bbudget of\b/u,
  /\b(?:best|cheapest|fastest|optimal)\b/u,
  /\b(?:if|unless|when|while)\b/u,
  /\b(?:multiple|several|many|various)\b/u,
];

/** Found anywhere in the text, as on the legacy: "budget" counts as "get". */
const ACTIONS: readonly string[] =
  "add create update delete find search show get list book reserve cancel".split(" ");

/** How much a message asks of a model, by the legacy's rules; the first that applies decides. */
export function detectComplexity(message: string): ComplexityVerdict {
  const text = message.trim().toLowerCase();
  const words = text.split(/\s+/u).length;
  const signals = COMPLEX_SIGNALS.filter((signal) => signal.test(text)).length;
  const actions = ACTIONS.filter((action) => text.includes(action)).length;

  if (text.length < 5) return { complexity: "simple", confidence: 0.9 };
  if (SMALL_TALK.test(text)) return { complexity: "simple", confidence: 0.8 };
  if (signals >= 2) return { complexity: "complex", confidence: 0.85 };
  if (words > 30) return { complexity: "complex", confidence: 0.7 };
  if (actions >= 2) return { complexity: "complex", confidence: 0.75 };
  if (actions === 1) return { complexity: "medium", confidence: 0.8 };
  if (text.includes("?") && words < 10) return { complexity: "simple", confidence: 0.7 };
  return { complexity: "medium", confidence: 0.6 };
}
