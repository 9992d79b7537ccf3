//! A client that keeps a copy of the publication from `/v1/changes` alone.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::app::App;

/// What a thing of the copy goes by: its kind and its id, which the site has none of.
pub type Name = (String, Option<String>);

/// A copy.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Copy {
    /// What is asked for beside the cursor.
    pub query: String,
    /// Where the copy stands.
    pub cursor: Option<String>,
    /// What it holds, each with the change that last wrote it.
    pub things: BTreeMap<Name, (i64, Value)>,
    /// How often a thing was told of.
    pub told: usize,
}

impl Copy {
    /// A copy that is yet to be made, with these parameters.
    pub fn of(query: &str) -> Self {
        Self {
            query: query.to_owned(),
            ..Self::default()
        }
    }

    /// The address of the next page.
    pub fn path(&self) -> String {
        let cursor = self
            .cursor
            .as_deref()
            .map(|cursor| format!("&cursor={cursor}"));
        format!("/v1/changes?{}{}", self.query, cursor.unwrap_or_default())
    }

    /// Takes one page in, and tells whether there is more already.
    pub async fn step(&mut self, app: &App) -> bool {
        let page = app.get(&self.path()).await.expect(200);
        self.take(&page.json)
    }

    /// Takes in a page.
    pub fn take(&mut self, page: &Value) -> bool {
        for change in page["data"].as_array().unwrap() {
            let name = (
                change["type"].as_str().unwrap().to_owned(),
                change["id"].as_str().map(str::to_owned),
            );
            self.told += 1;
            let seq = change["seq"].as_i64().unwrap();
            match change["op"].as_str().unwrap() {
                "upsert" => {
                    let resource = change["resource"].clone();
                    assert!(resource.is_object(), "{change}");
                    let before = self.things.insert(name, (seq, resource));
                    assert!(before.is_none_or(|(before, _)| before <= seq), "{change}");
                }
                "delete" => {
                    assert!(change.get("resource").is_none(), "{change}");
                    self.things.remove(&name);
                }
                op => panic!("{op}"),
            }
        }
        self.cursor = Some(page["page"]["next_cursor"].as_str().unwrap().to_owned());
        page["page"]["has_more"].as_bool().unwrap()
    }

    /// Follows until there is no more for now.
    pub async fn follow(&mut self, app: &App) {
        while self.step(app).await {}
    }

    /// The things of a kind.
    pub fn all<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Value> {
        let of_kind = self.things.iter().filter(move |((of, _), _)| of == kind);
        of_kind.map(|(_, (_, resource))| resource)
    }

    /// The thing of an id.
    pub fn one(&self, kind: &str, id: &Value) -> Option<&Value> {
        let name = (kind.to_owned(), id.as_str().map(str::to_owned));
        self.things.get(&name).map(|(_, resource)| resource)
    }

    /// The ids of a kind.
    pub fn ids(&self, kind: &str) -> Vec<String> {
        let of_kind = self.things.keys().filter(|(of, _)| of == kind);
        of_kind.filter_map(|(_, id)| id.clone()).collect()
    }
}
