const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const steps = [minute, 5 * minute, 15 * minute, 30 * minute, hour, 3 * hour, 6 * hour, 12 * hour, day, 2 * day, 7 * day, 14 * day];
const monthSteps = [1, 3, 6, 12, 24, 60, 120, 240, 600, 1_200];
// 1970 began on a Thursday; weeks begin on Mondays.
const firstMonday = 4 * day;

/** Round places on a time axis (milliseconds, UTC): whole minutes, hours, days, weeks from Monday, months or years, at most `most` of them. */
export function dateTicks(from: number, to: number, most = 8): number[] {
  const step = steps.find((candidate) => (to - from) / candidate < most);
  const ticks = step ? evenly(from, to, step) : monthly(from, to, most);
  return ticks.length > 0 ? ticks : [...new Set([from, to])];
}

export function isMonthStart(value: number): boolean {
  const date = new Date(value);
  return date.getUTCDate() === 1 && value % day === 0;
}

function evenly(from: number, to: number, step: number): number[] {
  const offset = step % (7 * day) === 0 ? firstMonday : 0;
  const ticks: number[] = [];
  for (let value = Math.ceil((from - offset) / step) * step + offset; value <= to; value += step) ticks.push(value);
  return ticks;
}

function monthly(from: number, to: number, most: number): number[] {
  const first = monthOf(from) + (isMonthStart(from) ? 0 : 1);
  const last = monthOf(to);
  const step = monthSteps.find((candidate) => (last - first) / candidate < most) ?? 12_000;
  const ticks: number[] = [];
  for (let month = Math.ceil(first / step) * step; month <= last; month += step) ticks.push(startOf(month));
  return ticks;
}

/** Months since the year 0. */
function monthOf(value: number): number {
  const date = new Date(value);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function startOf(month: number): number {
  // Date.UTC takes the years 0 to 99 for 1900 to 1999.
  return new Date(0).setUTCFullYear(Math.floor(month / 12), month % 12, 1);
}
