//! People, roles, departments, rotas, and whom a reminder mentions.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::civil::Date;

use super::{
    rota::{Moment, Rota},
    text::{Text, text},
};

/// Words in `mention` that mean everyone in the group.
pub const EVERYONE: [&str; 3] = ["all", "所有人", "全体成员"];

/// A chain of delegates is followed this far.
const LONGEST_CHAIN: usize = 8;

/// A person as the settings describe them. The map key in the settings is `id`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
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
    /// The departments they belong to, as paths with `/`, e.g. `技术部/后端组`.
    pub departments: Vec<String>,
    /// First and last date of spans on which they are away.
    pub leave: Vec<(Date, Date)>,
    /// The id of whoever stands in for them meanwhile.
    pub delegate: Option<String>,
}

impl Person {
    /// Whether they are on leave on a date.
    #[must_use]
    pub fn is_away(&self, on: Date) -> bool {
        self.leave.iter().any(|&(first, last)| (first..=last).contains(&on))
    }
}

/// Everyone the settings know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct People {
    /// By id.
    pub people: BTreeMap<String, Person>,
    /// Ids of people, by role name.
    pub roles: BTreeMap<String, Vec<String>>,
    /// Who takes turns, by rota name.
    pub rotas: BTreeMap<String, Rota>,
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
    /// Everyone in a department, by its whole path, and in those below it.
    Department(String),
    /// Whoever has the turn in a rota.
    Rota(String),
}

impl People {
    /// What a word in `mention` means: a person's id, a role, a department, or a person's unique
    /// display name or mobile. `role:`, `department:` and `rota:` before a name say which is meant; a
    /// rota is always named so.
    ///
    /// # Errors
    /// Why it means nothing, or which of several things it could mean.
    pub fn mention(&self, word: &str) -> Result<Mention, Text> {
        let bare = word.trim().trim_start_matches(['@', '＠']);
        if EVERYONE.contains(&bare.to_lowercase().as_str()) {
            return Ok(Mention::All);
        }
        if let Some((kind, name)) = bare.split_once([':', '：']) {
            match kind.trim() {
                "role" | "角色" => return self.role(name.trim()),
                "department" | "部门" => return self.department(name.trim()),
                "rota" | "轮值" | "值班" => return self.rota(name.trim()),
                _ => {}
            }
        }
        if self.people.contains_key(bare) {
            return Ok(Mention::Person(bare.to_owned()));
        }
        match (self.roles.contains_key(bare), self.departments(bare).len()) {
            (true, 0) => Ok(Mention::Role(bare.to_owned())),
            (true, _) => Err(text!(
                "`{name}` is a role and a department; write `role:{name}` or `department:{name}`",
                name = bare,
            )),
            (false, 0) => self.named(bare),
            (false, _) => self.department(bare),
        }
    }

    fn role(&self, name: &str) -> Result<Mention, Text> {
        let known = self.roles.contains_key(name).then(|| Mention::Role(name.to_owned()));
        known.ok_or_else(|| text!("no role is called `{name}`", name = name))
    }

    fn rota(&self, name: &str) -> Result<Mention, Text> {
        let known = self.rotas.contains_key(name).then(|| Mention::Rota(name.to_owned()));
        known.ok_or_else(|| text!("no rota is called `{name}`", name = name))
    }

    fn department(&self, name: &str) -> Result<Mention, Text> {
        let mut found = self.departments(name).into_iter();
        match (found.next(), found.next()) {
            (Some(path), None) => Ok(Mention::Department(path)),
            (Some(one), Some(two)) => Err(text!(
                "several departments are called `{name}`; write which: {one}, {two}",
                name = name,
                one = one,
                two = two,
            )),
            (None, _) => Err(text!("no department is called `{name}`", name = name)),
        }
    }

    /// A person by display name or mobile.
    fn named(&self, name: &str) -> Result<Mention, Text> {
        let people = self.people.values();
        let mut named =
            people.filter(|person| person.name == name || person.mobile.as_deref() == Some(name));
        match (named.next(), named.next()) {
            (Some(person), None) => Ok(Mention::Person(person.id.clone())),
            (Some(one), Some(two)) => Err(text!(
                "`{name}` is the name of several people ({one}, {two}, …); write the id of one",
                name = name,
                one = &one.id,
                two = &two.id,
            )),
            (None, _) => {
                Err(text!("no person, role or department is called `{name}`", name = name))
            }
        }
    }

