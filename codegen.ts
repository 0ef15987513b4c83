// Turns schema.graphql and the documents of the pages into types; strings instead of ASTs keep the bundles small.
import type { CodegenConfig } from '@graphql-codegen/cli';

// Nothing here is deferred, so the helper for it would only be dead code that the strict compiler rejects.
const withoutDeferHelper = (path: string, content: string) =>
  path.endsWith('fragment-masking.ts')
    ? content.replace(/export function isFragmentReady[\s\S]*$/, '').replace(/^import type \{ Incremental.*\n/m, '')
    : content;

const config: CodegenConfig = {
  schema: 'schema.graphql',
  documents: 'web/src/**/*.graphql',
  hooks: { beforeOneFileWrite: withoutDeferHelper },
  generates: {
    'web/src/gql/': {
      preset: 'client',
      presetConfig: { fragmentMasking: { unmaskFunctionName: 'unmask' } },
      config: {
        documentMode: 'string',
        enumsAsTypes: true,
        useTypeImports: true,
        importExtension: '.ts',
        emitLegacyCommonJSImports: false,
        defaultScalarType: 'unknown',
        scalars: { ID: 'string', DateTime: 'string', Position: 'string', EventNumber: 'string', JSON: 'unknown' },
      },
    },
  },
};

export default config;
