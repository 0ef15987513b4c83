// Started as a process of its own: the real server, with one mutation more that does nothing.
import { builder } from '../src/api/builder.ts';

builder.mutationField('doNothing', (t) => t.boolean({ complexity: 0, resolve: () => true }));
await import('../src/main.ts');
