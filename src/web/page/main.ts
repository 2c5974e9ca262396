import { nothingWatched, watch } from './watched/watched.js';
console.log(watch(nothingWatched, []));