    /// The paths a department's name can mean: itself, else those that end with it.
    fn departments(&self, name: &str) -> BTreeSet<String> {
        let name = department_path(name);
        let mut found = BTreeSet::new();
        if name.is_empty() {
            return found;
        }
        for path in self.people.values().flat_map(|person| &person.departments) {
            // Each department above one is a department too.
            let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
            for above in ends.map(|end| &path[..end]) {
                if above == name {
                    return BTreeSet::from([name]);
                }
                if above.strip_suffix(name.as_str()).is_some_and(|rest| rest.ends_with('/')) {
                    found.insert(above.to_owned());
                }
            }
        }
        found
    }

    /// Every person a list of mentions can come to, on leave or not, each once, in order. `All` adds
    /// nobody by name.
    #[must_use]
    pub fn everyone<'a>(&'a self, mentions: &'a [Mention]) -> Vec<&'a Person> {
        let mut known = HashSet::new();
        let people = mentions.iter().flat_map(|mention| self.behind(mention, None));
        people.filter(|person| known.insert(person.id.as_str())).collect()
    }

    /// The people to mention at a moment: instead of someone on leave their delegate, without a
    /// delegate nobody; but when that leaves nobody at all, those on leave all the same.
    #[must_use]
    pub fn resolve<'a>(&'a self, mentions: &'a [Mention], moment: &Moment) -> Vec<&'a Person> {
        let behind = mentions.iter().flat_map(|mention| self.behind(mention, Some(moment)));
        let everyone: Vec<&Person> = behind.collect();
        let present = |person| self.delegates(person).find(|one| !one.is_away(moment.on));
        let mut known = HashSet::new();
        let found: Vec<&Person> = everyone
            .iter()
            .filter_map(|&person| present(person))
            .filter(|person| known.insert(person.id.as_str()))
            .collect();
        if !found.is_empty() {
            return found;
        }
        everyone.into_iter().filter(|person| known.insert(person.id.as_str())).collect()
    }

    /// Whose turn it is in a rota; none when there is no such rota.
    #[must_use]
    pub fn on_duty(&self, rota: &str, moment: &Moment) -> Option<&Person> {
        let rota = self.rotas.get(rota)?;
        let is_away = |id: &str| self.people.get(id).is_none_or(|one| one.is_away(moment.on));
        self.people.get(rota.member(rota.turn(moment), is_away)?)
    }

    /// A person, their delegate, the delegate's delegate and so on, as far as a chain is followed.
    pub fn delegates<'a>(&'a self, person: &'a Person) -> impl Iterator<Item = &'a Person> {
        let next = |one: &&Person| self.people.get(one.delegate.as_deref()?);
        std::iter::successors(Some(person), next).take(LONGEST_CHAIN)
    }

    /// Who a mention comes to: at a moment, or at any.
    fn behind<'a>(&'a self, mention: &'a Mention, moment: Option<&Moment>) -> Vec<&'a Person> {
        let people = |ids: &'a [String]| ids.iter().filter_map(|id| self.people.get(id)).collect();
        match mention {
            Mention::All => Vec::new(),
            Mention::Person(id) => self.people.get(id).into_iter().collect(),
            Mention::Role(role) => people(self.roles.get(role).map_or(&[][..], Vec::as_slice)),
            Mention::Rota(rota) => match moment {
                Some(moment) => self.on_duty(rota, moment).into_iter().collect(),
                None => people(self.rotas.get(rota).map_or(&[][..], |rota| &rota.members)),
            },
            Mention::Department(path) => {
                let below = |own: &String| {
                    let rest = own.strip_prefix(path.as_str());
                    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                };
                let people = self.people.values();
                people.filter(|person| person.departments.iter().any(below)).collect()
            }
        }
    }
}

