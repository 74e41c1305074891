import { fetches } from './fetches.mjs';

export default fetches(
  ['http://other.example:8080/', 'http://sub.granted.example:8080/', 'http://granted.example.other.example:8080/', 'http://granted.example:8081/', 'http://1.2.3.4:8080/'],
  () => true,
);
