import { eventFormat, eventSchemas, stampFields } from '../../src/features/decodeEvent.js';
import { sharedTypes } from '../../src/vocabulary/commonFields.js';
import { type Field, isOptional } from '../../src/vocabulary/eventField.js';

const cell = (text: string): string => text.replaceAll('|', String.raw`\|`);

const table = (fields: Readonly<Record<string, Field<unknown>>>): string =>
  [
    '| field | type | meaning |',
    '|---|---|---|',
    ...Object.entries(fields).map(
      ([name, field]) =>
        `| \`${name}\`${isOptional(field) ? '?' : ''} | ${cell(field.type)} | ${cell(field.meaning)} |`,
    ),
  ].join('\n');

const section = (about: 'worker' | 'master'): string =>
  Object.entries(eventSchemas)
    .filter(([, schema]) => schema.about === about)
    .map(([type, { when, fields }]) => `### ${type}\n\n${when}\n\n${table(fields)}\n`)
    .join('\n');

const shared = Object.entries(sharedTypes)
  .map(([name, fields]) => `### ${name}\n\n${table(fields)}\n`)
  .join('\n');

/** `docs/events.md`, made of the schemas of the events. */
export const eventsPage = `<!-- Generated from the schemas of the events by \`npm run docs:events\`. -->

# Events

Everything that happens in a cluster is an event: \`cluster$\` emits those of one cluster, \`events$\` those of all. Events are plain data: \`JSON.parse(JSON.stringify(event))\` equals the event.
The format has version ${eventFormat} (\`eventFormat\`). It changes when a field is removed or its meaning changes, not when fields or types of events are added. A file, stream or response with events names the version once. \`decodeEvent(value)\` reads an
event from elsewhere.

Every event has these fields. A question mark means that a field may be left out: an infinite duration or limit is left out.

${table(stampFields)}

A crash reads \`exit\`, \`backoff\`, \`fork\`. A restart of two slots reads \`restart\`, \`restart-begin\`, \`replace-begin\`, \`fork\`, \`online\`, \`listening\`, \`ready\`, \`available\`, \`replace-end\`, \`retire\`, \`exit\`, \`replace-begin\` …, \`restart-end\`.

The order of \`disconnect\` and \`exit\` of a dying process is that of the operating system; rely on \`exit\`.

## Messages

Each message of a worker is one \`message\` event, however it was sent. The messages of a worker keep their order, and come before its \`disconnect\` and \`exit\`. A message by which a worker says that it is ready (\`ready: 'message'\`) is no event.
Replies, topics and observed streams are no events.

\`messages$\` delivers what was received: the value itself, the handle, and \`reply\`. The event has none of these. With \`serialization: 'advanced'\`, what JSON cannot hold is described by an object with the field \`$type\`:

| \`$type\` | other fields |
|---|---|
| \`Date\` | \`value\`: ISO 8601; left out for an invalid date |
| \`bigint\`, \`RegExp\` | \`value\`: as text |
| \`number\` | \`value\`: \`NaN\`, \`Infinity\` or \`-Infinity\` |
| \`Map\` | \`entries\`: list of \`[key, value]\` |
| \`Set\` | \`values\` |
| \`Error\` | as \`ErrorData\` |
| \`Buffer\`, \`ArrayBuffer\`, \`Uint8Array\` and the other typed arrays | \`bytes\`: the length; \`base64\`: the first 1,024 bytes |
| \`undefined\` | an item of a list; fields that are \`undefined\` are left out |
| \`cycle\` | an object inside itself |
| \`omitted\` | deeper than 100 levels, or beyond 64 million characters |

## Workers

${section('worker')}
## Decisions of the master

${section('master')}
## Types

${shared}`;
