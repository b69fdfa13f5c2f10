// The proof of fairness, in exact integers.

const CERTAIN = 10n ** 12n;

/** A member's g: the multipliers of the panel's size, of the member's values and of the household. */
function gains(level, people) {
  const { total, rows, households } = level;
  // Sums of whole numbers this small are exact; otherwise integers without limit are needed.
  const largest = rows.reduce((most, w) => most + Math.abs(w), Math.abs(total));
  const widest = Object.values(households).reduce((most, w) => Math.max(most, Math.abs(w)), 0);
  if (largest + widest < Number.MAX_SAFE_INTEGER) {
    return people.map((x) => x.counted.reduce((g, row) => g + rows[row], total) + (households[x.household] ?? 0));
  }
  const sum = (x) => x.counted.reduce((g, row) => g + BigInt(rows[row]), BigInt(total));
  return people.map((x) => sum(x) + BigInt(households[x.household] ?? 0));
}

/**
 * The bound that a level proves, in parts of 10^12, or null if it proves nothing. `inside[i]` is 1 for the members in
 * `unfixed`; `bounds` are the rows `{ min, max }` of the rules, `people` the members `{ household, count, counted }`.
 */
export function bound(level, inside, { k, m, bounds, people }) {
  let right = BigInt(level.total) * BigInt(k);
  bounds.forEach(({ min, max }, row) => {
    right += BigInt(level.rows[row]) * BigInt(level.rows[row] < 0 ? min : max);
  });
  for (const w of Object.values(level.households)) right += BigInt(Math.max(0, w));
  let [fixed, unfixed] = [0n, 0n];
  gains(level, people).forEach((gain, index) => {
    const g = BigInt(gain);
    if (g < 0n) right -= g;
    else if (inside[index] === 1) unfixed += g;
    else fixed += g * BigInt(people[index].count);
  });
  const above = BigInt(m) * right - fixed;
  const below = BigInt(m) * unfixed;
  if (above < 0n || below === 0n) return null;
  const parts = (above * CERTAIN + below - 1n) / below;
  return parts < CERTAIN ? parts : CERTAIN;
}
