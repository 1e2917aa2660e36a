//! The machine itself: store, time zones, calendars, proxy, and who hears of trouble.

use jiff::tz::TimeZone;

use super::{Finding, Grade, Patient};
use crate::{
    model::text::{Text, text},
    outbox::{OpenError, OpenMode, Outbox, service_running},
};

/// With less room the store will be full soon; in bytes.
const LITTLE_ROOM: u64 = 200 * 1024 * 1024;

/// With less room it is full tomorrow; in bytes.
const NO_ROOM: u64 = 10 * 1024 * 1024;

/// Time zone data older than this has missed laws; in years.
const OLD_ZONES: i16 = 1;

/// A calendar that ends sooner is a warning; in days.
const ENDS_SOON: i32 = 60;

/// Whether the store can be written, and for how long.
pub(super) async fn store(patient: &Patient<'_>) -> Vec<Finding> {
    let path = &patient.prepared.settings.store;
    let shown = path.display().to_string();
    let mut findings = vec![match Outbox::open(path, OpenMode::Read).await {
        Err(OpenError::Missing { .. }) if Outbox::can_be_made(path) => {
            let message = text!("the store {path} is not there yet; it can be made", path = shown);
            Finding::new(Grade::Note, "store", message)
        }
        Err(OpenError::Missing { .. }) => {
            let message = text!("the store {path} cannot be made here", path = shown);
            let help = text!(
                "give the user of the service a folder it can write, and name it under `store:`"
            );
            Finding::error("store", message).help(help)
        }
        // What is older than the program is made newer by opening it to write.
        Ok(outbox) => {
            outbox.close().await;
            writable(patient).await
        }
        Err(OpenError::OlderVersion { .. }) => writable(patient).await,
        Err(error) => Finding::error("store", error.text()),
    }];
    findings.extend(room(patient));
    findings.push(if service_running(path) {
        Finding::ok("service", text!("the service runs"))
    } else {
        let message = text!("the service does not run");
        Finding::new(Grade::Note, "service", message)
            .help(text!("nothing is sent by itself until it does: systemctl start dingdong"))
    });
    findings
}

async fn writable(patient: &Patient<'_>) -> Finding {
    let path = &patient.prepared.settings.store;
    let tried = match Outbox::open(path, OpenMode::Write).await {
        Err(error) => Err(error.text()),
        Ok(outbox) => {
            let tried = outbox.try_write().await.map_err(|error| error.text());
            outbox.close().await;
            tried
        }
    };
    match tried {
        Ok(()) => Finding::ok(
            "store",
            text!("the store {path} can be written", path = path.display().to_string()),
        ),
        Err(why) => Finding::error("store", why),
    }
}

fn room(patient: &Patient<'_>) -> Option<Finding> {
    let free = Outbox::free_bytes(&patient.prepared.settings.store)?;
    let mib = free / (1024 * 1024);
    let message = text!("{mib} MiB are free where the store is", mib = mib);
    let grade = match free {
        ..NO_ROOM => Grade::Error,
        NO_ROOM..LITTLE_ROOM => Grade::Warning,
        _ => return Some(Finding::ok("disk", message)),
    };
    Some(Finding::new(grade, "disk", message).help(text!("make room, or shorten `log_keep`")))
}

/// How old the time zone data is.
pub(super) fn zones(patient: &Patient<'_>) -> Option<Finding> {
    let zones = &patient.prepared.machine.zones;
    let message = text!("time zone data {version}", version = zones.to_string());
    let year: i16 = zones.version.get(..4)?.parse().ok()?;
    let now = patient.reach.clock.now().to_zoned_datetime(TimeZone::UTC);
    Some(if now.year() - year > OLD_ZONES {
        let help = text!("upgrade the system's tzdata package, then restart the service");
        Finding::warning("time-zones", message).help(help)
    } else {
        Finding::ok("time-zones", message)
    })
}

/// How long each calendar in use is known.
pub(super) fn calendars(patient: &Patient<'_>) -> Vec<Finding> {
    let zone = patient.world.zone.tz.clone();
    let today = patient.reach.clock.now().to_zoned_datetime(zone).date();
    let found = patient.world.calendars.iter().filter_map(|(id, calendar)| {
        let (_, last) = calendar.coverage()?;
        let left = today.until(last).map_or(0, |span| span.get_days());
        let message =
            text!("calendar {calendar} is known until {last}", calendar = id, last = last);
        Some(if left < ENDS_SOON {
            let help = text!(
                "bring in next year's days: dingdong calendar import FILE --into {calendar}",
                calendar = id,
            );
            Finding::warning("calendar-ends", message).help(help)
        } else {
            Finding::ok("calendar", message)
        })
    });
    found.collect()
}

