/** The elements of one chart, inside a shadow root: the page's styles and this module's do not meet. */
export interface View {
  root: HTMLElement;
  heading: HTMLElement;
  controls: HTMLElement;
  kind: HTMLSelectElement;
  xColumn: HTMLSelectElement;
  yColumns: HTMLFieldSetElement;
  file: HTMLInputElement;
  text: HTMLTextAreaElement;
  problem: HTMLElement;
  notes: HTMLElement;
  canvas: HTMLCanvasElement;
}

export function createView(shadow: ShadowRoot): View {
  const kind = element('select');
  kind.append(option('line', 'Line'), option('bar', 'Bars'), option('scatter', 'Points'));
  const xColumn = element('select');
  const yColumns = element('fieldset');
  const file = element('input', { type: 'file', accept: '.csv,.tsv,.txt,text/csv,text/plain' });
  const text = element('textarea', { rows: 4, spellcheck: false, placeholder: 'month,visits\n2026-01,10\n2026-02,14' });
  const heading = element('h2');
  const problem = element('p', { className: 'problem' });
  problem.setAttribute('role', 'alert');
  const notes = element('p', { className: 'notes' });
  notes.setAttribute('role', 'status');
  const canvas = element('canvas');
  canvas.setAttribute('role', 'img');

  const data = element('details');
  data.append(caption('summary', 'Data'), labelled('File', file), labelled('Or paste a CSV', text));
  const controls = element('div', { className: 'controls' });
  controls.append(labelled('Chart', kind), labelled('Across', xColumn), yColumns, data);
  const stage = element('div', { className: 'stage' });
  stage.append(canvas);
  const root = element('section');
  root.append(heading, controls, problem, stage, notes);
  shadow.append(root);
  return { root, heading, controls, kind, xColumn, yColumns, file, text, problem, notes, canvas };
}

export function option(value: string, text: string): HTMLOptionElement {
  return element('option', { value, textContent: text });
}

export function checkbox(name: string, isChecked: boolean, onChange: () => void): HTMLLabelElement {
  const input = element('input', { type: 'checkbox', value: name, checked: isChecked });
  input.addEventListener('change', onChange);
  const label = element('label');
  label.append(input, name);
  return label;
}

export function caption(tag: 'legend' | 'summary', text: string): HTMLElement {
  return element(tag, { textContent: text });
}

function labelled(text: string, field: HTMLElement): HTMLLabelElement {
  const label = element('label');
  label.append(text, field);
  return label;
}

function element<K extends keyof HTMLElementTagNameMap>(tag: K, properties: Partial<HTMLElementTagNameMap[K]> = {}): HTMLElementTagNameMap[K] {
  return Object.assign(document.createElement(tag), properties);
}
