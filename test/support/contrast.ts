import type { Page } from "playwright-core";
import { z } from "zod";

const textsSchema = z.array(
  z.object({
    text: z.string(),
    colour: z.string(),
    /** From the text's own element outwards. */
    backgrounds: z.array(z.string()),
    sizePx: z.number(),
    weight: z.number(),
  }),
);
type PageText = z.output<typeof textsSchema>[number];

/** Runs in the page, whose globals are not this project's. */
const READ_TEXTS = `
  const chain = (element) => (element === null ? [] : [element, ...chain(element.parentElement)]);
  const hasText = (node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim() !== "";
  [...document.querySelectorAll("body *")]
    .filter((element) => element.checkVisibility() && [...element.childNodes].some(hasText))
    .map((element) => {
      const style = getComputedStyle(element);
      return {
        text: element.textContent.trim().slice(0, 40),
        colour: style.color,
        backgrounds: chain(element).map((part) => getComputedStyle(part).backgroundColor),
        sizePx: parseFloat(style.fontSize),
        weight: Number(style.fontWeight),
      };
    })`;

interface Colour {
  readonly rgb: readonly number[];
  readonly alpha: number;
}

const WHITE: Colour = { rgb: [255, 255, 255], alpha: 1 };

/** Of `rgb(…)` and `rgba(…)`, as computed styles give them. */
function toColour(css: string): Colour {
  const [red = 0, green = 0, blue = 0, alpha = 1] = (css.match(/[\d.]+/gu) ?? []).map(Number);
  return { rgb: [red, green, blue], alpha };
}

const blend = (top: Colour, bottom: Colour): Colour => ({
  rgb: top.rgb.map((part, index) => part * top.alpha + (bottom.rgb[index] ?? 0) * (1 - top.alpha)),
  alpha: 1,
});

function luminance({ rgb }: Colour): number {
  const [red = 0, green = 0, blue = 0] = rgb.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function isReadable({ colour, backgrounds, sizePx, weight }: PageText): boolean {
  const background = backgrounds
    .map(toColour)
    .toReversed()
    .reduce((below, layer) => blend(layer, below), WHITE);
  const [dark = 0, light = 0] = [background, blend(toColour(colour), background)]
    .map(luminance)
    .toSorted((left, right) => left - right);
  const isLarge = sizePx >= 24 || (sizePx >= 18.66 && weight >= 700);
  return (light + 0.05) / (dark + 0.05) >= (isLarge ? 3 : 4.5);
}

/** Every visible text of a page, and those of them without the contrast that WCAG 2.2 §1.4.3 asks for. */
export async function readContrast(
  page: Page,
): Promise<{ readonly texts: number; readonly unreadable: readonly PageText[] }> {
  const texts = textsSchema.parse(await page.evaluate(READ_TEXTS));
  return { texts: texts.length, unreadable: texts.filter((text) => !isReadable(text)) };
}
