//! `/groups`: partners that share offers. Both modes have the same.

use crate::app::App;
use crate::flows::program::create_group::create_group;
use crate::http::auth::ApiKey;
use crate::http::body::Fields;
use crate::http::envelope::{Data, List};
use crate::http::params::Params;
use crate::http::{Answer, ApiError};
use crate::store::program::groups;
use axum::extract::State;
use serde::Serialize;
use serde_json::{Value, json};
use whence_domain::GroupId;
use whence_domain::program::{Group, Slug};

/// A group as the API shows it (`wire.md` 3.4).
#[derive(Clone, Debug, Serialize)]
pub struct GroupObject {
    key: String,
    name: String,
    slug: String,
    default: bool,
    archived: bool,
    features: Value,
    created_at: i64,
    updated_at: i64,
}

impl From<&Group> for GroupObject {
    fn from(group: &Group) -> Self {
        Self {
            key: group.id.to_string(),
            name: group.name.clone(),
            slug: group.slug.to_string(),
            default: group.is_default(),
            archived: group.archived_at.is_some(),
            features: json!({}),
            created_at: group.created_at.millis(),
            updated_at: group.updated_at.millis(),
        }
    }
}

/// `GET /groups`.
pub async fn list(State(app): State<App>, key: ApiKey, params: Params) -> Answer<List<GroupObject>> {
    let page = params.page(|key| GroupId::parse(key).is_some())?;
    let mut conn = app.store.read().await?;
    let listed = groups::list(&mut conn, &key.tenant.program, &page).await?;
    Ok(Data(listed.map(|group| GroupObject::from(&group)).into()))
}

/// `POST /groups`: `name`, and `slug` if it is not to be made from the name.
pub async fn create(State(app): State<App>, key: ApiKey, fields: Fields) -> Answer<GroupObject> {
    let name = fields.required_text("name", 100)?;
    let slug = match fields.parsed("slug", Slug::parse)? {
        Some(slug) => slug,
        None => {
            Slug::from_name(&name).ok_or_else(|| ApiError::invalid("slug", "required", "is required for this name"))?
        }
    };
    let group = create_group(&app, &key.tenant.program, key.actor(), name, slug).await?;
    Ok(Data::said(GroupObject::from(&group), "Group created"))
}
