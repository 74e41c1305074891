// The query string of a request (application/x-www-form-urlencoded).

/** The first value of a name as it was written; empty when it is not there. */
export function parameter(query: string, name: string): string {
  const parts = query.split('&');
  for (let i = 0; i < parts.length; i++) {
    const at = parts[i].indexOf('=');
    if ((at < 0 ? parts[i] : parts[i].substring(0, at)) == name) return at < 0 ? '' : parts[i].substring(at + 1);
  }
  return '';
}

/** Without its escapes. */
export function decode(text: string): string {
  const bytes = Uint8Array.wrap(String.UTF8.encode(text));
  const made = new Uint8Array(bytes.length);
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    let byte = bytes[i];
    if (byte == 0x2b) {
      byte = 0x20;
    } else if (byte == 0x25 && i + 2 < bytes.length) {
      const high = digit(bytes[i + 1]);
      const low = digit(bytes[i + 2]);
      if (high >= 0 && low >= 0) {
        byte = <u8>(high * 16 + low);
        i += 2;
      }
    }
    made[length++] = byte;
  }
  return String.UTF8.decode(made.buffer.slice(0, length));
}

function digit(byte: u8): i32 {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : -1;
}
