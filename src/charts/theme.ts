// The look of every chart. Discord shows a picture about 400 wide, so no text is smaller than 18 at a width of 900.

/**
 * All text has a contrast of at least 6.9 on the background. The hues are those of Okabe and Ito, for the colour-blind.
 */
export const COLOURS = {
  background: '#1b222d',
  text: '#f2f5f9',
  muted: '#b4c0cf',
  grid: '#38434f',
  profit: '#56b4e9',
  loss: '#74879c',
  tail: '#e69f00',
  calm: '#4ccf9f',
  held: '#41729a',
  warning: '#f0c04a',
  limit: '#ff9ad0',
} as const;

export const SIZES = { width: 900, height: 600, scale: 1.5, title: 28, label: 20, note: 18 } as const;

export const LINE_HEIGHT = 1.25;

/** By how much a picture grows with a line of its subtitle: whole pixels at its scale. */
export const SUBTITLE_LINE = 26;

/** The height without title, subtitle and one horizontal axis with its title. */
export const PLOT_HEIGHT = 440;

/** The bundled fonts that render.ts registers: Latin letters, and all other bundled scripts. */
export const FONT_FAMILIES = { latin: 'Inter Latin', all: 'Inter' } as const;

export function font(size: number, weight: 'normal' | 'bold' = 'normal') {
  return {
    // A QuickChart server without Inter uses its own sans-serif.
    family: `${FONT_FAMILIES.latin}, ${FONT_FAMILIES.all}, sans-serif`,
    size,
    weight,
    lineHeight: LINE_HEIGHT,
  };
}

/** An axis without lines. */
export const BARE = { grid: { display: false }, border: { display: false } } as const;

export function headline(text: string | string[], color: string, textFont: ReturnType<typeof font>) {
  return { display: true, align: 'start', text, color, font: textFont, padding: { top: 2, bottom: 4 } } as const;
}
