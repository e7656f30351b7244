// Lists as people type them: `NVDA 30%, KO 70%`.

/** A comma between two digits is a decimal comma. @returns the parts that hold anything, trimmed */
export const listParts = (text: string): string[] =>
  text
    .normalize('NFKC')
    .split(/(?<!\d),|,(?!\d)|[;\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
