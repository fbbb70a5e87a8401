// What the compiler resolves modules to: node typescript_modules.js COMPILER FOLDER < requests
//
// Requests are lines of JSON: [path, module, required]. Answers are paths in the folder, or empty. What a project makes
// need not be there: its names are those that the compiler gives, and lead to what they are made from.
"use strict";
const fs = require("fs");
const path = require("path");
const ts = require(process.argv[2]);
const top = fs.realpathSync(process.argv[3]);

const configurations = new Map();
function configuration(folder) {
  if (!configurations.has(folder)) {
    const names = ["tsconfig.json", "jsconfig.json"].map((name) => path.join(folder, name));
    const file = names.find((name) => fs.existsSync(name));
    let options = {};
    if (file) options = ts.getParsedCommandLineOfConfigFile(file, {}, { ...ts.sys, onUnRecoverableConfigFileDiagnostic() {} }).options;
    else if (folder !== top) options = configuration(path.dirname(folder));
    else options = { moduleResolution: ts.ModuleResolutionKind.Bundler, module: ts.ModuleKind.ESNext };
    configurations.set(folder, { ...options, allowJs: true, resolveJsonModule: true });
  }
  return configurations.get(folder);
}

const made = new Map();
for (const file of projects(top)) {
  const parsed = ts.getParsedCommandLineOfConfigFile(file, {}, { ...ts.sys, onUnRecoverableConfigFileDiagnostic() {} });
  if (!parsed || !parsed.options.outDir) continue;
  for (const source of parsed.fileNames)
    if (!source.endsWith(".d.ts"))
      for (const output of ts.getOutputFileNames(parsed, source, false)) made.set(output, source);
}

function* projects(folder) {
  for (const each of fs.readdirSync(folder, { withFileTypes: true })) {
    if (each.isDirectory() && each.name !== "node_modules") yield* projects(path.join(folder, each.name));
    else if (each.name === "tsconfig.json") yield path.join(folder, each.name);
  }
}

// A path without the links to packages; what it names need not be there.
function real(file) {
  const found = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)(\/.*)$/.exec(file);
  if (!found || !fs.existsSync(found[1])) return file;
  return fs.realpathSync(found[1]) + found[2];
}

const exists = (file) => ts.sys.fileExists(file) || made.has(real(file));
const host = { fileExists: exists, readFile: ts.sys.readFile, realpath: real, getCurrentDirectory: () => top };

for (const line of fs.readFileSync(0, "utf8").split("\n")) {
  if (!line) continue;
  const [file, module, required] = JSON.parse(line);
  const from = path.join(top, file);
  const mode = required ? ts.ModuleKind.CommonJS : ts.ModuleKind.ESNext;
  const options = configuration(path.dirname(from));
  const found = ts.resolveModuleName(module, from, options, host, undefined, undefined, mode).resolvedModule;
  const target = found ? real(found.resolvedFileName) : "";
  console.log(target && path.relative(top, made.get(target) || target));
}
