import { CsvFault, maxBytes } from './table';

/** The text behind an address; at most 20 MB of it. */
export async function readUrl(url: string, send: typeof fetch, signal: AbortSignal): Promise<string> {
  let response: Response;
  try {
    response = await send(url, { signal, headers: { Accept: 'text/csv, text/plain;q=0.9, */*;q=0.1' } });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new CsvFault('The address could not be read. Its server may be away, or may not allow this page to read it.');
  }
  if (!response.ok) throw new CsvFault(`The address answered ${response.status} instead of a CSV.`);
  if (!response.body) return '';

  const reader = response.body.getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.length;
    if (length > maxBytes) {
      await reader.cancel();
      throw new CsvFault('The CSV is larger than 20 MB.');
    }
    parts.push(part.value);
  }
  return new Blob(parts).text();
}

export function readFile(file: File): Promise<string> {
  if (file.size > maxBytes) return Promise.reject(new CsvFault('The file is larger than 20 MB.'));
  return file.text();
}
