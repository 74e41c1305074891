import { attack } from './tries.mjs';

const deeper = (depth) => deeper(depth + 1) + 1;

export default attack(() => {
  try {
    return `lives: ${deeper(0)}`;
  } catch (error) {
    return `stopped: ${error.name}: ${error.message}`;
  }
});
