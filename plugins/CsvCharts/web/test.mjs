// What reads and plans, without a browser: `npm test`.
import assert from 'node:assert/strict';
import test from 'node:test';
import { build } from 'esbuild';

const { outputFiles } = await build({
  stdin: { contents: "export * from './src/table'; export * from './src/plot'; export * from './src/ticks';", resolveDir: import.meta.dirname },
  bundle: true, format: 'esm', write: false,
});
const { CsvFault, dateTicks, planPlot, readDate, readNumber, readTable } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);

test('columns are numbers, dates or texts', () => {
  const { columns, rows } = readTable('day,visits,page\n2026-01-01,"1,200",home\n2026-01-02,,about\n');
  assert.equal(rows, 2);
  assert.deepEqual(columns.map((column) => column.kind), ['date', 'number', 'text']);
  assert.deepEqual(columns[1].values, [1200, null]);
});

test('one cell that is no number makes a column of texts', () => {
  assert.equal(readTable('a,b\n1,2\n2,n/a\n').columns[1].kind, 'text');
});

test('a semicolon brings decimal commas', () => {
  assert.deepEqual(readTable('a;b\n1;1.234,5\n2;0,5\n').columns[1].values, [1234.5, 0.5]);
});

test('numbers', () => {
  assert.equal(readNumber('-1.5e3', false), -1500);
  assert.equal(readNumber('12 %', false), 12);
  assert.equal(readNumber('.5', false), 0.5);
  for (const text of ['', '-', '1,23', '1 2', '0x10', 'Infinity', '1e999']) assert.equal(readNumber(text, false), undefined, text);
});

test('dates that no calendar has are texts', () => {
  assert.equal(readDate('2026-02-31'), undefined);
  assert.equal(readDate('2026-13-01'), undefined);
  assert.equal(readDate('01/02/2026'), undefined);
  assert.equal(readDate('2026-11-20 14:30'), Date.UTC(2026, 10, 20, 14, 30));
  assert.equal(readDate('2026-11-20T14:30+02:00'), Date.UTC(2026, 10, 20, 12, 30));
});

test('columns of the same name stay apart', () => {
  assert.deepEqual(readTable('a,a,\n1,2,3\n').columns.map((column) => column.name), ['a', 'a (2)', 'Column 3']);
});

test('nothing to draw is said clearly', () => {
  assert.throws(() => readTable('  \n'), CsvFault);
  assert.throws(() => readTable('a,b\n'), CsvFault);
  assert.throws(() => planPlot(readTable('a,b\nx,y\n'), { kind: 'line' }), CsvFault);
});

test('without a choice the first column lies across and all other numbers are drawn', () => {
  const plot = planPlot(readTable('x,a,b,c\n2,1,1,z\n1,5,6,z\n'), { kind: 'line' });
  assert.equal(plot.x.name, 'x');
  assert.deepEqual(plot.series.map((series) => series.name), ['a', 'b']);
  assert.deepEqual(plot.series[0].points, [{ x: 1, y: 5 }, { x: 2, y: 1 }]);
});

test('bars stand over labels, also those of numbers', () => {
  const plot = planPlot(readTable('year,a\n2025,1\n2026,2\n'), { kind: 'bar' });
  assert.deepEqual(plot.x.labels, ['2025', '2026']);
});

test('months stay months', () => {
  const plot = planPlot(readTable('month,a\n2026-01,1\n2026-02,2\n'), { kind: 'bar' });
  assert.deepEqual(plot.x.labels, ['2026-01', '2026-02']);
});

test('a time axis is marked where a calendar is', () => {
  const marks = (from, to) => dateTicks(Date.parse(from), Date.parse(to)).map((value) => new Date(value).toISOString().slice(0, 16));
  assert.deepEqual(marks('2026-01-01', '2026-03-15'), ['2026-01-05T00:00', '2026-01-19T00:00', '2026-02-02T00:00', '2026-02-16T00:00', '2026-03-02T00:00']);
  assert.deepEqual(marks('2026-01-15', '2026-06-01').map((mark) => mark.slice(0, 10)), ['2026-02-01', '2026-03-01', '2026-04-01', '2026-05-01', '2026-06-01']);
  assert.deepEqual(marks('2019-06-01', '2026-06-01').map((mark) => mark.slice(0, 10)), ['2020-01-01', '2021-01-01', '2022-01-01', '2023-01-01', '2024-01-01', '2025-01-01', '2026-01-01']);
  assert.deepEqual(marks('2026-11-20T09:10Z', '2026-11-20T14:30Z'), ['2026-11-20T10:00', '2026-11-20T11:00', '2026-11-20T12:00', '2026-11-20T13:00', '2026-11-20T14:00']);
  assert.deepEqual(marks('2026-11-20', '2026-11-20'), ['2026-11-20T00:00']);
});

test('a time axis of any length has a few marks', () => {
  for (const [from, to] of [['0001-01-01', '9999-12-31'], ['1900-01-01', '2026-01-01'], ['2026-01-01', '2026-01-02'], ['2026-01-01T00:00:01Z', '2026-01-01T00:00:30Z']]) {
    const count = dateTicks(Date.parse(from), Date.parse(to)).length;
    assert.ok(count >= 1 && count <= 9, `${from} to ${to}: ${count}`);
  }
});

test('one column of numbers is drawn over its rows', () => {
  const plot = planPlot(readTable('a\n5\n7\n'), { kind: 'line', xColumn: 'a' });
  assert.deepEqual(plot.series[0].points, [{ x: 0, y: 5 }, { x: 1, y: 7 }]);
});

test('many points are thinned, and the reader is told', () => {
  const csv = 'x,y\n' + Array.from({ length: 10_000 }, (_, row) => `${row},${row}`).join('\n');
  const plot = planPlot(readTable(csv), { kind: 'scatter' });
  assert.equal(plot.series[0].points.length, 2_000);
  assert.match(plot.notes.join(), /every 5th/);
});

test('the built module exports mount', async () => {
  const { default: module } = await import('./dist/1.0/csv-charts.js');
  assert.deepEqual(Object.keys(module), ['mount']);
  assert.equal(typeof module.mount, 'function');
});
