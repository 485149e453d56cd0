import js from '@eslint/js'
import svelte from 'eslint-plugin-svelte'
import { defineConfig } from 'eslint/config'
import globals from 'globals'
import ts from 'typescript-eslint'
import { salusLintRules } from './tests/tidy/lint-rules.js'

const TYPED = ['**/*.ts', '**/*.svelte']
const TESTS = ['tests/**', '**/*.test.ts', '**/*.spec.ts', '**/contract.ts', '**/*-contract.ts']
const types = {
  projectService: true,
  extraFileExtensions: ['.svelte'],
  tsconfigRootDir: import.meta.dirname,
}

export default defineConfig(
  { ignores: ['**/node_modules/', '**/dist/', '.salus/', 'test-results/', 'playwright-report/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    plugins: { salus: salusLintRules },
    rules: {
      'salus/explained-exception': 'error',
      eqeqeq: 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'no-console': 'error',
    },
  },
  { files: TYPED, extends: [ts.configs.recommendedTypeChecked], languageOptions: { parserOptions: types } },
  ...svelte.configs['flat/recommended'],
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { globals: globals.browser, parserOptions: { ...types, parser: ts.parser } },
    rules: {
      // Messages are our own text; the router's base is always '/'.
      'svelte/no-navigation-without-resolve': 'off',
      // A Date that is made and read in one function needs no reactivity.
      'svelte/prefer-svelte-reactivity': 'off',
      'svelte/no-at-html-tags': 'error',
      'svelte/require-each-key': 'error',
      'svelte/button-has-type': 'error',
    },
  },
  {
    files: TYPED,
    rules: {
      'salus/explained-assertion': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'TSEnumDeclaration', message: 'A union of literals says the same and is erased.' },
        { selector: 'TSModuleDeclaration[kind!="global"]', message: 'Modules are files.' },
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': [
        'error',
        { checksVoidReturn: { arguments: false, attributes: false } },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // A port's method is async whether or not this adapter waits for something.
      '@typescript-eslint/require-await': 'off',
      // The compiler knows every name.
      'no-undef': 'off',
    },
  },
  {
    // svelte-check does the types of components; what a template's expression is typed as is not known here.
    files: ['**/*.svelte'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    // Tests look into JSON and break types on purpose.
    files: TESTS,
    rules: {
      'salus/explained-assertion': 'off',
      'no-console': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    // What is run from a terminal speaks to it.
    files: ['relay/src/main.ts', 'relay/src/cli.ts', 'apps/cli/src/**'],
    rules: { 'no-console': 'off' },
  },
  { files: ['**/*.js', '**/*.mjs'], languageOptions: { globals: globals.node } },
)
