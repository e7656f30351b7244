// The figures that benches measure, and their presentation.

/** Another program at the same work, or ours at smaller work. */
export interface Peer {
  readonly name: string;
  /** In the figure's unit. */
  readonly value: number;
}

export interface Figure {
  readonly name: string;
  readonly value: number;
  /** Empty for a plain number. */
  readonly unit: string;
  /** Undefined when there is none, or it is not installed. */
  readonly peer: Peer | undefined;
  /** value / peer.value */
  readonly ratio: number | undefined;
  /** Undefined for a figure without a requirement. */
  readonly bar: string | undefined;
  /** Undefined without a bar, or when the peer was not run. */
  readonly passed: boolean | undefined;
}

/** The largest allowed value, or the largest ratio to the peer's value. */
export type Bar = { readonly atMost: number } | { readonly ratio: number };

interface FigureOptions {
  readonly peer?: Peer | undefined;
  readonly bar?: Bar | undefined;
}

/** `10,000 × 12` */
export function sizeName(...sizes: readonly number[]): string {
  return sizes.map((size) => size.toLocaleString('en-GB')).join(' × ');
}

/** A bench yields its figures as they come. */
export type Bench = () => AsyncGenerator<Figure>;

export function figure(name: string, value: number, unit: string, { peer, bar }: FigureOptions = {}): Figure {
  const ratio = peer && value / peer.value;
  return { name, value, unit, peer, ratio, bar: bar && barText(bar, unit), passed: bar && keeps(bar, value, ratio) };
}

function barText(bar: Bar, unit: string): string {
  return 'atMost' in bar ? `≤ ${quantity(bar.atMost, unit)}` : `ratio ≤ ${short(bar.ratio)}`;
}

function keeps(bar: Bar, value: number, ratio: number | undefined): boolean | undefined {
  if ('atMost' in bar) return value <= bar.atMost;
  return ratio === undefined ? undefined : ratio <= bar.ratio;
}

export function hasMissed({ passed }: Figure): boolean {
  return passed === false;
}

/** Three digits. */
function short(value: number): string {
  const size = Math.abs(value);
  if (size >= 100) return value.toFixed(0);
  return size > 0 && size < 1e-3 ? value.toExponential(1) : String(Number(value.toPrecision(3)));
}

const quantity = (value: number, unit: string): string => `${short(value)} ${unit}`.trim();

const HEAD = ['Figure', 'Value', 'Beside', 'Ratio', 'Bar', 'Kept'];

function cells({ name, value, unit, peer, ratio, bar, passed }: Figure): string[] {
  return [
    name,
    quantity(value, unit),
    peer ? `${quantity(peer.value, unit)}, ${peer.name}` : '',
    ratio === undefined ? '' : short(ratio),
    bar ?? '',
    bar === undefined ? '' : passed === undefined ? 'not compared' : passed ? 'yes' : 'NO',
  ];
}

/** A figure on one line. */
export function lineOf(one: Figure): string {
  const [name, value, peer, ratio, bar, kept] = cells(one);
  const beside = peer ? [`beside ${peer}`, `ratio ${ratio}`] : [];
  return [`${name}: ${value}`, ...beside, ...(bar ? [`${bar}: ${kept}`] : [])].join(' | ');
}

/** A Markdown table whose columns line up. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = [HEAD, ...figures.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`);
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [lines[0], rule, ...lines.slice(1), ''].join('\n');
}
