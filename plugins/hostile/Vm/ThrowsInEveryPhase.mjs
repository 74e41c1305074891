import { attack } from './tries.mjs';

export default attack(() => {
  throw new Error('hostile');
});
