//! A database that cannot be used is told of in one sentence that says what to do.

use whence::store::{Location, Store, StoreError};

async fn sentence(location: Location<'_>) -> String {
    match Store::open(location).await {
        Err(StoreError::Unusable(sentence)) => sentence,
        Err(error) => panic!("{error} does not say what to do"),
        Ok(_) => panic!("it was opened"),
    }
}

#[tokio::test]
async fn an_address_of_another_kind_of_database_is_refused() {
    for url in ["mysql://root@127.0.0.1:1/x", "sqlite://x.db", "127.0.0.1:5432", ""] {
        let sentence = sentence(Location::Url(url)).await;
        assert!(sentence.contains("write postgres://user@host/name"), "{sentence}");
    }
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_named_as_such() {
    let sentence = sentence(Location::Url("postgres://whence@127.0.0.1:1/whence")).await;
    assert!(sentence.contains("could not be reached") && sentence.contains("--database-url"), "{sentence}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("whence.db");
    std::fs::write(&file, "this is a shopping list, and quite a long one at that").expect("a file");
    let sentence = sentence(Location::File(&file)).await;
    assert!(sentence.contains("whence.db could not be opened"), "{sentence}");
}
