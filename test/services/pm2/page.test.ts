import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keys } from '../../../src/services/pm2/keys.js';
import { root } from '../../docs/pages.js';
import { table } from './table.js';

const page = join(root, 'docs/from-pm2.md');

// `vitest run test/services/pm2/page.test.ts --update` writes it.
test('docs/from-pm2.md has the table of all keys', async () => {
  const [head] = readFileSync(page, 'utf8').split('| pm2 | here | |\n');
  await expect(`${head}${table()}`).toMatchFileSnapshot(page);
});

/** The keys of pm2's schema, version 6 and 7. */
const ofPm2 =
  'script name name_prefix filter_env namespace install_url cwd args exec_interpreter node_args out_file error_file log_file disable_logs log_type log_date_format time env max_memory_restart pid_file restart_delay exp_backoff_restart_delay source_map_support disable_source_map_support wait_ready instances kill_timeout shutdown_with_message listen_timeout cron_restart merge_logs vizion autostart autorestart stop_exit_codes watch_delay watch ignore_watch watch_options min_uptime max_restarts execute_command exec_mode force append_env_to_name post_update trace disable_trace v8 event_loop_inspector deep_monitoring increment_var instance_var pmx automation treekill port username uid gid windowsHide kill_retry_time write io';

test('every key that pm2 has is mapped or listed', () => {
  const known = new Set(keys.flatMap(({ names }) => names));
  expect(ofPm2.split(' ').filter((name) => !known.has(name))).toEqual([]);
});

test('no key has two meanings', () => {
  const names = keys.flatMap((key) => key.names);
  expect(names).toEqual([...new Set(names)]);
});