/// Which proxy requests go through. Never shows a user or a password.
pub(super) fn proxy(patient: &Patient<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = certificates(patient).into_iter().collect();
    let (name, value) = match named_proxy(patient) {
        None => return findings,
        Some((name, Ok(value))) => (name, value),
        Some((_, Err(why))) => {
            findings.push(Finding::error("proxy", why));
            return findings;
        }
    };
    let with_scheme = if value.contains("://") { value } else { format!("http://{value}") };
    let parsed = url::Url::parse(&with_scheme).ok();
    let Some(host) = parsed.as_ref().and_then(url::Url::host_str) else {
        let message = text!("{name} is not the address of a proxy", name = name);
        let help = text!("write it like http://proxy.example.com:3128");
        findings.push(Finding::error("proxy", message).help(help));
        return findings;
    };
    let port = parsed.as_ref().and_then(url::Url::port_or_known_default).unwrap_or(80);
    let message = text!(
        "requests go through the proxy {host}:{port} ({name})",
        host = host,
        port = port,
        name = name
    );
    findings.push(Finding::new(Grade::Note, "proxy", message));
    findings
}

/// The proxy's address with where it is named: the settings, else the environment.
fn named_proxy(patient: &Patient<'_>) -> Option<(String, Result<String, Text>)> {
    const NAMES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    if let Some(proxy) = &patient.prepared.settings.network.proxy {
        let address = proxy.resolve(|kept| patient.reach.secrets.resolve(kept));
        return Some(("`proxy`".to_owned(), address.map(|found| found.expose().to_owned())));
    }
    let environment = &patient.prepared.machine.environment;
    let mut set = NAMES.into_iter().filter_map(|name| Some((name, environment.variable(name)?)));
    let (name, value) = set.next()?;
    Some((format!("${name}"), Ok(value.to_string_lossy().into_owned())))
}

/// Whether the private certificates can be read.
fn certificates(patient: &Patient<'_>) -> Option<Finding> {
    let path = patient.prepared.settings.network.ca.as_ref()?;
    let shown = path.display().to_string();
    Some(match std::fs::read_to_string(path) {
        Ok(text) if text.contains("BEGIN CERTIFICATE") => {
            Finding::ok("ca", text!("the certificates {path} are trusted too", path = shown))
        }
        Ok(_) => {
            let message = text!("{path} holds no certificate", path = shown);
            let help = text!("it has to hold PEM: -----BEGIN CERTIFICATE-----");
            Finding::error("ca", message).help(help)
        }
        Err(error) => {
            let why = error.to_string();
            let message = text!("{path} cannot be read: {why}", path = shown, why = why);
            Finding::error("ca", message)
        }
    })
}

/// Who hears when something goes wrong.
pub(super) fn alerts(patient: &Patient<'_>) -> Option<Finding> {
    let world = patient.world;
    let Some(to) = &world.alerts.to else {
        let message = text!("nobody is told when something goes wrong");
        let help =
            text!("name a target in the settings: alerts: {{ to: ops-group, editors: hr-group }}");
        return Some(Finding::warning("alerts", message).help(help));
    };
    let target = world.targets.get(to)?;
    let other = |id: &crate::model::target::TargetId| {
        let other = world.targets.get(id);
        other.is_some_and(|other| other.enabled && other.robot_key() != target.robot_key())
    };
    let stand_in = world.alerts.editors.iter().chain(&target.fallback).any(other);
    Some(if !target.enabled {
        Finding::error("alerts", text!("alerts go to this target, which is disabled")).of(target)
    } else if stand_in {
        Finding::ok("alerts", text!("alerts go here; another robot stands in")).of(target)
    } else {
        let message = text!("alerts go through this robot alone: of its own trouble nobody hears");
        let help = text!(
            "give it a `fallback`, or name other `editors` under `alerts`, or set a `heartbeat`"
        );
        Finding::new(Grade::Note, "alerts", message).of(target).help(help)
    })
}
