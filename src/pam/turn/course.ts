import type { ModelMessage, ModelTarget, Usage } from "#pam/providers/index.ts";

import type { TurnStep } from "../turn-event.ts";
import type { CallLog, RanCall } from "./run-calls.ts";
import { isWritten, sayInstead, tellChanges } from "./say-instead.ts";

/** What has come of a turn so far. It outlives what breaks the turn. */
export class Course implements CallLog {
  /** What stands between the user's message and the last answer. */
  readonly messages: ModelMessage[] = [];
  readonly ran: RanCall[] = [];
  underWay: Promise<unknown> = Promise.resolve();
  /** The history was told of the turn, or is being told. */
  isKept = false;
  served: ModelTarget | undefined;
  #usage: Usage = { inputTokens: 0, outputTokens: 0 };
  #earlier = "";
  #answer = "";

  /** All that the user was told; equal to the text deltas in a row. */
  get text(): string {
    return this.#earlier + this.#answer;
  }

  /** What the model is saying at the moment. */
  get answer(): string {
    return this.#answer;
  }

  get usage(): Usage {
    return this.#usage;
  }

  /** A change that was carried out: the turn must not be told to have failed, or the user would repeat it. */
  get hasWritten(): boolean {
    return this.ran.some(isWritten);
  }

  /** In words: beside what was changed, what nobody knows the end of. */
  get changes(): string | undefined {
    return tellChanges(this.ran);
  }

  addUsage({ inputTokens, outputTokens }: Usage): void {
    this.#usage = {
      inputTokens: this.#usage.inputTokens + inputTokens,
      outputTokens: this.#usage.outputTokens + outputTokens,
    };
  }

  /** What came before is closed: what is said from now on is another paragraph. */
  beginAnswer(): void {
    this.#earlier = this.text;
    this.#answer = "";
  }

  *say(text: string): Generator<TurnStep, void, void> {
    if (text === "") return;
    const isNewParagraph = this.#answer === "" && this.#earlier !== "";
    if (isNewParagraph) this.#earlier += "\n\n";
    this.#answer += text;
    yield { kind: "text-delta", text: isNewParagraph ? `\n\n${text}` : text };
  }

  /** Says what the tools have to say, in the model's place; after a breakdown only what was changed counts. */
  *sayInstead(which: "all" | "writes"): Generator<TurnStep, void, void> {
    const ran = this.ran.filter((each) => which === "all" || isWritten(each));
    yield* this.say(sayInstead(ran.map(({ result }) => result)));
  }

  /** The tools' own questions, where the answer asks none: a yes to it would be one to nothing that was asked. */
  *sayWhatIsAsked(): Generator<TurnStep, void, void> {
    const asked = this.ran.flatMap(({ result }) =>
      !result.success && result.error_code === "CONFIRMATION_REQUIRED" ? [result.error] : [],
    );
    if (asked.length === 0 || /[?？]/u.test(this.#answer)) return;
    for (const question of new Set(asked)) {
      if (!this.#answer.includes(question)) yield* this.say(`\n\n${question}`);
    }
  }
}
