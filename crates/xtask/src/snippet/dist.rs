//! The snippet's files: sources in the order in which they share one scope, and the built ones.

use std::{fs, io::Write as _, path::PathBuf};

use anyhow::{Context as _, bail};
use flate2::{Compression, write::GzEncoder};

/// The sources in reading order. They are scripts, not modules: one scope, no bundler (snippet/ARCHITECTURE.md).
#[cfg_attr(not(feature = "snippet"), allow(dead_code))]
const FILES: [&str; 7] = ["config", "keep", "click", "transport", "visit", "signup", "main"];

/// The largest the built file may be, compressed as a web server would (product.md 5 "Snippet").
#[cfg(test)]
pub const GZIP_MAX: usize = 1536;

/// The snippet's folder.
pub fn folder() -> PathBuf {
    crate::repository::root().join("snippet")
}

/// All sources as one function expression, so that nothing but the agreed globals reaches the page.
#[cfg_attr(not(feature = "snippet"), allow(dead_code))]
pub fn source() -> anyhow::Result<String> {
    let mut all = String::from("(() => {\ntry {\n");
    for file in FILES {
        let path = folder().join("src").join(format!("{file}.ts"));
        all += &fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    }
    Ok(all + "} catch (_) {}\n})();\n")
}

/// The version that `config.ts` names, which every request of the snippet carries.
#[cfg_attr(not(any(feature = "snippet", test)), allow(dead_code))]
pub fn version() -> anyhow::Result<String> {
    let config = fs::read_to_string(folder().join("src/config.ts"))?;
    config
        .split_once("const VERSION = \"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(version, _)| version.to_owned())
        .context("snippet/src/config.ts names no VERSION")
}

/// Writes the current and the frozen file. A frozen file that differs is only replaced with `amend`: pages cache it
/// for ever, so a change needs a new version.
#[cfg_attr(not(feature = "snippet"), allow(dead_code))]
pub fn write(version: &str, built: &str, amend: bool) -> anyhow::Result<()> {
    let frozen = folder().join(format!("dist/v/{version}.js"));
    if !amend && fs::read_to_string(&frozen).is_ok_and(|old| old != built) {
        bail!("the snippet changed but its VERSION is still {version}: raise it in snippet/src/config.ts");
    }
    fs::create_dir_all(folder().join("dist/v"))?;
    fs::write(&frozen, built)?;
    fs::write(folder().join("dist/whence.js"), built)?;
    Ok(())
}

/// The length in bytes after gzip at its best level.
#[cfg_attr(not(any(feature = "snippet", test)), allow(dead_code))]
pub fn gzip_len(bytes: &[u8]) -> anyhow::Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_snippet_is_at_most_one_and_a_half_kilobytes_on_the_wire() {
        let built = fs::read(folder().join("dist/whence.js")).unwrap();
        let length = gzip_len(&built).unwrap();
        assert!(length <= GZIP_MAX, "{length} bytes gzip, allowed are {GZIP_MAX}");
    }

    #[test]
    fn the_frozen_file_of_the_current_version_is_the_current_file() {
        let current = fs::read_to_string(folder().join("dist/whence.js")).unwrap();
        let frozen = fs::read_to_string(folder().join(format!("dist/v/{}.js", version().unwrap()))).unwrap();
        assert_eq!(current, frozen);
    }

    #[cfg(feature = "snippet")]
    #[test]
    fn the_committed_snippet_is_what_the_sources_say() {
        let built = super::super::compile::build(&source().unwrap()).unwrap();
        let committed = fs::read_to_string(folder().join("dist/whence.js")).unwrap();
        assert!(built == committed, "snippet/dist is older than snippet/src: run `cargo xtask snippet`");
    }
}
