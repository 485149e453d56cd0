import ts from 'typescript'

/** What a module refers to by name: imports of every form, re-exports, `import()`, types, and worker URLs. */
export interface Imports {
  readonly specifiers: readonly string[]
  /** Whether the module does nothing but hand on what others export, or hands on all of another. */
  readonly isBarrel: boolean
}

/** @param path decides how the text is read: of a Svelte component, its scripts */
export function parseImports(path: string, text: string): Imports {
  const source = path.endsWith('.svelte') ? scriptsOf(text) : text
  const file = ts.createSourceFile('module.ts', source, ts.ScriptTarget.ESNext, false, ts.ScriptKind.TS)
  const specifiers: string[] = []
  const visit = (node: ts.Node) => {
    const named = specifierOf(node)
    if (named !== undefined && ts.isStringLiteralLike(named)) specifiers.push(named.text)
    ts.forEachChild(node, visit)
  }
  visit(file)
  const isReExport = (statement: ts.Statement) =>
    ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined
  const handsOnAll = (statement: ts.Statement) =>
    ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined && statement.exportClause === undefined
  const isBarrel = file.statements.length > 0 && (file.statements.every(isReExport) || file.statements.some(handsOnAll))
  return { specifiers, isBarrel }
}

function specifierOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return node.argument.literal
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) return node.arguments[0]
  // new URL('./x.worker.ts', import.meta.url)
  if (ts.isNewExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'URL') {
    const [specifier, base] = node.arguments ?? []
    const isOfModule = base !== undefined && ts.isPropertyAccessExpression(base) && ts.isMetaProperty(base.expression)
    return isOfModule ? specifier : undefined
  }
  return undefined
}

function scriptsOf(component: string): string {
  return [...component.matchAll(/<script\b[^>]*>([\s\S]*?)<\/script>/g)].map(([, script]) => script ?? '').join('\n')
}
