import Papa from 'papaparse';

export const maxBytes = 20 * 1024 * 1024;
export const maxRows = 200_000;

/** A column, told apart by what all its filled cells are. Numbers and dates (milliseconds, UTC) are `null` where the cell is empty. */
export type Column =
  | { name: string; kind: 'number'; values: (number | null)[] }
  | { name: string; kind: 'date'; values: (number | null)[]; isMonthly: boolean }
  | { name: string; kind: 'text'; values: string[] };

export interface Table {
  columns: Column[];
  rows: number;
  /** What the reader should know, for example that rows were left out. */
  notes: string[];
}

/** Something about the CSV that its reader can put right. */
export class CsvFault extends Error {}

/** Reads a CSV whose first row names the columns. */
export function readTable(text: string): Table {
  if (text.length > maxBytes) throw new CsvFault('The CSV is larger than 20 MB.');
  if (text.trim() === '') throw new CsvFault('There is no CSV yet: paste one, or choose a file.');

  const parsed = Papa.parse<string[]>(text, { skipEmptyLines: 'greedy', preview: maxRows + 2 });
  const [header, ...body] = parsed.data;
  if (!header || body.length === 0) throw new CsvFault('The CSV has no row below its header.');

  const notes: string[] = [];
  if (parsed.errors.some((error) => error.type === 'Quotes')) notes.push('A quotation mark is not closed; rows after it may be wrong.');
  if (body.length > maxRows) notes.push(`Only the first ${maxRows.toLocaleString()} rows were read.`);
  const rows = body.slice(0, maxRows);
  const hasDecimalComma = parsed.meta.delimiter !== ',';
  const names = uniqueNames(header);
  return { columns: names.map((name, index) => readColumn(name, rows.map((row) => (row[index] ?? '').trim()), hasDecimalComma)), rows: rows.length, notes };
}

function readColumn(name: string, cells: string[], hasDecimalComma: boolean): Column {
  const numbers = readAll(cells, (cell) => readNumber(cell, hasDecimalComma));
  if (numbers) return { name, kind: 'number', values: numbers };
  const dates = readAll(cells, readDate);
  if (dates) return { name, kind: 'date', values: dates, isMonthly: cells.every((cell) => cell.length <= 'yyyy-mm'.length) };
  return { name, kind: 'text', values: cells };
}

/** The cells as values, or nothing when one that is filled is none, or when all are empty. */
function readAll(cells: string[], read: (cell: string) => number | undefined): (number | null)[] | undefined {
  const values: (number | null)[] = [];
  let hasValue = false;
  for (const cell of cells) {
    const value = cell === '' ? null : read(cell);
    if (value === undefined) return undefined;
    hasValue ||= value !== null;
    values.push(value);
  }
  return hasValue ? values : undefined;
}

const plainNumber = /^[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)?(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const commaNumber = /^[+-]?(?:\d+|\d{1,3}(?:\.\d{3})+)(?:,\d+)?$/;

export function readNumber(cell: string, hasDecimalComma: boolean): number | undefined {
  const text = cell.replace(/\s*%$/, '');
  if (!/\d/.test(text)) return undefined;
  // "1.234" stays one and a bit: only a comma makes a point a thousands separator.
  const normal = hasDecimalComma && text.includes(',') && commaNumber.test(text)
    ? text.replaceAll('.', '').replace(',', '.')
    : plainNumber.test(text) ? text.replaceAll(',', '') : undefined;
  const value = normal === undefined ? NaN : Number(normal);
  return Number.isFinite(value) ? value : undefined;
}

const isoDate = /^(\d{4})[-/](\d{2})(?:[-/](\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|[+-]\d{2}:\d{2})?)?)?$/;

/** ISO forms only: 03/04/2026 means one day here and another there. Without a zone a time is shown as it is written. */
export function readDate(cell: string): number | undefined {
  const match = isoDate.exec(cell);
  if (!match) return undefined;
  const [, year, month, day = '01', time = '00:00', zone = 'Z'] = match;
  const value = Date.parse(`${year}-${month}-${day}T${time}${zone}`);
  // Date.parse turns 31 February into March.
  return Number.isNaN(value) || !isCalendarDay(Number(year), Number(month), Number(day)) ? undefined : value;
}

function isCalendarDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function uniqueNames(header: string[]): string[] {
  const seen = new Map<string, number>();
  return header.map((cell, index) => {
    const name = cell.trim().slice(0, 100) || `Column ${index + 1}`;
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  });
}
