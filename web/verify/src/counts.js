// The public head count, without the features in which a group is small.

/** A feature is shown only if each of its values has more members than this. */
export const FEW = 5;

/** What counts.csv has to say: for each quota `{ pool, low, high }`, null where the feature is hidden. */
export function publish(quotas, members, held) {
  const pool = new Uint32Array(quotas.length);
  for (const member of members) for (const row of member.rows) pool[row] += 1;
  const hidden = new Set(quotas.filter((_, row) => pool[row] <= FEW).map(({ feature }) => feature));
  return quotas.map(({ feature }, row) => {
    if (hidden.has(feature)) return { pool: null, low: null, high: null };
    const [low, high] = held.reduce(
      ([low, high], panel) => [Math.min(low, panel[row]), Math.max(high, panel[row])],
      [Infinity, 0],
    );
    return { pool: pool[row], low, high };
  });
}
