// What sources of TypeScript and JavaScript use of their imports, as the TypeScript compiler's binder sees it.
//
//   node typescript_uses.js COMPILER FILE...
//
// For each file one line of JSON: [path, [[declaration, name], ...]]: the outermost declaration that has the name of an
// import in it, empty at the top level.
const ts = require(process.argv[2]);

const files = process.argv.slice(3);
const options = { allowJs: true, noResolve: true, noLib: true, jsx: ts.JsxEmit.Preserve, types: [] };
const program = ts.createProgram(files, options);
const checker = program.getTypeChecker();

function imported(symbol, file) {
  return (symbol.declarations || []).some(
    (each) =>
      each.getSourceFile() === file &&
      (ts.isImportSpecifier(each) || ts.isImportClause(each) || ts.isNamespaceImport(each)),
  );
}

function read(file) {
  const found = new Set();
  function walk(node, owner) {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (ts.isIdentifier(node)) {
      const parent = node.parent;
      const shorthand = ts.isShorthandPropertyAssignment(parent) && parent.name === node;
      const symbol = shorthand
        ? checker.getShorthandAssignmentValueSymbol(parent)
        : checker.getSymbolAtLocation(node);
      if (symbol && imported(symbol, file)) found.add(JSON.stringify([owner, node.text]));
    }
    ts.forEachChild(node, (child) => walk(child, owner));
  }
  for (const statement of file.statements) {
    const name = statement.name && ts.isIdentifier(statement.name) ? statement.name.text : "";
    if (ts.isVariableStatement(statement)) {
      for (const each of statement.declarationList.declarations)
        walk(each, ts.isIdentifier(each.name) ? each.name.text : "");
    } else walk(statement, name);
  }
  return [file.fileName, [...found].map((each) => JSON.parse(each))];
}

for (const path of files) console.log(JSON.stringify(read(program.getSourceFile(path))));
