// Places in a text: {{name}}, or {{name|what stands there otherwise}}.
const place = /\{\{\s*([A-Za-z][A-Za-z0-9_-]{0,63})\s*(?:\|([^{}]*))?\}\}/g;

/** The names of the places, each once. */
export function placesOf(text) {
  return [...new Set([...text.matchAll(place)].map(([, name]) => name))];
}

/** The text with its places filled in, and the names of those that nothing fills. */
export function fill(text, values) {
  const missing = new Set();
  const made = text.replace(place, (whole, name, otherwise) => {
    if (Object.hasOwn(values, name)) return values[name];
    if (otherwise !== undefined) return otherwise;
    missing.add(name);
    return whole;
  });
  return { text: made, missing: [...missing] };
}
