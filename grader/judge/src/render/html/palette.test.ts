import { expect, test } from 'vitest';
import { dark, light, type Palette } from './palette.ts';

/** Relative luminance, as WCAG defines it. */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/** As `fill-opacity` mixes a colour with what is behind it. */
function mixed(color: string, ground: string, opacity: number): string {
  const channels = [1, 3, 5].map((at) => {
    const [over, under] = [color, ground].map((one) => Number.parseInt(one.slice(at, at + 2), 16));
    return Math.round((over ?? 0) * opacity + (under ?? 0) * (1 - opacity));
  });
  return `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

const texts = ['ink', 'soft', 'pass', 'fail', 'unsure', 'link'] as const;

test.each<[string, Palette]>([
  ['light', light],
  ['dark', dark],
])('in the %s palette every text can be read and every mark be seen', (_name, palette) => {
  for (const text of texts) {
    for (const behind of ['ground', 'panel'] as const) {
      expect(contrast(palette[text], palette[behind]), `${text} on ${behind}`).toBeGreaterThanOrEqual(4.5);
    }
  }
  expect(contrast(palette.ink, palette.phase), 'a phase and its name').toBeGreaterThanOrEqual(4.5);
  expect(contrast(mixed(palette.bar, palette.ground, 0.75), palette.ground), 'a dot').toBeGreaterThanOrEqual(3);
});
