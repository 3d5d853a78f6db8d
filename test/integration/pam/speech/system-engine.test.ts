import { describe, expect, test } from "vitest";

import { createSystemEngine } from "#pam/speech/engines/system-engine.ts";
import { resolveVoice, VOICES } from "#pam/speech/index.ts";
import { runProcess } from "#pam/speech/run-process.ts";
import { createFakeProgram, espeakProblem } from "#support/espeak.ts";
import { isSkipped } from "#support/services.ts";

const VOICE = resolveVoice("pam_british_male");
const soon = (): AbortSignal => AbortSignal.timeout(10_000);

describe("a program that stands in for espeak-ng", () => {
  test("is given the text on its input, and the voice as arguments", async () => {
    await using program = await createFakeProgram('printf "RIFF0000WAVE%s|" "$*"', "cat");
    const engine = createSystemEngine({ run: runProcess, file: program.file });
    const { bytes, mediaType } = await engine.synthesize("-v x; $(id)", VOICE, soon());
    expect(mediaType).toBe("audio/wav");
    expect(bytes.toString()).toBe(
      "RIFF0000WAVE--stdin --stdout -b 1 -s 165 -v en-gb+m3|-v x; $(id)",
    );
  });

  test("that gives no sound is a failure", async () => {
    await using program = await createFakeProgram("echo hello");
    const engine = createSystemEngine({ run: runProcess, file: program.file });
    await expect(engine.synthesize("Hello", VOICE, soon())).rejects.toThrow(
      "The engine gave no sound",
    );
  });

  test("is there or not, and is looked for once", async () => {
    await using program = await createFakeProgram("echo x >> $0.calls");
    let runs = 0;
    const engine = createSystemEngine({
      file: program.file,
      async run(options) {
        runs += 1;
        return runProcess(options);
      },
    });
    expect(await engine.isAvailable()).toBe(true);
    expect(await engine.isAvailable()).toBe(true);
    expect(runs).toBe(1);
    const absent = createSystemEngine({ run: runProcess, file: "/nowhere/espeak-ng" });
    expect(await absent.isAvailable()).toBe(false);
  });
});

describe.skipIf(isSkipped("espeak-ng", espeakProblem()))("espeak-ng itself", () => {
  const engine = createSystemEngine({ run: runProcess });

  test("speaks: a WAVE file of 22,050 samples a second whose sizes are those of its bytes", async () => {
    const { bytes, mediaType } = await engine.synthesize("Hello, this is PAM.", VOICE, soon());
    expect(mediaType).toBe("audio/wav");
    expect(bytes.toString("latin1", 0, 4)).toBe("RIFF");
    expect(bytes.readUInt32LE(4)).toBe(bytes.length - 8);
    expect(bytes.toString("latin1", 36, 40)).toBe("data");
    expect(bytes.readUInt32LE(40)).toBe(bytes.length - 44);
    expect(bytes.readUInt32LE(24)).toBe(22_050);
    // Half a second at the least, and not silence.
    expect(bytes.length).toBeGreaterThan(22_050);
    expect(bytes.subarray(44).some((byte) => byte !== 0)).toBe(true);
  });

  test("has every voice that PAM's are spoken with", async () => {
    expect(await engine.isAvailable()).toBe(true);
    const firstOfEach = new Map(VOICES.map((voice) => [engine.voiceIdOf(voice), voice]));
    for (const voice of firstOfEach.values()) {
      // oxlint-disable-next-line no-await-in-loop -- one process at a time
      await expect(engine.synthesize("Hi", voice, soon())).resolves.toMatchObject({
        mediaType: "audio/wav",
      });
    }
  });

  test("speaks the longest text within its time, whatever the text holds", async () => {
    const odd = "Straße, naïve 日本 🚐 <speak> [[x]] & ";
    const prose = "The next campground is ten miles down the road, and it has two free places. ";
    const text = `${odd}${prose.repeat(30)}`.slice(0, 2_000);
    const signal = AbortSignal.timeout(engine.timeoutMs * 4);
    const { bytes } = await engine.synthesize(text, VOICE, signal);
    expect(bytes.length).toBeGreaterThan(500_000);
  });
});