/// A department's path as it is compared: whatever separates its levels becomes `/`.
#[must_use]
pub fn department_path(text: &str) -> String {
    let levels = text.split(['/', '\\', '>', '-', '／', '＞', '－']).map(str::trim);
    levels.filter(|level| !level.is_empty()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::civil::date;

    use super::*;
    use crate::model::{calendar::Calendar, language::Language, rota::Every};

    fn people() -> People {
        let person = |id: &str, name: &str, departments: &[&str], delegate: &str| Person {
            id: id.into(),
            name: name.into(),
            departments: departments.iter().map(|path| department_path(path)).collect(),
            delegate: (!delegate.is_empty()).then(|| delegate.into()),
            ..Person::default()
        };
        let mut all = [
            person("z3", "张三", &["总部-技术部-后端组"], "l4"),
            person("l4", "李四", &["总部/技术部"], "w5"),
            person("w5", "王五", &["总部/销售部/后端组", "财务"], ""),
            person("w52", "王五", &["财务"], "w52"),
        ];
        let away = |first, last| (date(2026, 10, first), date(2026, 10, last));
        all[0].leave = vec![away(1, 1), away(5, 7)];
        all[1].leave = vec![away(6, 7)];
        all[2].leave = vec![away(7, 7)];
        all[3].leave = vec![away(1, 31)];
        let roles = [("hr", vec!["l4", "z3"]), ("财务", vec!["w5"]), ("empty", vec![])];
        let owned = |ids: Vec<&str>| ids.into_iter().map(str::to_owned).collect();
        People {
            people: all.into_iter().map(|one| (one.id.clone(), one)).collect(),
            roles: roles.into_iter().map(|(name, ids)| (name.into(), owned(ids))).collect(),
            rotas: BTreeMap::from([(
                "cleaning".to_owned(),
                Rota {
                    members: owned(vec!["z3", "l4"]),
                    every: Every::Workdays(1),
                    from: date(2026, 10, 1),
                },
            )]),
        }
    }

    #[test]
    fn a_word_means_one_thing_or_is_told_why_not() {
        let people = people();
        let department = |path: &str| Mention::Department(path.into());
        let cases = [
            ("@所有人", Mention::All),
            ("z3", Mention::Person("z3".into())),
            ("张三", Mention::Person("z3".into())),
            ("hr", Mention::Role("hr".into())),
            ("role:财务", Mention::Role("财务".into())),
            ("部门：财务", department("财务")),
            ("技术部", department("总部/技术部")),
            ("总部", department("总部")),
            ("技术部-后端组", department("总部/技术部/后端组")),
            ("rota:cleaning", Mention::Rota("cleaning".into())),
            ("轮值：cleaning", Mention::Rota("cleaning".into())),
        ];
        for (word, meant) in cases {
            assert_eq!(people.mention(word), Ok(meant), "{word}");
        }
        for word in [
            "王五",
            "财务",
            "后端组",
            "部门:",
            "role:boss",
            "",
            "department:术部",
            "rota:x",
            "cleaning",
        ] {
            let why = people.mention(word).expect_err(word);
            assert_ne!(why.told(Language::Chinese), why.to_string(), "{word}");
        }
    }

    fn moment(day: i8) -> Moment {
        let calendar = Arc::new(Calendar::weekends());
        Moment { on: date(2026, 10, day), calendar, occurrences: Arc::new(|_| 0) }
    }

    #[test]
    fn whose_turn_it_is_has_nobody_stand_in_who_is_away() {
        let people = people();
        let rota = [Mention::Rota("cleaning".into())];
        let who = |day| {
            let found = people.resolve(&rota, &moment(day));
            found.iter().map(|one| one.id.as_str()).collect::<String>()
        };
        // Thursday 1 October is z3's, who is away; Friday and the weekend l4's; Monday z3's again.
        assert_eq!([1, 2, 4, 5, 8].map(who), ["l4", "l4", "l4", "l4", "l4"]);
        assert_eq!([9, 12].map(who), ["z3", "l4"]);
        // On the 6th both are away: whoever stands in for z3, whose turn it is not, l4's it is.
        assert_eq!(who(6), "w5");
        assert_eq!(people.everyone(&rota).len(), 2);
    }

    #[test]
    fn whoever_is_away_is_replaced_along_the_chain() {
        let people = people();
        let person = |id: &str| Mention::Person(id.into());
        let of = |mentions: &[Mention], day| {
            let found = people.resolve(mentions, &moment(day));
            found.iter().map(|person| person.id.clone()).collect::<Vec<_>>()
        };
        let z3 = [person("z3")];
        assert_eq!(of(&z3, 4), ["z3"]);
        assert_eq!(of(&z3, 5), ["l4"]);
        assert_eq!(of(&z3, 6), ["w5"]);
        // Nobody is left: better the person on leave than nobody.
        assert_eq!(of(&z3, 7), ["z3"]);
        assert_eq!(of(&[person("w52"), person("z3")], 5), ["l4"]);
        // Who stands in and is meant as well is mentioned once.
        assert_eq!(of(&[person("z3"), Mention::Role("hr".into())], 5), ["l4"]);
        assert_eq!(of(&[person("w52")], 2), ["w52"]);
        assert_eq!(of(&[Mention::Department("总部/技术部".into())], 1), ["l4"]);
        assert_eq!(of(&[Mention::Department("财务".into())], 31), ["w5"]);
        assert_eq!(of(&[Mention::All, Mention::Role("empty".into())], 1), [""; 0]);
    }
}
