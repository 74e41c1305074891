import { attack } from './tries.mjs';

export default attack(async () => {
  setTimeout(() => {
    throw new Error('hostile');
  }, 0);
  Promise.reject(new Error('hostile'));
  await new Promise((done) => setTimeout(done, 300));
  return 'did: threw where nobody catches';
});
