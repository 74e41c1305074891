import type { Chart } from 'chart.js';
import { draw } from './chart';
import css from './csv-charts.css';
import { planPlot, type Kind } from './plot';
import { readFile, readUrl } from './source';
import { CsvFault, readTable, type Table } from './table';
import { caption, checkbox, createView, option, type View } from './view';

export interface Props {
  /** The CSV itself; wins over `url`. */
  csv?: string;
  url?: string;
  title?: string;
  kind?: Kind;
  xColumn?: string;
  /** Names, as a list or separated by commas. */
  yColumns?: string | string[];
  showControls?: boolean;
  services?: { fetch?: typeof fetch };
}

export interface Mounted {
  /** Changes the props that are given; the others stay. */
  update(props: Props): void;
  unmount(): void;
}

const kinds: readonly Kind[] = ['line', 'bar', 'scatter'];

/** One chart on the page: its table, what is chosen, and what is drawn. */
class CsvChart implements Mounted {
  private readonly view: View;
  private readonly host: HTMLElement;
  private props: Props = {};
  private table?: Table;
  private chart?: Chart;
  private loading = new AbortController();

  constructor(element: HTMLElement, props: Props) {
    // A host element of our own: an element can have one shadow root in its life, and a page may mount again.
    this.host = element.appendChild(document.createElement('div'));
    const shadow = this.host.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    shadow.adoptedStyleSheets = [sheet];
    this.view = createView(shadow);
    this.view.kind.addEventListener('change', () => this.redraw());
    this.view.xColumn.addEventListener('change', () => this.redraw());
    this.view.text.addEventListener('input', () => this.show(() => Promise.resolve(this.view.text.value)));
    this.view.file.addEventListener('change', () => {
      const file = this.view.file.files?.[0];
      if (file) this.show(() => readFile(file));
    });
    this.update(props);
  }

  update(change: Props): void {
    const before = this.props;
    this.props = { ...before, ...change };
    const { csv, url, title, kind, showControls = true } = this.props;
    this.host.style.height = '100%';
    this.view.heading.textContent = title ?? '';
    this.view.controls.hidden = !showControls;
    this.view.controls.style.display = showControls ? '' : 'none';
    if (kind && kinds.includes(kind)) this.view.kind.value = kind;
    if (this.table && csv === before.csv && url === before.url) {
      this.offerColumns(this.table);
      this.redraw();
    } else if (csv !== undefined) {
      this.show(() => Promise.resolve(csv));
    } else if (url) {
      this.show((signal) => readUrl(url, this.props.services?.fetch ?? window.fetch.bind(window), signal));
    } else {
      this.show(() => Promise.resolve(this.view.text.value));
    }
  }

  unmount(): void {
    this.loading.abort();
    this.chart?.destroy();
    this.host.remove();
  }

  /** Reads new data; what is still being read is given up, so that a slow answer never replaces a later one. */
  private show(read: (signal: AbortSignal) => Promise<string>): void {
    this.loading.abort();
    const { signal } = (this.loading = new AbortController());
    this.view.root.setAttribute('aria-busy', 'true');
    read(signal).then(
      (text) => {
        if (signal.aborted) return;
        this.attempt(() => {
          this.table = undefined;
          this.table = readTable(text);
          this.offerColumns(this.table);
        });
        this.redraw();
      },
      (error: unknown) => { if (!signal.aborted) this.fail(error); },
    ).finally(() => { if (!signal.aborted) this.view.root.removeAttribute('aria-busy'); });
  }

  private offerColumns(table: Table): void {
    const chosen = this.chosenColumns();
    this.view.xColumn.replaceChildren(...table.columns.map((column) => option(column.name, column.name)));
    const wanted = this.props.xColumn?.trim().toLowerCase();
    const x = table.columns.find((column) => column.name.toLowerCase() === wanted) ?? table.columns[0]!;
    this.view.xColumn.value = x.name;
    const isChosen = (name: string) => chosen.length > 0 ? chosen.includes(name.toLowerCase()) : name !== x.name;
    const numeric = table.columns.filter((column) => column.kind === 'number');
    this.view.yColumns.replaceChildren(
      caption('legend', 'Draw'), ...numeric.map((column) => checkbox(column.name, isChosen(column.name), () => this.redraw())));
  }

  private chosenColumns(): string[] {
    const names = this.props.yColumns ?? [];
    return (Array.isArray(names) ? names : names.split(',')).map((name) => name.trim().toLowerCase()).filter((name) => name !== '');
  }

  private redraw(): void {
    this.chart?.destroy();
    this.chart = undefined;
    const table = this.table;
    if (!table) return;
    this.attempt(() => {
      const checked = [...this.view.yColumns.querySelectorAll<HTMLInputElement>('input:checked')].map((input) => input.value);
      const plot = planPlot(table, { kind: this.view.kind.value as Kind, xColumn: this.view.xColumn.value, yColumns: checked });
      this.chart = draw(this.view.canvas, plot, getComputedStyle(this.host).color);
      const drawn = plot.series.map((series) => series.name).join(', ');
      this.view.canvas.setAttribute('aria-label', `${plot.kind} chart of ${drawn} over ${plot.x.name}, ${table.rows} rows`);
      this.view.notes.textContent = plot.notes.join(' ');
    });
  }

  private attempt(action: () => void): void {
    this.view.problem.textContent = '';
    try {
      action();
    } catch (error) {
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    if (!(error instanceof CsvFault)) console.error('CsvCharts:', error);
    this.chart?.destroy();
    this.chart = undefined;
    this.view.notes.textContent = '';
    this.view.problem.textContent = error instanceof CsvFault ? error.message : 'The chart could not be drawn.';
  }
}

/** What a page calls: `mount(element, props)` draws, and answers how to change and remove the chart. */
export default {
  mount: (element: HTMLElement, props: Props = {}): Mounted => new CsvChart(element, props),
};
