//! The schema's migrations: one text each for both engines.
//!
//! Two column types exist, `{text}` and `bigint`. On PostgreSQL `{text}` becomes `text collate "C"`, so that text is
//! ordered by bytes there as it is on SQLite; SQLite's tables become `strict`.

use super::{Engine, StoreError};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, SqlSafeStr};

/// Version, name and text of every migration, oldest first. A released one is never edited.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "program", include_str!("migrations/0001_program.sql")),
    (2, "tracking", include_str!("migrations/0002_tracking.sql")),
    (3, "earning", include_str!("migrations/0003_earning.sql")),
    (4, "billing", include_str!("migrations/0004_billing.sql")),
    (5, "operations", include_str!("migrations/0005_operations.sql")),
    (6, "investigation", include_str!("migrations/0006_investigation.sql")),
    (7, "link_checks", include_str!("migrations/0007_link_checks.sql")),
    (8, "snippet_tests", include_str!("migrations/0008_snippet_tests.sql")),
    (9, "webhook_attempts", include_str!("migrations/0009_webhook_attempts.sql")),
];

/// The migrations as one engine reads them.
pub(super) fn migrator(engine: Engine) -> Migrator {
    let list = MIGRATIONS
        .iter()
        .map(|(version, name, text)| {
            Migration::new(
                *version,
                (*name).into(),
                MigrationType::Simple,
                // The text is ours, compiled in; nothing of a user's is in it.
                AssertSqlSafe(for_engine(text, engine)).into_sql_str(),
                false,
            )
        })
        .collect();
    let mut migrator = Migrator::with_migrations(list);
    // PostgreSQL-compatible distributed engines have no advisory locks.
    migrator.set_locking(false);
    migrator
}

fn for_engine(text: &str, engine: Engine) -> String {
    match engine {
        Engine::Sqlite => text.replace("{text}", "text").replace("\n);", "\n) strict;").replace(" bigint", " integer"),
        Engine::Postgres => text.replace("{text}", "text collate \"C\""),
    }
}

/// Turns the migrator's error into a sentence that says what to do.
pub(super) fn explain(error: sqlx::migrate::MigrateError) -> StoreError {
    use sqlx::migrate::MigrateError::{Execute, VersionMismatch, VersionMissing, VersionNotPresent};
    match error {
        VersionMissing(version) | VersionNotPresent(version) => StoreError::Unusable(format!(
            "the database was migrated by a newer Whence (migration {version} is unknown here): start that version, or restore a backup made before the upgrade"
        )),
        VersionMismatch(version) => StoreError::Unusable(format!(
            "migration {version} of this database differs from this program's: it was made by another build of Whence, use that one"
        )),
        Execute(error) if is_out_of_reach(&error) => StoreError::Unusable(format!(
            "the database could not be reached ({error}): check the address in --database-url, and that PostgreSQL runs and lets this user in"
        )),
        other => StoreError::Unusable(format!("the database could not be migrated: {other}")),
    }
}

/// Whether there is no connection to speak of: nobody answers, or nobody by that name is let in.
fn is_out_of_reach(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolTimedOut => true,
        sqlx::Error::Database(error) => {
            let code = error.code().unwrap_or_default();
            // Connection, authorisation, no such database, and shutting down or starting.
            ["08", "28", "3D", "57P"].iter().any(|class| code.starts_with(class))
        }
        _ => false,
    }
}
