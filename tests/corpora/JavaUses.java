import com.sun.source.tree.*;
import com.sun.source.util.*;
import java.io.*;
import java.nio.file.*;
import java.util.*;
import javax.lang.model.element.*;
import javax.tools.*;

/**
 * What the declarations of Java use of each other, as the compiler of Java sees it.
 *
 * <p>{@code java JavaUses.java FILE}, where FILE has a path on each line. A line for each use: file, declaration, file,
 * definition, separated by tabs. What the compiler cannot resolve, because other libraries are not there, is left out;
 * a line with a name alone says so.
 */
public class JavaUses {
  static final Map<Element, String> FILES = new HashMap<>();
  static PrintStream out;

  public static void main(String[] words) throws IOException {
    out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, "UTF-8");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
    var units = files.getJavaFileObjectsFromStrings(Files.readAllLines(Path.of(words[0])));
    var options = List.of("-proc:none", "-Xlint:none", "-implicit:none", "-XDshould-stop.ifError=FLOW");
    JavacTask task = (JavacTask) compiler.getTask(null, files, each -> {}, options, null, units);
    List<CompilationUnitTree> trees = new ArrayList<>();
    for (CompilationUnitTree each : task.parse()) trees.add(each);
    Trees found = Trees.instance(task);
    task.analyze();
    for (CompilationUnitTree unit : trees) {
      String file = unit.getSourceFile().getName();
      new TreePathScanner<Void, Void>() {
        @Override
        public Void visitClass(ClassTree node, Void none) {
          Element element = found.getElement(getCurrentPath());
          if (element != null) FILES.put(element, file);
          return super.visitClass(node, none);
        }
      }.scan(unit, null);
    }
    for (CompilationUnitTree unit : trees) new Reader(found, unit).scan(unit, null);
    out.flush();
  }

  static class Reader extends TreePathScanner<Void, Void> {
    final Trees trees;
    final String file;
    final Deque<String> owners = new ArrayDeque<>();
    boolean inMethod;

    Reader(Trees trees, CompilationUnitTree unit) {
      this.trees = trees;
      this.file = unit.getSourceFile().getName();
    }

    String owner() {
      return String.join(".", owners);
    }

    @Override
    public Void visitImport(ImportTree node, Void none) {
      return null;
    }

    @Override
    public Void visitPackage(PackageTree node, Void none) {
      return null;
    }

    @Override
    public Void visitClass(ClassTree node, Void none) {
      boolean known = !inMethod && node.getSimpleName().length() > 0;
      if (known) owners.addLast(node.getSimpleName().toString());
      super.visitClass(node, none);
      if (known) owners.removeLast();
      return null;
    }

    @Override
    public Void visitMethod(MethodTree node, Void none) {
      if (inMethod) return super.visitMethod(node, none);
      String name = node.getName().toString();
      owners.addLast(name.equals("<init>") ? owners.getLast() : name);
      inMethod = true;
      super.visitMethod(node, none);
      inMethod = false;
      owners.removeLast();
      return null;
    }

    @Override
    public Void visitVariable(VariableTree node, Void none) {
      if (inMethod) return super.visitVariable(node, none);
      owners.addLast(node.getName().toString());
      inMethod = true;
      super.visitVariable(node, none);
      inMethod = false;
      owners.removeLast();
      return null;
    }

    @Override
    public Void visitBlock(BlockTree node, Void none) {
      boolean outer = inMethod;
      inMethod = true; // of a class: what it declares is local
      super.visitBlock(node, none);
      inMethod = outer;
      return null;
    }

    @Override
    public Void visitIdentifier(IdentifierTree node, Void none) {
      tell(node.getName().toString());
      return super.visitIdentifier(node, none);
    }

    @Override
    public Void visitMemberSelect(MemberSelectTree node, Void none) {
      tell(node.getIdentifier().toString());
      return super.visitMemberSelect(node, none);
    }

    void tell(String name) {
      Element element = trees.getElement(getCurrentPath());
      if (element == null || element.asType() == null || element.asType().getKind() == javax.lang.model.type.TypeKind.ERROR) {
        out.println(file + "\t" + owner() + "\t\t" + name);
        return;
      }
      List<String> parts = new ArrayList<>();
      Element at = element;
      if (element.getKind() == ElementKind.TYPE_PARAMETER) return;
      while (at != null && !(at instanceof PackageElement)) {
        String said = at.getSimpleName().toString();
        if (at instanceof ExecutableElement && said.equals("<init>")) said = at.getEnclosingElement().getSimpleName().toString();
        parts.add(0, said);
        if (at.getEnclosingElement() instanceof PackageElement) break;
        at = at.getEnclosingElement();
      }
      String definer = at == null ? null : FILES.get(at);
      if (definer != null) out.println(file + "\t" + owner() + "\t" + definer + "\t" + String.join(".", parts));
    }
  }
}
