// Pure: how every chart looks. Discord shows a picture about 400 wide, so no text is under 18 at a width of 900.

/** On the dark slate all text has a contrast of at least 6.9; the hues are Okabe and Ito's, told apart by the colour-blind. */
export const colours = {
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

export const sizes = { width: 900, height: 600, scale: 1.5, title: 28, label: 20, note: 18 } as const;

export const lineHeight = 1.25;

/** What title, subtitle and an axis with its title below leave of the height. */
export const plotHeight = 440;

/** The bundled fonts, as render.ts registers them: Latin letters, then every script that is bundled. */
export const fontFamilies = { latin: 'Inter Latin', all: 'Inter' } as const;

export const font = (size: number, weight: 'normal' | 'bold' = 'normal') => ({
  // A QuickChart server without Inter takes its own sans-serif.
  family: `${fontFamilies.latin}, ${fontFamilies.all}, sans-serif`,
  size,
  weight,
  lineHeight,
});

/** An axis without lines. */
export const bare = { grid: { display: false }, border: { display: false } } as const;

export const headline = (text: string, color: string, textFont: ReturnType<typeof font>) =>
  ({ display: true, align: 'start', text, color, font: textFont, padding: { top: 2, bottom: 4 } }) as const;

/** `12345` → `12,345`. */
export const count = (value: number): string => value.toLocaleString('en-GB');

/** `text`, cut to at most `length` characters. */
export const shorten = (text: string, length: number): string => {
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
};
