import { attack } from './tries.mjs';

const kept = [];

export default attack(() => {
  try {
    while (kept.length < 600) kept.push(new Uint8Array(1 << 20).fill(1));
  } catch (error) {
    return `did: took ${kept.length} MB, then: ${error.message}`;
  }
  return `did: took ${kept.length} MB`;
});
