// What eslint finds: node eslint_findings.js FOLDER RULE... < paths, for each a line of JSON: [path, [[rule, line], ...]]
// FOLDER has eslint and its parser of TypeScript in node_modules.
"use strict";
const fs = require("fs");
const path = require("path");
const load = (name) => require(require.resolve(name, { paths: [process.argv[2]] }));
const { Linter } = load("eslint");
const parser = load("@typescript-eslint/parser");

const options = { eqeqeq: ["always", { null: "ignore" }] };
const rules = Object.fromEntries(process.argv.slice(3).map((rule) => [rule, ["error", ...(options[rule] || [])]]));
const globals = { window: "readonly", global: "readonly", globalThis: "readonly" };
const linter = new Linter();

for (const file of fs.readFileSync(0, "utf8").split("\n")) {
  if (!file) continue;
  const text = fs.readFileSync(file, "utf8");
  const typed = /\.[cm]?tsx?$/.test(file);
  let found;
  for (const sourceType of typed ? ["module"] : ["module", "commonjs", "script"]) {
    const language = { sourceType, ecmaVersion: "latest", globals };
    language.parserOptions = { ecmaFeatures: { jsx: !typed || file.endsWith("x") } };
    if (typed) language.parser = parser;
    const config = [{ files: ["**"], languageOptions: language, rules, linterOptions: { reportUnusedDisableDirectives: "off" } }];
    found = linter.verify(text, config, { filename: "x" + path.extname(file) });
    if (!found.some((each) => each.fatal)) break;
  }
  const broken = found.some((each) => each.fatal);
  const lines = text.split("\n");
  const before = (each) => lines.slice(Math.max(0, each.line - 4), each.line - 1).concat(lines[each.line - 1].slice(0, each.column - 1)).join("\n");
  const kept = broken ? [] : found.filter((each) => each.ruleId in rules && (each.ruleId !== "no-empty" || /\bcatch\s*(\([^()]*\))?\s*$/.test(before(each))));
  console.log(JSON.stringify([file, broken ? null : kept.map((each) => [each.ruleId, each.line])]));
}
