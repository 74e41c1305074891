// The picture: a line, an area or bars, without axes, as wide as a word.
const kinds = ['line', 'area', 'bar'];

/** A small chart. */
export class Sparkline {
  private kind: string = 'line';
  private width: f64 = 120;
  private height: f64 = 30;
  private color: string = '#1f5f8b';
  private label: string = '';

  /** Empty texts are defaults. Gives what is wrong, or an empty text. */
  configure(kind: string, width: string, height: string, color: string, label: string): string {
    if (kind != '' && !kinds.includes(kind)) return 'The kind is line, area or bar.';
    if (kind != '') this.kind = kind;
    if (width != '') this.width = parseFloat(width);
    if (height != '') this.height = parseFloat(height);
    if (!(this.width >= 10 && this.width <= 2000 && this.height >= 10 && this.height <= 2000)) return 'Width and height are 10 to 2000.';
    if (color != '' && !isColor(color)) return 'The color is written as #1f5f8b, or by its name.';
    if (color != '') this.color = color;
    this.label = label.length > 200 ? label.substring(0, 200) : label;
    return '';
  }

  draw(values: f64[]): string {
    let low = values[0];
    let high = values[0];
    for (let i = 1; i < values.length; i++) {
      low = Math.min(low, values[i]);
      high = Math.max(high, values[i]);
    }
    // Bars and areas begin at nothing, lines where they are.
    if (this.kind != 'line') {
      low = Math.min(low, 0);
      high = Math.max(high, 0);
    }
    const span = high > low ? high - low : 1;
    const inner = this.kind == 'bar' ? this.bars(values, low, span) : this.path(values, low, span);
    const title = this.label != '' ? this.label : values.length.toString() + ' values from ' + short(values[0]) + ' to ' + short(values[values.length - 1]);
    return '<svg xmlns="http://www.w3.org/2000/svg" width="' + short(this.width) + '" height="' + short(this.height) + '" viewBox="0 0 ' + short(this.width) + ' ' + short(this.height)
      + '" role="img"><title>' + escape(title) + '</title>' + inner + '</svg>\n';
  }

  private y(value: f64, low: f64, span: f64): f64 {
    return this.height - 2 - (value - low) / span * (this.height - 4);
  }

  private path(values: f64[], low: f64, span: f64): string {
    const step = (this.width - 4) / <f64>(values.length - 1);
    let points = '';
    for (let i = 0; i < values.length; i++) {
      points += (i == 0 ? 'M' : 'L') + short(2 + <f64>i * step) + ' ' + short(this.y(values[i], low, span));
    }
    const line = '<path d="' + points + '" fill="none" stroke="' + this.color + '" stroke-width="1.5" stroke-linejoin="round"/>';
    if (this.kind == 'line') {
      const last = values[values.length - 1];
      return line + '<circle cx="' + short(this.width - 2) + '" cy="' + short(this.y(last, low, span)) + '" r="2" fill="' + this.color + '"/>';
    }
    const ground = short(this.y(0, low, span));
    return '<path d="' + points + 'L' + short(this.width - 2) + ' ' + ground + 'L2 ' + ground + 'Z" fill="' + this.color + '" fill-opacity="0.25"/>' + line;
  }

  private bars(values: f64[], low: f64, span: f64): string {
    const step = (this.width - 4) / <f64>values.length;
    const ground = this.y(0, low, span);
    let drawn = '';
    for (let i = 0; i < values.length; i++) {
      const top = this.y(values[i], low, span);
      drawn += '<rect x="' + short(2 + <f64>i * step) + '" y="' + short(Math.min(top, ground)) + '" width="' + short(Math.max(step * 0.8, 0.5))
        + '" height="' + short(Math.max(Math.abs(ground - top), 0.5)) + '"/>';
    }
    return '<g fill="' + this.color + '">' + drawn + '</g>';
  }
}

function isColor(text: string): bool {
  const isHex = text.startsWith('#');
  if (isHex && text.length != 4 && text.length != 7) return false;
  if (text.length > 30) return false;
  for (let i = isHex ? 1 : 0; i < text.length; i++) {
    const code = text.charCodeAt(i) | 0x20;
    const isDigit = isHex && text.charCodeAt(i) >= 0x30 && text.charCodeAt(i) <= 0x39;
    if (!isDigit && !(code >= 0x61 && code <= (isHex ? 0x66 : 0x7a))) return false;
  }
  return true;
}

function short(value: f64): string {
  const text = (Math.round(value * 100) / 100).toString();
  return text.endsWith('.0') ? text.substring(0, text.length - 2) : text;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
