// The public head count, with small groups hidden.

const SMALL = 5;

/**
 * Which cells `{ min, max, least, pool }` of one feature are hidden, for panels of k seats: the steps of SPEC.md. `least` is
 * the largest min of a combination with the value.
 */
export function hidden(cells, k) {
  const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
  const most = sum(cells.map((cell) => cell.max));
  const floor = cells.map(({ min, max, least }) => Math.max(0, min, least, k - (most - max)));
  const small = cells.map(({ pool }, i) => floor[i] < SMALL && pool < floor[i] + SMALL);
  if (!small.includes(true)) return small;
  const others = cells.map((_, i) => i).filter((i) => !small[i]);
  if (others.length === 0) return small;
  const largest = Math.max(...others.map((i) => cells[i].max));
  const s = others.find((i) => cells[i].max === largest);
  const total = sum(cells.map(({ pool }, i) => (small[i] || i === s ? pool : 0)));
  const left = total - sum(floor.map((least, i) => (small[i] ? least + SMALL - 1 : 0)));
  const seats = cells.map(({ max, pool }, i) => Math.min(max, small[i] ? floor[i] : i === s ? left : pool));
  const whole = left < floor[s] + SMALL || sum(seats) < k;
  return small.map((isSmall, i) => whole || isSmall || i === s);
}

/** What counts.csv has to say: for each quota `{ pool, low, high }`, null where hidden. */
export function publish(quotas, combinations, members, held, k) {
  const pool = new Uint32Array(quotas.length);
  for (const member of members) for (const row of member.rows) pool[row] += 1;
  const shown = [];
  const least = ({ feature, value }) => {
    const having = ({ values }) => values.some(([f, v]) => f === feature && v === value);
    return Math.max(0, ...combinations.filter(having).map((rule) => rule.min));
  };
  for (const feature of new Set(quotas.map((quota) => quota.feature))) {
    const rows = quotas.map((_, row) => row).filter((row) => quotas[row].feature === feature);
    const hide = hidden(rows.map((row) => ({ ...quotas[row], least: least(quotas[row]), pool: pool[row] })), k);
    const open = !hide.includes(true);
    rows.forEach((row, i) => {
      const [low, high] = held.reduce(
        ([low, high], panel) => [Math.min(low, panel[row]), Math.max(high, panel[row])],
        [Infinity, 0],
      );
      shown[row] = { pool: hide[i] ? null : pool[row], low: open ? low : null, high: open ? high : null };
    });
  }
  return shown;
}
