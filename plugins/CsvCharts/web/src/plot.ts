import { CsvFault, type Column, type Table } from './table';

export type Kind = 'line' | 'bar' | 'scatter';

export interface Choice { kind: Kind; xColumn?: string; yColumns?: string[] }

export interface Point { x: number; y: number }

/** What is drawn: series over a numeric axis (numbers, dates) or over labelled places. */
export interface Plot {
  kind: Kind;
  x: { name: string; kind: 'number' | 'date' | 'label'; labels: string[]; isMonthly: boolean };
  series: { name: string; points: Point[] }[];
  notes: string[];
}

export const maxSeries = 12;
export const maxMarks = 2_000;

/** From a table and a person's choice to what is drawn; what was not chosen is sensible. */
export function planPlot(table: Table, choice: Choice): Plot {
  const x = find(table, choice.xColumn) ?? table.columns[0]!;
  const numeric = table.columns.filter((column) => column.kind === 'number');
  const chosen = (choice.yColumns ?? []).map((name) => find(table, name)).filter((column) => column?.kind === 'number') as Column[];
  // A table of one column of numbers is drawn over its row numbers.
  const isLoneColumn = numeric.length === 1 && numeric[0] === x && chosen.length === 0;
  const y = chosen.length > 0 ? chosen : isLoneColumn ? numeric : numeric.filter((column) => column !== x);
  if (y.length === 0) throw new CsvFault('No other column holds only numbers, so there is nothing to draw.');

  const notes = [...table.notes];
  if (y.length > maxSeries) notes.push(`Only the first ${maxSeries} columns are drawn.`);
  const isNumericAxis = !isLoneColumn && x.kind !== 'text' && choice.kind !== 'bar';
  const places = isNumericAxis ? (x.values as (number | null)[]) : Array.from({ length: table.rows }, (_, row) => row);
  const rows = thin(table.rows, choice.kind, notes);
  return {
    kind: choice.kind,
    x: { name: isLoneColumn ? 'Row' : x.name, kind: isNumericAxis ? (x.kind as 'number' | 'date') : 'label', labels: isNumericAxis ? [] : rows.map((row) => isLoneColumn ? `${row + 1}` : label(x, row)), isMonthly: isMonthly(x) },
    series: y.slice(0, maxSeries).map((column) => ({ name: column.name, points: points(column, places, rows, isNumericAxis) })),
    notes,
  };
}

/** A date as it was written: the month alone where there are no days, the day alone where there is no time. */
export function formatDate(value: number, isMonthly: boolean): string {
  const text = new Date(value).toISOString();
  if (isMonthly) return text.slice(0, 7);
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text.slice(0, 16).replace('T', ' ');
}

function isMonthly(column: Column): boolean {
  return column.kind === 'date' && column.isMonthly;
}

function find(table: Table, name: string | undefined): Column | undefined {
  const wanted = name?.trim().toLowerCase();
  return wanted ? table.columns.find((column) => column.name.toLowerCase() === wanted) : undefined;
}

/** Rows that are drawn. A line keeps all: the chart reduces it so that its peaks stay. */
function thin(rows: number, kind: Kind, notes: string[]): number[] {
  const step = kind === 'line' ? 1 : Math.ceil(rows / maxMarks);
  if (step > 1) notes.push(`Drawn is every ${step}th of ${rows.toLocaleString()} rows.`);
  return Array.from({ length: Math.ceil(rows / step) }, (_, index) => index * step);
}

function points(column: Column, places: (number | null)[], rows: number[], isSorted: boolean): Point[] {
  const values = column.values as (number | null)[];
  const drawn = rows.map((row, place) => ({ x: isSorted ? places[row] : place, y: values[row] }))
    .filter((point): point is Point => point.x != null && point.y != null);
  return isSorted ? drawn.sort((a, b) => a.x - b.x) : drawn;
}

function label(column: Column, row: number): string {
  const value = column.values[row];
  if (value === null || value === undefined) return '';
  return column.kind === 'date' ? formatDate(value as number, isMonthly(column)) : String(value).slice(0, 60);
}
