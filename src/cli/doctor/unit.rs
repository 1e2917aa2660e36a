//! The unit under systemd: whether the installed one lacks what the shipped one has.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use super::{Finding, Patient};
use crate::model::{secret::SecretRef, text::text};

/// The unit as it is shipped.
const SHIPPED: &str = include_str!("../../../systemd/dingdong.service");

/// Where units are installed; the first counts.
const PLACES: [&str; 5] = [
    "/etc/systemd/system",
    "/run/systemd/system",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
];

/// The unit's name.
const NAME: &str = "dingdong.service";

/// No unit file is longer; in bytes.
const LONGEST: u64 = 256 * 1024;

/// What a unit says: each key with everything assigned to it.
type Said = BTreeMap<String, Vec<String>>;

/// The installed unit beside the shipped one, and this process beside what the unit demands.
pub(super) fn hardening(patient: &Patient<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some((path, said)) = installed() {
        findings.push(compared(&path, &said));
        findings.extend(credentials(patient, &said));
    }
    let environment = &patient.prepared.machine.environment;
    if environment.variable("STATE_DIRECTORY").is_some()
        && let Ok(status) = fs::read_to_string("/proc/self/status")
    {
        findings.push(process(&status));
    }
    findings
}

fn installed() -> Option<(PathBuf, Said)> {
    let path =
        PLACES.iter().map(|place| Path::new(place).join(NAME)).find(|path| path.is_file())?;
    let mut said = Said::new();
    read(&bounded(&path)?, &mut said);
    for place in PLACES.iter().rev() {
        let folder = Path::new(place).join(format!("{NAME}.d"));
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut parts: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        parts.sort();
        for part in parts.iter().filter(|part| part.extension().is_some_and(|end| end == "conf")) {
            read(&bounded(part).unwrap_or_default(), &mut said);
        }
    }
    Some((path, said))
}

fn bounded(path: &Path) -> Option<String> {
    let short = fs::metadata(path).ok()?.len() <= LONGEST;
    short.then(|| fs::read_to_string(path).ok()).flatten()
}

/// Reads a unit file's assignments; an empty one forgets what was assigned before.
fn read(text: &str, said: &mut Said) {
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with(['#', ';', '[']));
    for (key, value) in lines.filter_map(|line| line.split_once('=')) {
        let values = said.entry(key.trim().to_owned()).or_default();
        match value.trim() {
            "" => values.clear(),
            value => values.push(value.to_owned()),
        }
    }
}

/// The lines of the shipped unit that say what the service may do.
fn demanded() -> Said {
    let start = SHIPPED.find("# What it may do").unwrap_or(0);
    let end = SHIPPED.find("# Bounds.").unwrap_or(SHIPPED.len());
    let mut said = Said::new();
    read(&SHIPPED[start..end], &mut said);
    said
}

fn compared(path: &Path, said: &Said) -> Finding {
    let as_truth = |value: &String| match value.to_lowercase().as_str() {
        "true" | "1" | "on" => "yes".to_owned(),
        other => other.to_owned(),
    };
    let same = |ours: &[String], theirs: &[String]| {
        ours.iter().map(as_truth).eq(theirs.iter().map(as_truth))
    };
    let lacking: Vec<String> = demanded()
        .iter()
        .filter(|(key, values)| !said.get(*key).is_some_and(|theirs| same(values, theirs)))
        .map(|(key, values)| format!("{key}={}", values.last().map_or("", String::as_str)))
        .collect();
    let root = !said.contains_key("User") && !said.contains_key("DynamicUser");
    let path = path.display().to_string();
    if root {
        let help = text!("write User=dingdong into it, as in the shipped systemd/dingdong.service");
        let message = text!("the unit {path} runs the service as root", path = path);
        return Finding::error("unit", message).help(help);
    }
    if lacking.is_empty() {
        let message = text!("the unit {path} is as hardened as the shipped one", path = path);
        return Finding::ok("unit", message);
    }
    let message = text!(
        "the unit {path} allows more than it needs to; it lacks {lacking}",
        path = path,
        lacking = lacking.join(", "),
    );
    let help =
        text!("copy these lines from systemd/dingdong.service, then systemctl daemon-reload");
    Finding::warning("unit", message).help(help)
}

