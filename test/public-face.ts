/** @file The public functions and methods with the examples in their docstrings, as the TypeScript compiler sees them. */
import { fileURLToPath } from "node:url";
import ts from "typescript";

const repository = fileURLToPath(new URL("..", import.meta.url));

/** What users import, and the file it is made from. */
const ENTRIES = {
  anygiven: "dist/index.d.ts",
  "anygiven/diffusion": "dist/diffusion.d.ts",
  "anygiven/plot": "dist/plot.d.ts",
  "anygiven/server": "dist/server.d.ts",
} as const;

export interface PublicThing {
  /** "train", "Model.density" */
  readonly name: string;
  readonly entry: keyof typeof ENTRIES;
  readonly kind: "function" | "class" | "method" | "value" | "type";
  /** Without the fences of a code block. */
  readonly examples: readonly string[];
}

/** Everything that the entries export, methods of exported classes among it. */
export function publicThings(): PublicThing[] {
  const files = Object.values(ENTRIES).map((file) => `${repository}${file}`);
  const program = ts.createProgram(files, {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    allowImportingTsExtensions: true,
    noEmit: true,
    noLib: true,
    types: [],
  });
  const checker = program.getTypeChecker();
  return Object.entries(ENTRIES).flatMap(([entry, file]) => {
    const source = program.getSourceFile(`${repository}${file}`);
    const module = source && checker.getSymbolAtLocation(source);
    if (!module) throw new Error(`${file} can't be read as a module`);
    return checker.getExportsOfModule(module).flatMap((exported) => {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      const here = { entry: entry as keyof typeof ENTRIES };
      const thing = {
        ...here,
        name: exported.name,
        kind: kindOf(symbol),
        examples: examplesOf(symbol, checker),
      };
      if (thing.kind !== "class" || isTypeOnly(exported))
        return [{ ...thing, ...(isTypeOnly(exported) && { kind: "type" as const }) }];
      const methods = methodsOf(symbol).map((method) => ({
        ...here,
        name: `${exported.name}.${method.name}`,
        kind: "method" as const,
        examples: examplesOf(method, checker),
      }));
      return [thing, ...methods];
    });
  });
}

function kindOf({ flags }: ts.Symbol): PublicThing["kind"] {
  if (flags & ts.SymbolFlags.Function) return "function";
  if (flags & ts.SymbolFlags.Class) return "class";
  return flags & ts.SymbolFlags.Value ? "value" : "type";
}

function isTypeOnly(symbol: ts.Symbol): boolean {
  return symbol.declarations?.some(ts.isTypeOnlyExportDeclaration) ?? false;
}

/** Static ones too; not those of private names (#name), getters and properties. */
function methodsOf({ members, exports }: ts.Symbol): ts.Symbol[] {
  return [...(exports?.values() ?? []), ...(members?.values() ?? [])].filter(
    ({ flags, valueDeclaration }) =>
      flags & ts.SymbolFlags.Method &&
      valueDeclaration !== undefined &&
      ts.isMethodDeclaration(valueDeclaration) &&
      ts.isIdentifier(valueDeclaration.name),
  );
}

function examplesOf(symbol: ts.Symbol, checker: ts.TypeChecker): string[] {
  return symbol
    .getJsDocTags(checker)
    .filter(({ name }) => name === "example")
    .map(({ text }) =>
      ts
        .displayPartsToString(text)
        .replaceAll(/^```\w*$/gm, "")
        .trim(),
    );
}
