export { shownConfig } from './config/shownConfig.js';
export { runningConfigs } from './registry/runningConfigs.js';
