// Lists as people type them: `NVDA 30%, KO 70%`.

/** One between two digits is a decimal comma. */
export const COMMA = /(?<!\d),|,(?!\d)/;

/** @returns the parts that hold anything, trimmed */
export const listParts = (text: string): string[] =>
  text
    .normalize('NFKC')
    .split(/[;\n]/)
    .flatMap((part) => part.split(COMMA))
    .map((part) => part.trim())
    .filter((part) => part !== '');
