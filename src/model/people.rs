//! People, roles, and whom a reminder mentions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A person as the settings describe them. The map key in the settings is `id`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Person {
    /// The key used in files.
    pub id: String,
    /// What people call them.
    pub name: String,
    /// With country code where it is not a mainland number, e.g. `+852-12345678`.
    pub mobile: Option<String>,
    /// DingTalk userId.
    pub dingtalk: Option<String>,
    /// Feishu Open ID or User ID.
    pub feishu: Option<String>,
    /// WeCom userid.
    pub wecom: Option<String>,
    /// Slack member id.
    pub slack: Option<String>,
    /// Mail address.
    pub email: Option<String>,
}

/// Everyone the settings know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct People {
    /// By id.
    pub people: BTreeMap<String, Person>,
    /// Ids of people, by role name.
    pub roles: BTreeMap<String, Vec<String>>,
}

/// Whom a reminder mentions, as written.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mention {
    /// Everyone in the group (`all`, `@all`, 所有人).
    All,
    /// One person by id.
    Person(String),
    /// Everyone in a role.
    Role(String),
}

impl People {
    /// What a word in `mention` means: a role, a person's id, or a person's unique display name.
    ///
    /// # Errors
    /// Why it means nothing, for the person who wrote it.
    pub fn mention(&self, word: &str) -> Result<Mention, String> {
        let bare = word.trim().trim_start_matches(['@', '＠']);
        if matches!(bare.to_lowercase().as_str(), "all" | "所有人" | "全体成员") {
            return Ok(Mention::All);
        }
        if self.people.contains_key(bare) {
            return Ok(Mention::Person(bare.to_owned()));
        }
        if self.roles.contains_key(bare) {
            return Ok(Mention::Role(bare.to_owned()));
        }
        let mut named = self
            .people
            .values()
            .filter(|person| person.name == bare || person.mobile.as_deref() == Some(bare));
        match (named.next(), named.next()) {
            (Some(person), None) => Ok(Mention::Person(person.id.clone())),
            (Some(one), Some(two)) => Err(format!(
                "`{bare}` is the name of several people ({}, {}, …); write the id of one",
                one.id, two.id
            )),
            (None, _) => Err(format!("no person or role is called `{bare}`")),
        }
    }

    /// The people behind a list of mentions, each once, in order. `All` adds nobody by name.
    #[must_use]
    pub fn resolve(&self, mentions: &[Mention]) -> Vec<&Person> {
        let mut found: Vec<&Person> = Vec::new();
        let ids = mentions.iter().flat_map(|mention| match mention {
            Mention::All => Vec::new(),
            Mention::Person(id) => vec![id.as_str()],
            Mention::Role(role) => self
                .roles
                .get(role)
                .map_or_else(Vec::new, |ids| ids.iter().map(String::as_str).collect()),
        });
        for id in ids {
            if let Some(person) = self.people.get(id)
                && !found.iter().any(|known| known.id == person.id)
            {
                found.push(person);
            }
        }
        found
    }
}
