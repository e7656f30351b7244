// The README's answer to "Did the limits hold?", from docs/record.md: `node bench/record-readme.ts`. bench/record.ts
// does so too.
import { readFileSync, writeFileSync } from 'node:fs';

const record = new URL('../docs/record.md', import.meta.url);
const readme = new URL('../README.md', import.meta.url);
const [START, END] = ['<!-- from docs/record.md -->', '<!-- end of docs/record.md -->'];

/** The sets of the README, and what it calls them. */
const SHOWN = [
  ['us20 2012–2022', '20 US shares, 2012 to 2022'],
  ['study12 2018–2024', '12 US shares, 2018 to 2024'],
] as const;

/** Cells of all rows of the tables of a text. */
const rowsOf = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
    .map((line) => line.slice(2, -2).split(' | '));

/** @throws Error when the record lacks a set */
export function readmeBlock(text: string): string {
  const rows = rowsOf(text);
  const figures = SHOWN.flatMap(([name, title]) =>
    ['filtered', 'plain'].map((recipe) => {
      const row = rows.find((cells) => cells[0] === name && cells[1] === recipe);
      if (row === undefined) throw new Error(`docs/record.md has no ${name} by ${recipe}`);
      const [, , decisions, broken, , realisedToLimit, predicted, realised] = row;
      const cells = [decisions, broken, `${realisedToLimit} × the limit`, signed(predicted!), signed(realised!)];
      return `| ${[recipe === 'plain' ? 'by `--recipe plain`' : title, ...cells].join(' | ')} |`;
    }),
  );
  const missed = rows
    .filter((cells) => cells.at(-1) === '**no**')
    .map(([bar, asked, measured]) => `- ${bar}: ${measured}, asked ${asked}`);
  return [
    START,
    '',
    '| real shares, decided every 21 days | dates | losses beyond value-at-risk, 5% promised | the worst 5% lost | predicted profit | came true |',
    '|---|---|---|---|---|---|',
    ...figures,
    '',
    ...(missed.length === 0 ? [] : ['What fell short:', '', ...missed, '']),
    /^Constants were chosen[^]*?\.$/m.exec(text)?.[0] ?? '',
    '',
    END,
  ].join('\n');
}

const signed = (percent: string): string => (percent.startsWith('-') ? percent : `+${percent}`);

/** @returns the README with the figures of this record */
export function withRecord(text: string, recordText: string): string {
  const [from, until] = [text.indexOf(START), text.indexOf(END)];
  if (from < 0 || until < from) throw new Error(`README.md lacks ${START} … ${END}`);
  return text.slice(0, from) + readmeBlock(recordText) + text.slice(until + END.length);
}

export const writeReadme = (): void =>
  writeFileSync(readme, withRecord(readFileSync(readme, 'utf8'), readFileSync(record, 'utf8')));

if (import.meta.main) writeReadme();
