import { z } from "zod";

import { text, webAddress } from "../arguments.ts";
import { ToolError } from "../tool-error.ts";
import { defineTool, type ToolContext } from "../tool.ts";
import { readReceipt, type Reading, type ReceiptFields } from "./receipt-fields.ts";

const CRITICAL = ["total", "volume", "price"] as const;

function toLevel(confidence: number): "high" | "medium" | "low" {
  if (confidence >= 0.8) return "high";
  return confidence >= 0.5 ? "medium" : "low";
}

function mapFields<T>(
  fields: ReceiptFields,
  map: (reading: Reading<unknown>) => T,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries<Reading<unknown>>({ ...fields }).map(([name, reading]) => [name, map(reading)]),
  );
}

async function readText(
  url: string,
  { receiptReader }: Pick<ToolContext, "receiptReader">,
  signal: AbortSignal,
): Promise<string> {
  if (receiptReader === undefined) {
    throw new ToolError(
      "NOT_CONFIGURED",
      "Receipt pictures cannot be read here: no Anthropic key is set. Type in the text of the receipt",
    );
  }
  return receiptReader.transcribe(url, signal);
}

export const scanFuelReceipt = defineTool({
  name: "scan_fuel_receipt_with_confidence",
  description:
    "Read total, volume, price and date off a fuel receipt, and say how sure each reading is. Nothing is stored: the user confirms first.",
  category: "fuel",
  access: "read",
  triggers: /\breceipts?\b/iu,
  needs: [],
  timeoutMs: 15_000,
  arguments: z.object({
    receipt_url: webAddress("Address of the picture of the receipt"),
    ocr_text: text("Text of the receipt, where the client has read it already", 10_000).optional(),
  }),
  async run({ receipt_url, ocr_text }, context, signal) {
    const receipt = ocr_text ?? (await readText(receipt_url, context, signal));
    const fields = readReceipt(receipt);
    const critical = CRITICAL.map((name) => fields[name].confidence);
    const overall = critical.reduce((sum, confidence) => sum + confidence, 0) / critical.length;
    const unsure = CRITICAL.filter((name) => toLevel(fields[name].confidence) !== "high");
    return {
      success: true,
      extracted: {
        ...mapFields(fields, ({ value }) => value),
        receipt_url,
        method: ocr_text === undefined ? "vision" : "ocr_text",
        confidence: mapFields(fields, ({ confidence }) => confidence),
        overall_confidence: Math.round(overall * 100) / 100,
      },
      confidence_analysis: mapFields(fields, ({ confidence }) => toLevel(confidence)),
      requires_user_confirmation: true,
      approval_message:
        unsure.length === 0
          ? "Please confirm these figures before they are saved"
          : `Please check ${unsure.join(", ")}: the receipt does not say clearly`,
    };
  },
});
