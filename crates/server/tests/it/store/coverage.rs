//! Every function of the store has a test of its contract: the file of tests that mirrors its file calls it by name.

use std::path::{Path, PathBuf};

/// Functions without a test of their own, each with the reason.
const EXCEPTIONS: [(&str, &str); 0] = [];

/// Files that are not modules of functions over rows.
const MACHINERY: [&str; 8] = ["conn", "error", "many", "migrate", "mod", "page", "read", "writer"];

#[test]
fn every_function_of_the_store_is_called_by_the_tests_of_its_file() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (source, tests) = (root.join("src/store"), root.join("tests/it/store"));
    let mut found = 0;
    let mut missing = Vec::new();
    for file in files(&source) {
        let place = file.strip_prefix(&source).expect("it lies there");
        let module = place.file_stem().expect("a name").to_string_lossy().into_owned();
        if MACHINERY.contains(&module.as_str()) {
            continue;
        }
        let called = std::fs::read_to_string(tests.join(place)).unwrap_or_default();
        for name in functions(&std::fs::read_to_string(&file).expect("a text")) {
            found += 1;
            let call = format!("{module}::{name}(");
            let excepted = EXCEPTIONS.iter().any(|(known, _)| call.starts_with(known));
            if !called.contains(&call) && !excepted {
                missing.push(format!("{call}…) in tests/it/store/{}", place.display()));
            }
        }
    }
    assert!(found > 150, "only {found} functions were found: where have they gone?");
    assert!(missing.is_empty(), "nobody calls\n{}", missing.join("\n"));
}

/// The names of the public functions that ask the database.
fn functions(source: &str) -> Vec<String> {
    let name = |line: &str| line.strip_prefix("pub async fn ")?.split(['(', '<']).next().map(str::to_owned);
    source.lines().filter_map(name).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}
