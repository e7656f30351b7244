import { readFileSync } from 'node:fs';

interface ShownLine {
  readonly line: string;
  /** Of the terminal program. */
  readonly args: readonly string[];
  /** What it prints, a part each that stands there in one piece. */
  readonly quotes: readonly string[];
}

/** The command lines of the README's section "Mandates", in its order. */
export function mandateLines(): ShownLine[] {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const [, section = ''] = /^## Mandates\n(.*?)^## /ms.exec(readme) ?? [];
  const shown = section.matchAll(/^ {4}npm run -s tailcap -- (.+)\n\n((?:>.*\n)+)/gm);
  return [...shown].map(([, line = '', quote = '']) => ({
    line,
    args: [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? ''),
    quotes: quote.replaceAll(/^> ?/gm, '').trim().split('\n\n').map(inOneLine),
  }));
}

/** However it is broken into lines and aligned. */
export const inOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
