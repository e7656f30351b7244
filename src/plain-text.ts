/** In lower case, with the digits, signs, dashes and spaces of one keyboard: `１％ – ８%` → `1% - 8%`. */
export const plainText = (text: string): string =>
  text
    .normalize('NFKC')
    .replaceAll(/[‐-―−]/g, '-')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .toLowerCase();
