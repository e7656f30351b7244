// AssemblyScript: compiled by `npm run build-kernel`.
// The paths of a filtered historical simulation. src/engine/filtered/paths.ts has the model and lays out the memory.
// Paths go in groups of four, and assets in pairs: the four paths' variances and wealths of a pair stay in registers.

/** Bytes of a day in a pair's strip of residuals: two z, and what each multiplies its variance by. */
const DAY: u32 = 32;

/**
 * Draws the days of the residuals that each path follows, as offsets into a strip: group by group, in it day by day,
 * and for a day one number a path. Each path takes one random number a day: its lower half says whether a new block
 * begins, which it always does on the first day, and its upper half where.
 *
 * @param length days of residuals
 * @param blockLength their mean number in a block
 * @param state two words of xoroshiro128+, which are left as the next group needs them
 */
export function draw(groups: i32, days: i32, length: u32, blockLength: f64, state: usize, drawn: usize): void {
  let s0 = load<u64>(state), s1 = load<u64>(state, 8);
  const always: u64 = 1 << 32;
  const later = <u64>(<f64>always / blockLength);
  for (let group = 0; group < groups; group++) {
    for (let path = 0; path < 4; path++) {
      let bar = always;
      let offset: u32 = 0;
      let at = drawn + (<usize>path << 2);
      for (let day = 0; day < days; day++) {
        const random = s0 + s1;
        const both = s0 ^ s1;
        s0 = rotl(s0, 24) ^ both ^ (both << 16);
        s1 = rotl(both, 37);
        const anywhere = <u32>(((random >> 32) * length) >> 32) * DAY;
        const next = offset + DAY;
        const following = select<u32>(0, next, next == length * DAY);
        offset = select<u32>(anywhere, following, (random & 0xffffffff) < bar);
        bar = later;
        store<u32>(at, offset);
        at += 16;
      }
    }
    drawn += <usize>days << 4;
  }
  store<u64>(state, s0), store<u64>(state, s1, 8);
}

/** The largest number, in which variances and wealths end: infinity times zero would be no number. */
const LARGEST = 1.7976931348623157e308;

/** r = √v z within [low, high], where z lies at `day`. */
@inline
function move(v: v128, day: usize, low: v128, high: v128): v128 {
  return f64x2.pmin(f64x2.pmax(f64x2.mul(f64x2.sqrt(v), v128.load(day)), low), high);
}

/** x y + z, at most `largest`. */
@inline
function bounded(x: v128, y: v128, z: v128, largest: v128): v128 {
  return f64x2.pmin(f64x2.add(f64x2.mul(x, y), z), largest);
}

/**
 * The compounded returns of two assets on `groups` × 4 paths.
 *
 * @param drawn what `draw` left
 * @param strip the pair's residuals
 * @param pair its first variances, the recursion's bases, the lowest and the highest daily returns
 * @param returns of the first path; the next one's are `row` bytes further
 * @param single whether the second asset is only padding
 */
export function simulate(
  groups: i32, days: i32, drawn: usize, strip: usize, pair: usize, returns: usize, row: usize, single: bool,
): void {
  const base = v128.load(pair, 16), low = v128.load(pair, 32), high = v128.load(pair, 48);
  const one = f64x2.splat(1), largest = f64x2.splat(LARGEST);
  for (let group = 0; group < groups; group++) {
    let v0 = v128.load(pair), v1 = v0, v2 = v0, v3 = v0;
    let w0 = one, w1 = one, w2 = one, w3 = one;
    for (const end = drawn + (<usize>days << 4); drawn < end; drawn += 16) {
      const day0 = strip + load<u32>(drawn);
      w0 = bounded(w0, move(v0, day0, low, high), w0, largest);
      v0 = bounded(v0, v128.load(day0, 16), base, largest);
      const day1 = strip + load<u32>(drawn, 4);
      w1 = bounded(w1, move(v1, day1, low, high), w1, largest);
      v1 = bounded(v1, v128.load(day1, 16), base, largest);
      const day2 = strip + load<u32>(drawn, 8);
      w2 = bounded(w2, move(v2, day2, low, high), w2, largest);
      v2 = bounded(v2, v128.load(day2, 16), base, largest);
      const day3 = strip + load<u32>(drawn, 12);
      w3 = bounded(w3, move(v3, day3, low, high), w3, largest);
      v3 = bounded(v3, v128.load(day3, 16), base, largest);
    }
    put(w0, returns, single);
    put(w1, returns + row, single);
    put(w2, returns + 2 * row, single);
    put(w3, returns + 3 * row, single);
    returns += 4 * row;
  }
}

@inline
function put(wealth: v128, to: usize, single: bool): void {
  const compounded = f64x2.sub(wealth, f64x2.splat(1));
  if (single) v128.store64_lane(to, compounded, 0);
  else v128.store(to, compounded);
}
