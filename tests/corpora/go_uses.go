// What the declarations of Go use of their own module, as the type checker of Go sees it.
//
//	go run go_uses.go MODULE FOLDER
//
// A line of JSON for each use: [file, declaration, package, name, file that defines it]. Packages of other modules are
// empty, so that what is said of them is in error; the rest is checked as ever. A name in such an expression that the
// checker does not look at has no package and no file. Each package is checked with its tests, then its external tests.
package main

import (
	"encoding/json"
	"go/ast"
	"go/build"
	go_importer "go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"
)

var (
	set      = token.NewFileSet()
	module   string
	top      string
	known    = map[string]*types.Package{}
	inside   = map[string]bool{}
	standard = go_importer.ForCompiler(set, "source", nil)
)

type importer struct{}

func (importer) Import(path string) (*types.Package, error) {
	if found, ok := known[path]; ok {
		return found, nil
	}
	if !strings.Contains(strings.SplitN(path, "/", 2)[0], ".") && path != module {
		if found, err := standard.Import(path); err == nil {
			known[path] = found
			return found, nil
		}
	}
	if path != module && !strings.HasPrefix(path, module+"/") {
		name := path[strings.LastIndex(path, "/")+1:]
		if strings.HasPrefix(name, "v") && len(name) < 4 && strings.Contains(path, "/") {
			rest := path[:strings.LastIndex(path, "/")]
			name = rest[strings.LastIndex(rest, "/")+1:]
		}
		if at := strings.Index(name, ".v"); at > 0 {
			name = name[:at]
		}
		name = strings.TrimPrefix(strings.TrimSuffix(name, "-go"), "go-")
		found := types.NewPackage(path, strings.ReplaceAll(name, "-", "_"))
		found.MarkComplete()
		known[path] = found
		return found, nil
	}
	folder := filepath.Join(top, strings.TrimPrefix(strings.TrimPrefix(path, module), "/"))
	found, _ := build.ImportDir(folder, 0)
	known[path] = check(path, folder, append(found.GoFiles, found.CgoFiles...), false)
	return known[path], nil
}

func check(path, folder string, names []string, tell bool) *types.Package {
	var files []*ast.File
	for _, name := range names {
		if file, _ := parser.ParseFile(set, filepath.Join(folder, name), nil, 0); file != nil {
			files = append(files, file)
		}
	}
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: importer{}, Error: func(error) {}, FakeImportC: true}
	found, _ := config.Check(path, set, files, info)
	if tell {
		for _, file := range files {
			report(file, info)
		}
	}
	return found
}

func file(at token.Pos) string {
	found, _ := filepath.Rel(top, set.Position(at).Filename)
	return filepath.ToSlash(found)
}

func report(source *ast.File, info *types.Info) {
	for _, declaration := range source.Decls {
		switch declared := declaration.(type) {
		case *ast.FuncDecl:
			name := declared.Name.Name
			if declared.Recv != nil && len(declared.Recv.List) > 0 {
				name = receiver(declared.Recv.List[0].Type) + "." + name
			}
			uses(source, name, info, declared.Type, declared.Body)
		case *ast.GenDecl:
			for _, spec := range declared.Specs {
				switch each := spec.(type) {
				case *ast.TypeSpec:
					uses(source, each.Name.Name, info, each.Type)
				case *ast.ValueSpec:
					name := ""
					for _, named := range each.Names {
						if named.Name != "_" {
							name = named.Name
						}
					}
					if each.Type != nil {
						uses(source, name, info, each.Type)
					}
					for _, value := range each.Values {
						uses(source, name, info, value)
					}
				}
			}
		}
	}
}

func receiver(type_ ast.Expr) string {
	for {
		switch each := type_.(type) {
		case *ast.StarExpr:
			type_ = each.X
		case *ast.ParenExpr:
			type_ = each.X
		case *ast.IndexExpr:
			type_ = each.X
		case *ast.Ident:
			return each.Name
		default:
			return ""
		}
	}
}

func uses(source *ast.File, owner string, info *types.Info, nodes ...ast.Node) {
	for _, node := range nodes {
		if node == nil || (node == ast.Node((*ast.BlockStmt)(nil))) {
			continue
		}
		ast.Inspect(node, func(at ast.Node) bool {
			name, ok := at.(*ast.Ident)
			if !ok {
				return true
			}
			object := info.Uses[name]
			if object == nil && info.Defs[name] == nil {
				row, _ := json.Marshal([]string{file(source.Pos()), owner, "", name.Name, ""})
				os.Stdout.Write(append(row, '\n'))
			}
			if object == nil || object.Pkg() == nil || !inside[object.Pkg().Path()] {
				return true
			}
			said := ""
			if function, ok := object.(*types.Func); ok {
				if of := function.Type().(*types.Signature).Recv(); of != nil {
					type_ := of.Type()
					if pointer, ok := type_.(*types.Pointer); ok {
						type_ = pointer.Elem()
					}
					if named, ok := type_.(*types.Named); ok {
						said = named.Obj().Name() + "." + object.Name()
					}
				}
			}
			if said == "" {
				if object.Parent() != object.Pkg().Scope() {
					return true
				}
				said = object.Name()
			}
			row, _ := json.Marshal([]string{file(source.Pos()), owner, object.Pkg().Path(), said, file(object.Pos())})
			os.Stdout.Write(append(row, '\n'))
			return true
		})
	}
}

func main() {
	module, top = os.Args[1], os.Args[2]
	var folders []string
	filepath.Walk(top, func(path string, info os.FileInfo, err error) error {
		if err == nil && info.IsDir() {
			folders = append(folders, path)
			inside[importPath(path)] = true
		}
		return nil
	})
	for _, folder := range folders {
		found, err := build.ImportDir(folder, 0)
		if found == nil || (err != nil && len(found.GoFiles)+len(found.TestGoFiles)+len(found.XTestGoFiles) == 0) {
			continue
		}
		path := importPath(folder)
		files := append(append([]string{}, found.GoFiles...), found.CgoFiles...)
		tested := check(path, folder, append(files, found.TestGoFiles...), true)
		if len(found.XTestGoFiles) > 0 {
			before, ok := known[path]
			known[path] = tested
			inside[path+"_test"] = true
			check(path+"_test", folder, found.XTestGoFiles, true)
			if ok {
				known[path] = before
			} else {
				delete(known, path)
			}
		}
	}
}

func importPath(folder string) string {
	rest, _ := filepath.Rel(top, folder)
	if rest == "." {
		return module
	}
	return module + "/" + filepath.ToSlash(rest)
}
