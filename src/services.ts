export {
  type Configuration,
  type ConfigurationContext,
  type ConfigurationExport,
  type CronAction,
  defineConfig,
  type Profile,
  type ServiceOptions,
  type WatchedFiles,
} from './services/configuration.js';
export { type LoadedConfig, loadConfig, type LoadOptions } from './services/loadConfig.js';
export { runServices } from './services/runServices.js';
