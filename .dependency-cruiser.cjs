// Who may know whom: domain ← commands ← api → projections → domain events; media → domain events; all meet in main.ts.
const plane = (name, from, not) => ({ name, severity: 'error', from: { path: from }, to: { path: not } });
const owner = (pkg, homes) => ({
  name: `${pkg}-has-one-home`,
  severity: 'error',
  from: { path: '^(src|web/src)/', pathNot: homes },
  to: { path: `node_modules/${pkg}(/|$)` },
});

module.exports = {
  forbidden: [
    {
      name: 'domain-is-pure',
      severity: 'error',
      from: { path: '^src/domain/', pathNot: '^src/domain/(kernel|[^/]+/events)\\.ts$' },
      to: { dependencyTypes: ['npm', 'npm-dev', 'core'] },
    },
    {
      name: 'contexts-do-not-import-each-other',
      severity: 'error',
      from: { path: '^src/domain/([^/]+)/' },
      to: { path: '^src/domain/[^/]+/', pathNot: '^src/domain/$1/' },
    },
    {
      name: 'projections-see-events-not-decisions',
      severity: 'error',
      from: { path: '^src/projections/' },
      to: { path: '^src/domain/[^/]+/', pathNot: '/events\\.ts$' },
    },
    plane('domain-knows-nobody', '^src/domain/', '^src/(commands|projections|media|api|operations|main)'),
    plane('proof-knows-nobody', '^src/proof/', '^src/(?!proof/)'),
    plane('commands-know-only-domain', '^src/commands/', '^src/(projections|media|api|operations|main)'),
    plane('projections-know-only-events', '^src/projections/', '^src/(commands|media|api|operations|main)'),
    plane(
      'media-knows-only-events',
      '^src/media/',
      '^src/(commands|projections|api|operations|main)|^src/domain/(?!kernel|[^/]+/events)',
    ),
    plane('web-knows-only-types', '^web/src/', '^src/(commands|projections|api|operations|main)'),
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: '^src/main\\.ts$|\\.d\\.ts$' },
      to: {},
    },
    owner('mediasoup', '^src/media/'),
    owner('typeorm', '^src/(projections/|operations/)'),
    owner('pg', '^src/(steadyPool|commands/postgres|commands/vault|projections/|operations/)'),
    owner('pg-boss', '^src/commands/pgBossJobs'),
    owner('bullmq', '^src/commands/bullMqJobs'),
    owner('ioredis', '^src/commands/bullMqJobs'),
    owner('@eventstore/db-client', '^src/commands/esdb'),
    owner('@pothos', '^src/api/'),
    owner('graphql-yoga', '^src/api/'),
    owner('express', '^src/api/'),
    owner('@node-rs/argon2', '^src/commands/passwords'),
    owner('pino', '^src/operations/'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
