//! A value of a data source, its keys in the order written. Cheap to clone.

use std::{collections::HashMap, fmt, sync::Arc};

use minijinja::{
    Value,
    value::{Enumerator, Object, ObjectRepr},
};
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};

/// A map of so many keys is searched; a larger one is looked up.
const SEARCHED: usize = 8;

/// What one value counts besides its text; what the template engine's guard counts.
const NODE: usize = 16;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Datum {
    /// Null.
    Nothing,
    /// True or false.
    Truth(bool),
    /// An integer.
    Whole(i128),
    /// Any other number.
    Decimal(f64),
    /// Text.
    Text(Arc<str>),
    /// Values in order.
    List(Arc<List>),
    /// Values by name, in the order written.
    Map(Arc<Map>),
}

/// The values of a list.
#[derive(Debug, PartialEq)]
pub struct List(Vec<Datum>);

/// The values of a map.
#[derive(Debug, PartialEq)]
pub struct Map {
    keys: Arc<Keys>,
    values: Vec<Datum>,
}

/// The keys of a map; the rows of a table share theirs.
#[derive(Debug)]
pub(super) struct Keys {
    names: Vec<Arc<str>>,
    places: HashMap<Arc<str>, usize>,
}

impl PartialEq for Keys {
    fn eq(&self, other: &Self) -> bool {
        self.names == other.names
    }
}

impl Keys {
    /// Keys that differ from each other.
    pub(super) fn new(names: Vec<Arc<str>>) -> Self {
        let places = match names.len() {
            0..=SEARCHED => HashMap::new(),
            _ => names.iter().enumerate().map(|(at, name)| (Arc::clone(name), at)).collect(),
        };
        Self { names, places }
    }

    fn place(&self, name: &str) -> Option<usize> {
        match self.names.len() {
            0..=SEARCHED => self.names.iter().position(|known| &**known == name),
            _ => self.places.get(name).copied(),
        }
    }
}

impl Datum {
    /// A list.
    #[must_use]
    pub fn list(items: Vec<Self>) -> Self {
        Self::List(Arc::new(List(items)))
    }

    /// A map; of two equal keys the later one counts.
    #[must_use]
    pub fn map(pairs: Vec<(Arc<str>, Self)>) -> Self {
        let mut places = HashMap::with_capacity(pairs.len());
        let (mut names, mut values) = (Vec::new(), Vec::new());
        for (name, value) in pairs {
            match places.get(&name) {
                Some(at) => values[*at] = value,
                None => {
                    places.insert(Arc::clone(&name), names.len());
                    names.push(name);
                    values.push(value);
                }
            }
        }
        Self::row(&Arc::new(Keys::new(names)), values)
    }

    /// A map whose keys are known already; as many values as keys.
    pub(super) fn row(keys: &Arc<Keys>, values: Vec<Self>) -> Self {
        debug_assert_eq!(keys.names.len(), values.len());
        Self::Map(Arc::new(Map { keys: Arc::clone(keys), values }))
    }

    /// The value under a key.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Map(map) => map.values.get(map.keys.place(key)?),
            _ => None,
        }
    }

    /// The keys of a map.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        let names: &[Arc<str>] = match self {
            Self::Map(map) => &map.keys.names,
            _ => &[],
        };
        names.iter().map(|name| &**name)
    }

    /// A text or a number as a text, if there is anything in it.
    pub(super) fn word(&self) -> Option<String> {
        let word = match self {
            Self::Text(text) => text.trim().to_owned(),
            Self::Whole(whole) => whole.to_string(),
            Self::Decimal(decimal) => decimal.to_string(),
            _ => String::new(),
        };
        (!word.is_empty()).then_some(word)
    }

    /// About the bytes it takes.
    pub(super) fn weight(&self) -> usize {
        let inside = match self {
            Self::Text(text) => text.len(),
            Self::List(list) => list.0.iter().map(Self::weight).sum(),
            Self::Map(map) => {
                let keys: usize = map.keys.names.iter().map(|name| NODE + name.len()).sum();
                keys + map.values.iter().map(Self::weight).sum::<usize>()
            }
            _ => 0,
        };
        NODE + inside
    }
}

impl From<&str> for Datum {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<&Datum> for Value {
    fn from(datum: &Datum) -> Self {
        match datum {
            Datum::Nothing => Self::from(()),
            Datum::Truth(truth) => Self::from(*truth),
            Datum::Whole(whole) => Self::from(*whole),
            Datum::Decimal(decimal) => Self::from(*decimal),
            Datum::Text(text) => Self::from(Arc::clone(text)),
            Datum::List(list) => Self::from_dyn_object(Arc::clone(list)),
            Datum::Map(map) => Self::from_dyn_object(Arc::clone(map)),
        }
    }
}

impl Object for List {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.0.get(key.as_usize()?).map(Value::from)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(self.0.len())
    }
}

impl Object for Map {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.values.get(self.keys.place(key.as_str()?)?).map(Value::from)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let names = self.keys.names.iter();
        Enumerator::Values(names.map(|name| Value::from(Arc::clone(name))).collect())
    }
}

impl<'de> Deserialize<'de> for Datum {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Datum;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }

            fn visit_unit<E: Error>(self) -> Result<Datum, E> {
                Ok(Datum::Nothing)
            }

            fn visit_bool<E: Error>(self, truth: bool) -> Result<Datum, E> {
                Ok(Datum::Truth(truth))
            }

            fn visit_i64<E: Error>(self, whole: i64) -> Result<Datum, E> {
                Ok(Datum::Whole(whole.into()))
            }

            fn visit_u64<E: Error>(self, whole: u64) -> Result<Datum, E> {
                Ok(Datum::Whole(whole.into()))
            }

            fn visit_f64<E: Error>(self, decimal: f64) -> Result<Datum, E> {
                Ok(Datum::Decimal(decimal))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Datum, E> {
                Ok(Datum::from(text))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Datum, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(Datum::list(list))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Datum, A::Error> {
                let mut pairs = Vec::new();
                while let Some((key, value)) = entries.next_entry::<String, Datum>()? {
                    pairs.push((key.into(), value));
                }
                Ok(Datum::map(pairs))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}
