import {
  BarController, BarElement, CategoryScale, Chart, Decimation, Legend, LineController, LineElement, LinearScale, PointElement,
  ScatterController, Tooltip, type ChartConfiguration, type Scale, type Tick,
} from 'chart.js';
import { formatDate, type Plot } from './plot';
import { dateTicks, isMonthStart } from './ticks';

Chart.register(BarController, BarElement, CategoryScale, Decimation, Legend, LineController, LineElement, LinearScale, PointElement, ScatterController, Tooltip);

// Told apart by people who see few colours (Okabe and Ito, 2008), repeated after eight.
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#8b7500', '#555555'];
const pointsWithoutMarks = 200;

/** Draws the plot on the canvas. The caller destroys the chart before it draws the next. */
export function draw(canvas: HTMLCanvasElement, plot: Plot, ink: string): Chart {
  const formatX = (value: number) => plot.x.kind === 'date' ? formatDate(value, plot.x.isMonthly) : plot.x.kind === 'label' ? plot.x.labels[value] ?? '' : String(value);
  const configuration: ChartConfiguration = {
    type: plot.kind,
    data: {
      labels: plot.x.kind === 'label' ? plot.x.labels : undefined,
      datasets: plot.series.map((series, index) => {
        const colour = colours[index % colours.length]!;
        return {
          label: series.name,
          data: series.points,
          borderColor: colour,
          backgroundColor: colour,
          borderWidth: plot.kind === 'line' ? 2 : 0,
          pointRadius: plot.kind === 'line' && series.points.length > pointsWithoutMarks ? 0 : 3,
        };
      }),
    },
    options: {
      animation: false,
      parsing: plot.x.kind === 'label' ? undefined : false,
      normalized: plot.x.kind !== 'label',
      responsive: true,
      maintainAspectRatio: false,
      interaction: { mode: plot.kind === 'scatter' ? 'nearest' : 'index', intersect: false },
      color: ink,
      scales: {
        x: { title: { display: true, text: plot.x.name, color: ink }, ...places(plot, ink) },
        y: { type: 'linear', ticks: { color: ink } },
      },
      plugins: {
        legend: { display: true, labels: { color: ink } },
        decimation: { enabled: plot.kind === 'line' && plot.x.kind !== 'label', algorithm: 'min-max' },
        tooltip: { callbacks: { title: (items) => items[0] ? formatX(items[0].parsed.x ?? 0) : '' } },
      },
    },
  };
  return new Chart(canvas, configuration);
}

/** The horizontal axis: labels, numbers, or dates with ticks where a calendar has them. */
function places(plot: Plot, ink: string) {
  if (plot.x.kind === 'label') return { type: 'category', ticks: { color: ink } } as const;
  if (plot.x.kind === 'number') return { type: 'linear', ticks: { color: ink, callback: (value: number | string) => String(value) } } as const;
  return {
    type: 'linear',
    bounds: 'data',
    afterBuildTicks: (scale: Scale) => { scale.ticks = dateTicks(scale.min, scale.max).map((value) => ({ value })); },
    ticks: {
      color: ink,
      callback: (value: number | string, _: number, ticks: Tick[]) => formatDate(Number(value), ticks.every((tick) => isMonthStart(tick.value))),
    },
  } as const;
}
