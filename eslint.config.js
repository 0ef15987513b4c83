// Judges behaviour; format and import order belong to Biome, direction to dependency-cruiser.
import tseslint from 'typescript-eslint';

const banned = (selector, message) => ({ selector, message });
const clocks = [
  banned(
    "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    'Time is data: take meta.now or ctx.now().',
  ),
  banned("NewExpression[callee.name='Date'][arguments.length=0]", 'Time is data: take meta.now or ctx.now().'),
  banned(
    "CallExpression[callee.object.name='Math'][callee.property.name='random']",
    'Chance is passed in: take a source of ids.',
  ),
  banned("CallExpression[callee.name='randomUUID']", 'Ids are made by the caller: take newId.'),
  banned("MemberExpression[object.name='process'][property.name='env']", 'The environment is read once, in config.ts.'),
];

export default tseslint.config(
  {
    ignores: ['node_modules', 'web/dist', 'web/src/gql', '.runtime', 'scripts/mediasoup-worker', '**/*.js', '**/*.cjs'],
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    plugins: { '@typescript-eslint': tseslint.plugin },
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/await-thenable': 'error',
      'no-empty': 'error',
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': ['error', { max: 70, skipComments: true }],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/main.ts', 'src/config.ts'],
    rules: { 'no-restricted-syntax': ['error', ...clocks] },
  },
  { files: ['test/**/*.ts', 'web/test/**/*.ts', 'bench/**/*.ts'], rules: { 'max-lines-per-function': 'off' } },
);
