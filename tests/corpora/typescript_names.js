// The names of TypeScript and JavaScript sources, as the TypeScript compiler's own parser sees them.
//
//   node typescript_names.js COMPILER FILE...
//
// For each file one line of JSON: [path, [[kind, name, line], ...], [[module, line], ...]]. Statements in functions,
// blocks and object literals are left out, as incdoc does.
const ts = require(process.argv[2]);
const fs = require("fs");
const K = ts.SyntaxKind;

function literal(node) {
  return node && ts.isStringLiteralLike(node) ? node.text : "";
}

function read(path) {
  const text = fs.readFileSync(path, "utf8");
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const names = [];
  const imports = [];
  const line = (node) => file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
  const add = (kind, name, node) => name && names.push([kind, name, line(node)]);
  const simple = (name) =>
    !name || ts.isComputedPropertyName(name) ? "" : name.text !== undefined ? name.text : name.getText(file);

  function bound(name, use) {
    if (ts.isIdentifier(name)) use(name.text);
    else for (const each of name.elements) if (!ts.isOmittedExpression(each)) bound(each.name, use);
  }
  function required(node) {
    return node && ts.isCallExpression(node) && /^(require|import)$/.test(node.expression.getText(file))
      ? literal(node.arguments[0]) : "";
  }
  function members(owner, node) {
    for (const each of node.members) {
      const name = simple(each.name);
      if (ts.isConstructorDeclaration(each)) add("method", owner + ".constructor", each);
      else if (ts.isMethodDeclaration(each) || ts.isMethodSignature(each) || ts.isGetAccessor(each) ||
        ts.isSetAccessor(each)) name && add("method", owner + "." + name, each);
      else if (ts.isPropertyDeclaration(each) || ts.isPropertySignature(each))
        name && add("field", owner + "." + name, each);
      if (ts.isConstructorDeclaration(each))
        for (const one of each.parameters)
          if (one.modifiers && one.modifiers.length) add("field", owner + "." + simple(one.name), one);
    }
  }
  function type(kind, name, node) {
    add(kind, name, node);
    if (name) members(name, node);
  }
  function statements(list, prefix) {
    for (const node of list) statement(node, prefix);
  }
  function statement(node, prefix) {
    const has = (kind) => (node.modifiers || []).some((each) => each.kind === kind);
    const name = prefix + (simple(node.name) || (has(K.DefaultKeyword) ? "default" : ""));
    if (ts.isFunctionDeclaration(node)) add("function", name, node);
    else if (ts.isClassDeclaration(node)) type("class", name, node);
    else if (ts.isInterfaceDeclaration(node)) type("interface", name, node);
    else if (ts.isTypeAliasDeclaration(node)) add("type", name, node);
    else if (ts.isEnumDeclaration(node)) {
      add("enum", name, node);
      for (const each of node.members) add("enum member", name + "." + simple(each.name), each);
    } else if (ts.isVariableStatement(node)) {
      for (const each of node.declarationList.declarations) {
        const value = each.initializer;
        if (required(value)) continue;
        if (ts.isIdentifier(each.name) && value && (ts.isArrowFunction(value) || ts.isFunctionExpression(value)))
          add("function", prefix + each.name.text, each);
        else if (ts.isIdentifier(each.name) && value && ts.isClassExpression(value))
          type("class", prefix + each.name.text, Object.assign(each, { members: value.members }));
        else bound(each.name, (one) => add("variable", prefix + one, each));
      }
    } else if (ts.isModuleDeclaration(node)) {
      let full = prefix;
      let inner = node;
      if (node.flags & ts.NodeFlags.GlobalAugmentation) full = prefix;
      else {
        let dotted = ts.isStringLiteral(node.name) ? node.name.getText(file) : node.name.text;
        while (inner.body && ts.isModuleDeclaration(inner.body)) {
          inner = inner.body;
          dotted += "." + inner.name.text;
        }
        add("namespace", prefix + dotted, node);
        full = prefix + dotted + ".";
      }
      if (inner.body && inner.body.statements) statements(inner.body.statements, full);
    } else if (ts.isExportAssignment(node)) {
      const value = node.expression;
      if (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) add("function", prefix + "default", node);
      else if (ts.isClassExpression(value)) type("class", prefix + "default", Object.assign(node, { members: value.members }));
    }
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier)
      imports.push([literal(node.moduleSpecifier), line(node)]);
    if (ts.isImportEqualsDeclaration(node) && node.moduleReference.expression)
      imports.push([literal(node.moduleReference.expression), line(node)]);
  }
  statements(file.statements, "");
  (function calls(node) {
    const module = required(node) || (ts.isImportTypeNode(node) ? literal(node.argument.literal) : "");
    if (module) imports.push([module, line(node)]);
    ts.forEachChild(node, calls);
  })(file);
  return [path, names, imports];
}

for (const path of process.argv.slice(3)) console.log(JSON.stringify(read(path)));
