//! People, roles and rotas from wherever they are written, put together: who stands in for whom, and
//! what does not fit.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::Date;

use super::{Group, Listed, Written};
use crate::{
    model::{
        diagnostic::{Diagnostic, Place},
        layers::Named,
        people::{People, Person},
        rota::Rota,
        text::{Text, text},
    },
    yaml::{short, suggest},
};

/// Puts everyone together. Of two entries with one id the first counts.
pub(super) fn assemble(
    listed: Vec<Listed>,
    written: &Written,
    tabled: BTreeMap<String, Vec<String>>,
) -> (People, Vec<Diagnostic>) {
    let mut joining = Joining::default();
    for one in listed {
        joining.add(one);
    }
    joining.delegates();
    joining.cycles();
    let mut roles = tabled;
    joining.roles(&written.roles, &mut roles);
    let rotas = joining.rotas(written, &roles);
    let Joining { people, found, .. } = joining;
    (People { people, roles, rotas }, found)
}

#[derive(Default)]
struct Joining {
    people: BTreeMap<String, Person>,
    places: HashMap<String, Place>,
    by_name: HashMap<String, Vec<String>>,
    mobiles: HashMap<String, String>,
    delegates: Vec<(String, Named)>,
    found: Vec<Diagnostic>,
}

impl Joining {
    fn error(&mut self, place: &Place, code: &'static str, message: Text, help: Text) {
        self.found.push(Diagnostic::error(place.clone(), code, message).help(help));
    }

    fn add(&mut self, listed: Listed) {
        let Listed { person, place, delegate } = listed;
        if let Some(first) = self.places.get(&person.id) {
            let message = text!(
                "`{id}` is there twice: first on line {line}",
                id = &person.id,
                line = first.line
            );
            self.error(
                &place,
                "duplicate-id",
                message,
                text!("give each person an id of their own"),
            );
            return;
        }
        if let Some(mobile) = &person.mobile
            && let Some(other) = self.mobiles.insert(mobile.clone(), person.name.clone())
        {
            let message = text!(
                "{one} and {two} have the same mobile number",
                one = other,
                two = &person.name
            );
            let found = Diagnostic::warning(place.clone(), "same-mobile", message);
            self.found.push(found.help(text!("correct it: a mention would reach the wrong one")));
        }
        self.by_name.entry(person.name.clone()).or_default().push(person.id.clone());
        self.delegates.extend(delegate.map(|named| (person.id.clone(), named)));
        self.places.insert(person.id.clone(), place);
        self.people.insert(person.id.clone(), person);
    }

    /// The id of whoever is called by an id or a unique name.
    fn id_of(&self, name: &str) -> Result<String, (&'static str, Text, Text)> {
        if self.people.contains_key(name) {
            return Ok(name.to_owned());
        }
        match self.by_name.get(name).map_or(&[][..], Vec::as_slice) {
            [one] => Ok(one.clone()),
            [] => {
                let known = self.people.keys().chain(self.by_name.keys());
                let mut known: Vec<&str> = known.map(String::as_str).collect();
                known.sort_unstable();
                known.dedup();
                let message = text!("no person is called `{name}`", name = short(name));
                Err(("unknown-person", message, suggest(name, known.into_iter())))
            }
            _ => {
                let message = text!("`{name}` is the name of several people", name = short(name));
                Err(("ambiguous-name", message, text!("write the id of one")))
            }
        }
    }

    fn delegates(&mut self) {
        for (id, named) in std::mem::take(&mut self.delegates) {
            match self.id_of(&named.name) {
                Err((code, message, help)) => self.error(&named.place, code, message, help),
                Ok(other) if other == id => {
                    let message = text!("nobody can stand in for themselves");
                    let help = text!("name someone else, or delete it");
                    self.error(&named.place, "delegate-cycle", message, help);
                }
                Ok(other) => {
                    self.places.insert(format!("{id}\0delegate"), named.place);
                    if let Some(person) = self.people.get_mut(&id) {
                        person.delegate = Some(other);
                    }
                }
            }
        }
    }

    /// People who stand in for each other in a ring, and are all away on one day.
    fn cycles(&mut self) {
        let mut seen: HashSet<String> = HashSet::new();
        let mut rings: Vec<Vec<String>> = Vec::new();
        for id in self.people.keys() {
            let mut path: Vec<String> = Vec::new();
            let mut next = Some(id.clone());
            while let Some(id) = next.filter(|id| !seen.contains(id)) {
                seen.insert(id.clone());
                path.push(id.clone());
                next = self.people.get(&id).and_then(|person| person.delegate.clone());
                if let Some(start) = path.iter().position(|one| Some(one) == next.as_ref()) {
                    rings.push(path.split_off(start));
                }
            }
        }
        for ring in rings {
            let away = ring.iter().filter_map(|id| self.people.get(id)).map(|one| &one.leave);
            let Some((first, _)) = overlap(away) else { continue };
            let names: Vec<&str> = ring
                .iter()
                .chain(ring.first())
                .filter_map(|id| self.people.get(id))
                .map(|person| person.name.as_str())
                .collect();
            let message = text!(
                "{names} stand in for each other, and on {date} all of them are on leave",
                names = names.join(" → "),
                date = first,
            );
            let Some(place) = self.places.get(&format!("{}\0delegate", ring[0])).cloned() else {
                continue;
            };
            let help = text!("name someone who is there as `delegate`");
            self.error(&place, "delegate-cycle", message, help);
        }
    }

    fn roles(&mut self, written: &[Group], roles: &mut BTreeMap<String, Vec<String>>) {
        for group in written {
            let Named { name, place } = &group.called;
            if self.people.contains_key(name) {
                let message = text!("`{name}` is a person already", name = short(name));
                self.error(place, "ambiguous-name", message, text!("give the role another name"));
            }
            let members = roles.entry(name.clone()).or_default();
            for member in &group.members {
                match self.id_of(&member.name) {
                    Ok(id) => members.push(id),
                    Err((code, message, help)) => {
                        self.found.push(
                            Diagnostic::error(member.place.clone(), code, message).help(help),
                        );
                    }
                }
            }
        }
    }
}

impl Joining {
    /// The members of each rota, those of a role in its order.
    fn rotas(
        &mut self,
        written: &Written,
        roles: &BTreeMap<String, Vec<String>>,
    ) -> BTreeMap<String, Rota> {
        let mut rotas = BTreeMap::new();
        for rota in &written.rotas {
            let mut members = Vec::new();
            for member in &rota.members {
                let name = member.name.strip_prefix("role:").unwrap_or(&member.name).trim();
                match (self.id_of(&member.name), roles.get(name)) {
                    (Ok(id), _) => members.push(id),
                    (Err(_), Some(ids)) => members.extend(ids.iter().cloned()),
                    (Err((code, message, help)), None) => {
                        self.error(&member.place, code, message, help);
                    }
                }
            }
            let (every, from) = (rota.every, rota.from);
            rotas.insert(rota.called.name.clone(), Rota { members, every, from });
        }
        rotas
    }
}

/// The first span on which all of these have a day.
fn overlap<'a>(mut all: impl Iterator<Item = &'a Vec<(Date, Date)>>) -> Option<(Date, Date)> {
    let mut common = all.next()?.clone();
    for leave in all {
        let pairs = common.iter().flat_map(|one| leave.iter().map(move |two| (one, two)));
        let both = pairs.map(|(one, two)| (one.0.max(two.0), one.1.min(two.1)));
        common = both.filter(|(first, last)| first <= last).collect();
    }
    common.into_iter().min()
}
