import { fetches } from './fetches.mjs';

const rebinding = 'http://rebinds.example:8080/';

export default fetches(['http://inside.example:8080/', 'http://metadata.example:8080/', 'http://private.example:8080/', 'http://mixed.example:8080/', rebinding, rebinding, rebinding, rebinding]);
