import { attack } from './tries.mjs';

export default attack(() => {
  while (true) Math.sqrt(2);
});
