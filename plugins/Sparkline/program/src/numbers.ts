// Numbers in a text, however they are separated.
const most = 2000;

/** All numbers, at most 2,000: with more, the last ones. */
export function numbersOf(text: string): f64[] {
  const found: f64[] = [];
  let start = -1;
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : 0x20;
    const isPart = (code >= 0x30 && code <= 0x39) || code == 0x2e || code == 0x2d || code == 0x2b || code == 0x65 || code == 0x45;
    if (isPart) {
      if (start < 0) start = i;
    } else if (start >= 0) {
      const value = parseFloat(text.substring(start, i));
      if (isFinite(value)) found.push(value);
      start = -1;
    }
  }
  return found.length > most ? found.slice(found.length - most) : found;
}
