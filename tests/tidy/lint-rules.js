/**
 * Lint rules of our own, for what conventions ask and no plugin checks.
 * Plain JavaScript, since eslint.config.js loads it without a build.
 */

/** @type {import('eslint').Rule.RuleModule} */
const explainedAssertion = {
  meta: {
    type: 'problem',
    docs: { description: '`x as T` only where a brand is made or with a comment that says why it holds' },
    messages: {
      unexplained:
        '`as` overrules the compiler: narrow by a check, or say in a comment on or above the line why it holds.',
    },
    schema: [],
  },
  create(context) {
    const { sourceCode } = context
    const brandsMadeHere = new Set()
    const check = (node) => {
      const type = node.typeAnnotation
      const name =
        type.type === 'TSTypeReference' && type.typeName.type === 'Identifier' ? type.typeName.name : undefined
      if (name === 'const' || brandsMadeHere.has(name) || isExplained(sourceCode, node)) return
      context.report({ node, messageId: 'unexplained' })
    }
    return {
      Program(program) {
        for (const statement of program.body) {
          const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
          if (
            declared?.type === 'TSTypeAliasDeclaration' &&
            sourceCode.getText(declared.typeAnnotation).includes('Brand<')
          ) {
            brandsMadeHere.add(declared.id.name)
          }
        }
      },
      TSAsExpression: check,
      TSTypeAssertion: check,
    }
  },
}

/** A comment counts when it ends on the assertion's line, on the line above it, or above its statement. */
function isExplained(sourceCode, node) {
  let statement = node
  while (statement.parent && !/(Statement|Declaration|PropertyDefinition|MethodDefinition)$/.test(statement.type)) {
    statement = statement.parent
  }
  const lines = new Set([node.loc.start.line, node.loc.start.line - 1, node.loc.end.line, statement.loc.start.line - 1])
  return sourceCode.getAllComments().some(({ loc }) => loc !== null && loc !== undefined && lines.has(loc.end.line))
}

/** @type {import('eslint').Rule.RuleModule} */
const explainedException = {
  meta: {
    type: 'problem',
    docs: { description: 'a comment that switches a rule off says why' },
    messages: { unexplained: 'Say why the rule is off: `eslint-disable-next-line rule -- reason`.' },
    schema: [],
  },
  create(context) {
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments()) {
          if (/^\s*eslint-disable/.test(comment.value) && !/\s--\s+\S{2,}/.test(comment.value)) {
            context.report({ loc: comment.loc, messageId: 'unexplained' })
          }
        }
      },
    }
  },
}

/** @type {import('eslint').ESLint.Plugin} */
export const salusLintRules = {
  rules: { 'explained-assertion': explainedAssertion, 'explained-exception': explainedException },
}
