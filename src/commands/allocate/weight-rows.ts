// Pure: which weights a picture has room for.

export interface WeightRow {
  readonly label: string;
  /** A fraction of the money. */
  readonly weight: number;
  /** Whether this row stands for several assets. */
  readonly others: boolean;
}

const smallest = 0.001;
const mostRows = 15;

/**
 * The weights to show, largest first, at most 15 rows. Weights under 0.1 % have no row of their own; what
 * has none is summed in a last row ("46 others"), unless it all comes to less than 0.1 %.
 */
export const weightRows = (tickers: readonly string[], weights: readonly number[]): WeightRow[] => {
  const sorted = tickers
    .map((label, i) => ({ label, weight: weights[i] ?? 0, others: false }))
    .sort((a, b) => b.weight - a.weight);
  const large = sorted.filter((row) => row.weight >= smallest).length;
  const restWeight = (from: number): number => sorted.slice(from).reduce((sum, row) => sum + row.weight, 0);
  const hasRest = large > mostRows || restWeight(large) >= smallest;
  if (!hasRest) return sorted.slice(0, large);
  const shown = Math.min(large, mostRows - 1);
  return [
    ...sorted.slice(0, shown),
    { label: `${sorted.length - shown} others`, weight: restWeight(shown), others: true },
  ];
};
