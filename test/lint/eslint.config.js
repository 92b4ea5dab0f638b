// Passed to ESLint with -c because the repository's top level is fixed.
import js from "@eslint/js";
import tseslint from "typescript-eslint";

/** Modules that only one place may import, with that place. */
const homes = [
  { name: "lmdb", home: "src/engine/storage" },
  { name: "chalk", home: "src/cli/render" },
  { name: "ora", home: "src/cli/render" },
  { name: "@langchain/openai", home: "src/planner/chat-model.ts" },
];

const restrict = (names) => [
  "error",
  {
    paths: names.map(({ name, home }) => ({ name, message: `Import ${name} only in ${home}` })),
    patterns: [{ group: ["**/dist/**"], message: "Import the sources, not the build" }],
  },
];

export default tseslint.config(
  { ignores: ["dist/**", "node_modules/**", "coverage/**"] },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: ["test/tsconfig.json", "test/browser/tsconfig.json"],
        tsconfigRootDir: `${import.meta.dirname}/../..`,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "no-console": "error",
      "no-restricted-imports": restrict(homes),
      "no-restricted-exports": ["error", { restrictDefaultExports: { direct: true, named: true } }],
      eqeqeq: "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
    },
  },
  ...homes.map(({ name, home }) => ({
    files: [home.endsWith(".ts") ? home : `${home}/**`],
    rules: { "no-restricted-imports": restrict(homes.filter((other) => other.name !== name && other.home !== home)) },
  })),
  { files: ["**/*.js"], extends: [tseslint.configs.disableTypeChecked] },
  {
    files: ["bin/**", "test/lint/**"],
    languageOptions: { globals: { process: "readonly" } },
    rules: { "no-restricted-exports": "off", "no-restricted-imports": "off" },
  },
  {
    files: ["src/cli/render/html/assets/*.js"],
    languageOptions: {
      globals: { document: "readonly", FormData: "readonly", setTimeout: "readonly", clearTimeout: "readonly" },
    },
  },
  { files: ["test/**"], rules: { "@typescript-eslint/no-non-null-assertion": "off" } },
);