/// Credentials the settings name and the unit does not hand over.
fn credentials(patient: &Patient<'_>, said: &Said) -> Vec<Finding> {
    let loaded: Vec<&str> = ["LoadCredential", "LoadCredentialEncrypted", "SetCredential"]
        .iter()
        .filter_map(|key| said.get(*key))
        .flatten()
        .map(|value| value.split(':').next().unwrap_or_default())
        .collect();
    let of = |target: &crate::model::target::Target| {
        let named = target.secrets().into_iter();
        let missing = named.filter_map(|reference| match reference {
            SecretRef::Credential(name) if !loaded.contains(&name.as_str()) => Some(name.clone()),
            _ => None,
        });
        missing
            .map(|name| {
                let message = text!("the unit hands over no credential {name}", name = &name);
                let help = text!(
                    "write LoadCredential={name}:/etc/dingdong/secrets/{name} into dingdong.service and dingdong-doctor.service",
                    name = &name,
                );
                Finding::error("credential", message).of(target).help(help)
            })
            .collect::<Vec<_>>()
    };
    patient.world.targets.values().filter(|target| target.enabled).flat_map(of).collect()
}

/// What the kernel says of this process, which runs as the unit has it run.
fn process(status: &str) -> Finding {
    let field = |name: &str| {
        let lines = status.lines().filter_map(|line| line.split_once(':'));
        lines.filter(|(key, _)| *key == name).map(|(_, value)| value.trim().to_owned()).next()
    };
    let mut lacking = Vec::new();
    let uid = field("Uid").unwrap_or_default();
    if uid.split_whitespace().nth(1) == Some("0") {
        lacking.push("User=dingdong");
    }
    if field("NoNewPrivs").as_deref() != Some("1") {
        lacking.push("NoNewPrivileges=yes");
    }
    if field("Seccomp").as_deref() != Some("2") {
        lacking.push("SystemCallFilter=@system-service");
    }
    if field("CapEff").is_none_or(|caps| !caps.trim_start_matches('0').is_empty()) {
        lacking.push("CapabilityBoundingSet=");
    }
    if lacking.is_empty() {
        return Finding::ok("process", text!("this process may do no more than it needs to"));
    }
    let lacking = lacking.join(", ");
    let message = text!("this process may do more than it needs to: {lacking}", lacking = lacking);
    let help =
        text!("copy these lines from systemd/dingdong.service, then systemctl daemon-reload");
    Finding::warning("process", message).help(help)
}

#[cfg(test)]
mod tests {
    use super::{super::Grade, *};

    fn said(text: &str) -> Said {
        let mut said = Said::new();
        read(text, &mut said);
        said
    }

    #[test]
    fn the_shipped_unit_lacks_nothing_and_a_bare_one_is_told_what() {
        let path = Path::new("/etc/systemd/system/dingdong.service");
        assert!(demanded().len() > 20, "{:?}", demanded());
        assert_eq!(compared(path, &said(SHIPPED)).grade, Grade::Ok);
        let weaker = SHIPPED.replace("ProtectSystem=strict", "ProtectSystem=full");
        let found = compared(path, &said(&weaker));
        assert_eq!(found.grade, Grade::Warning);
        assert!(found.message.to_string().ends_with("it lacks ProtectSystem=strict"));
        let truths = SHIPPED.replace("=yes", "=true");
        assert_eq!(compared(path, &said(&truths)).grade, Grade::Ok);
        let bare = compared(path, &said("[Service]\nExecStart=/usr/local/bin/dingdong run\n"));
        assert_eq!(bare.grade, Grade::Error);
    }

    #[test]
    fn the_doctors_unit_sees_the_world_as_the_service_does() {
        let doctor = said(include_str!("../../../systemd/dingdong-doctor.service"));
        let service = said(SHIPPED);
        for key in demanded().keys().map(String::as_str).chain(["User", "Group", "StateDirectory"])
        {
            assert_eq!(doctor.get(key), service.get(key), "{key}");
        }
    }

    #[test]
    fn the_process_is_judged_by_what_the_kernel_says() {
        let hardened =
            "Uid:\t990\t990\t990\t990\nCapEff:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2\n";
        assert_eq!(process(hardened).grade, Grade::Ok);
        let root =
            process("Uid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\nNoNewPrivs:\t1\nSeccomp:\t2\n");
        assert!(root.message.to_string().ends_with("User=dingdong, CapabilityBoundingSet="));
    }
}
