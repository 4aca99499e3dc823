//! TypeScript to minified ES2018, with oxc.

use std::path::Path;

use anyhow::{anyhow, bail};
use oxc::{
    allocator::Allocator,
    codegen::{Codegen, CodegenOptions},
    diagnostics::OxcDiagnostic,
    minifier::{CompressOptions, MangleOptions, Minifier, MinifierOptions},
    parser::Parser,
    semantic::SemanticBuilder,
    span::SourceType,
    transformer::{TransformOptions, Transformer},
};
use oxc_compat::EngineTargets;

/// The language level of the output: every browser since 2018 reads it.
const TARGET: &str = "es2018";

/// Compiles `source`, one TypeScript script, to the smallest script that does the same.
pub fn build(source: &str) -> anyhow::Result<String> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, source, SourceType::ts().with_script(true)).parse();
    refuse(source, parsed.diagnostics)?;
    let mut program = parsed.program;

    let semantic = SemanticBuilder::new().with_check_syntax_error(true).with_enum_eval(true).build(&program);
    refuse(source, semantic.diagnostics)?;
    let scoping = semantic.semantic.into_scoping();
    let options = TransformOptions::from_target(TARGET).map_err(|error| anyhow!(error))?;
    let transformed =
        Transformer::new(&allocator, Path::new("snippet.ts"), &options).build_with_scoping(scoping, &mut program);
    refuse(source, transformed.diagnostics)?;

    // The minifier has a target of its own: without it `?.` and bare `catch` come back.
    let target = EngineTargets::from_target(TARGET).map_err(|error| anyhow!(error))?;
    let compress = CompressOptions { target, ..CompressOptions::smallest() };
    let minified = Minifier::new(MinifierOptions {
        mangle: Some(MangleOptions::default()),
        mangle_properties: None,
        compress: Some(compress),
    })
    .minify(&allocator, &mut program);
    let code =
        Codegen::new().with_options(CodegenOptions::minify()).with_scoping(minified.scoping).build(&program).code;
    Ok(code + "\n")
}

/// Turns what the compiler complains about into one error with the lines it means.
fn refuse(source: &str, found: impl IntoIterator<Item = OxcDiagnostic>) -> anyhow::Result<()> {
    let texts: Vec<String> =
        found.into_iter().map(|one| format!("{:?}", one.with_source_code(source.to_owned()))).collect();
    if !texts.is_empty() {
        bail!("the snippet does not compile:\n{}", texts.join("\n"));
    }
    Ok(())
}
