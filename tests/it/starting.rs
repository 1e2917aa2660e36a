//! From an empty folder to a first message: `init`, `new`, and what editors are told.

use std::{collections::BTreeSet, fs};

use serde_json::{Value, json};

use super::support::workplace::Workplace;

/// Whether a value fits a schema, as an editor judges: the part of JSON Schema that ours use.
fn fits(value: &Value, schema: &Value, root: &Value) -> Result<(), String> {
    if let Some(name) = schema["$ref"].as_str() {
        let target = root.pointer(name.trim_start_matches('#'));
        return fits(value, target.unwrap_or_else(|| panic!("{name} is defined nowhere")), root);
    }
    for (rule, of) in schema.as_object().unwrap() {
        let good = match rule.as_str() {
            "properties" => properties_fit(value, schema, root)?,
            "additionalProperties" if schema["properties"].is_null() && of.is_object() => {
                for (key, value) in value.as_object().into_iter().flatten() {
                    fits(value, of, root).map_err(|why| format!("{key}: {why}"))?;
                }
                true
            }
            "items" => {
                let items = value.as_array().into_iter().flatten();
                items.map(|item| fits(item, of, root)).collect::<Result<Vec<()>, _>>().is_ok()
            }
            _ => keeps(value, rule, of, root),
        };
        if !good {
            return Err(format!("{value} does not fit {rule} {of}"));
        }
    }
    Ok(())
}

/// The values of a map by their keys; none has another key where others are not allowed.
fn properties_fit(value: &Value, schema: &Value, root: &Value) -> Result<bool, String> {
    for (key, value) in value.as_object().into_iter().flatten() {
        let others = Some(&schema["additionalProperties"]).filter(|others| others.is_object());
        let known = schema["properties"].get(key).or(others);
        let known = known.ok_or_else(|| format!("`{key}` is unknown"))?;
        fits(value, known, root).map_err(|why| format!("{key}: {why}"))?;
    }
    Ok(true)
}

/// One rule that does not look inside.
fn keeps(value: &Value, rule: &str, of: &Value, root: &Value) -> bool {
    let list = || of.as_array().unwrap().iter();
    let fitting = || list().filter(|one| fits(value, one, root).is_ok()).count();
    match rule {
        "type" if of.is_array() => list().any(|kind| is(value, kind.as_str().unwrap())),
        "type" => is(value, of.as_str().unwrap()),
        "enum" => list().any(|one| one == value),
        "required" => list().all(|key| !value[key.as_str().unwrap()].is_null()),
        "minItems" => value.as_array().is_none_or(|list| list.len() as u64 >= of.as_u64().unwrap()),
        "minimum" => value.as_i64().is_none_or(|number| number >= of.as_i64().unwrap()),
        "anyOf" => fitting() > 0,
        "oneOf" => fitting() == 1,
        // What is not judged here: words for people, and patterns, where dingdong itself is strict.
        "$schema"
        | "title"
        | "description"
        | "definitions"
        | "examples"
        | "pattern"
        | "additionalProperties"
        | "minLength" => true,
        other => panic!("this test does not know `{other}`"),
    }
}

fn is(value: &Value, kind: &str) -> bool {
    match kind {
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("no type {other}"),
    }
}

/// A YAML file as an editor sees it.
fn document(office: &Workplace, name: &str) -> Value {
    let bytes = fs::read(office.path(name)).unwrap();
    dingdong::yaml::json(name, &bytes).unwrap()
}

/// The schema a file's first line points to.
fn schema_of(office: &Workplace, name: &str) -> Value {
    let path = office.path(name);
    let text = fs::read_to_string(&path).unwrap();
    let line = text.lines().next().unwrap();
    let pointed = line.strip_prefix("# yaml-language-server: $schema=").expect(line);
    let schema = path.parent().unwrap().join(pointed);
    serde_json::from_str(&fs::read_to_string(schema).unwrap()).unwrap()
}

pub(crate) fn fits_its_schema(office: &Workplace, name: &str) {
    let schema = schema_of(office, name);
    fits(&document(office, name), &schema, &schema).unwrap_or_else(|why| panic!("{name}: {why}"));
}

/// Nothing is wrong, not even a little. The days of a year whose notice is still to come are no
/// mistake of a file.
pub(crate) fn passes_strictly(office: &Workplace, reminders: usize) {
    let (code, checked) = office.json(&["check", "--strict"]);
    let found = checked["diagnostics"].as_array().unwrap().iter();
    let found = found.filter(|one| one["severity"] != "note");
    let (late, wrong): (Vec<&Value>, Vec<_>) = found.partition(|one| one["code"] == "uncovered");
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(checked["reminders"], json!(reminders));
    assert!(code == Some(0) || !late.is_empty(), "{checked:#}");
}

#[test]
fn init_makes_a_folder_in_which_everything_works_at_once() {
    for (language, reminder) in [("zh", "政策提醒"), ("en", "policy-daily")] {
        let office = Workplace::empty();
        let ran = office.run(&["init", "--language", language]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        assert!(ran.out.contains(&format!("dingdong preview {reminder}")), "{}", ran.out);
        passes_strictly(&office, 2);
        let shown = office.run(&["preview", reminder]);
        assert_eq!(shown.code, Some(0), "{}", shown.err);
        assert_eq!(shown.err, "", "nothing had to be assumed");
        assert_eq!(office.run(&["next"]).code, Some(0));
        fits_its_schema(&office, "dingdong.yaml");
        fits_its_schema(&office, "schedules/first.yaml");
    }
}

#[test]
fn init_speaks_the_machines_language_and_says_where_to_go() {
    let office = Workplace::empty().variable("LANG", "zh_CN.UTF-8");
    let ran = office.run(&["init", "办公室"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.contains("接下来：") && ran.out.contains("cd 办公室"), "{}", ran.out);
    assert!(office.path("办公室/schedules/first.yaml").exists());
    let (code, answer) = office.json(&["init", "second"]);
    assert_eq!(code, Some(0));
    assert_eq!(answer["written"], json!(["second/dingdong.yaml", "second/schedules/first.yaml"]));
    assert_eq!(answer["next"].as_array().unwrap().len(), 3);
}

#[test]
fn outside_china_weekends_decide_and_a_strict_check_passes_all_year() {
    let office = Workplace::empty().variable("TZ", "Asia/Jakarta");
    assert_eq!(office.run(&["init"]).code, Some(0));
    assert_eq!(document(&office, "dingdong.yaml")["calendar"], "weekends");
    let ran = office.run(&["check", "--strict"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
}

#[test]
fn a_machine_without_a_zone_gets_the_one_of_its_language() {
    let office = Workplace::empty().variable("TZ", "UTC").variable("LANG", "zh_CN.UTF-8");
    assert_eq!(office.run(&["init"]).code, Some(0));
    let settings = document(&office, "dingdong.yaml");
    assert_eq!(
        (&settings["timezone"], &settings["calendar"]),
        (&json!("Asia/Shanghai"), &json!("cn"))
    );
}

#[test]
fn init_overwrites_nothing() {
    let office = Workplace::empty();
    office.write("schedules/first.yaml", "# mine\nreminders: {}\n");
    let ran = office.run(&["init"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(
        fs::read_to_string(office.path("schedules/first.yaml")).unwrap(),
        "# mine\nreminders: {}\n"
    );
    office.write("dingdong.yaml", "language: en\n");
    let ran = office.run(&["init"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("dingdong.yaml already"), "{}", ran.err);
    assert_eq!(fs::read_to_string(office.path("dingdong.yaml")).unwrap(), "language: en\n");
}

#[test]
fn the_group_shown_in_comments_is_right_once_it_is_uncommented() {
    for language in ["zh", "en"] {
        let office = Workplace::empty();
        office.run(&["init", "--language", language]);
        let settings = fs::read_to_string(office.path("dingdong.yaml")).unwrap();
        let mut block = false;
        let lines = settings.lines().map(|line| {
            block = line.starts_with("  # policy-group:") || block && line.starts_with("  #   ");
            let line = if block { line.replacen("# ", "", 1) } else { line.to_owned() };
            if line.starts_with("# support:") { line.replacen("# ", "", 1) } else { line }
        });
        let lines: Vec<String> = lines.collect();
        office.write("dingdong.yaml", lines.join("\n"));
        passes_strictly(&office, 2);
        fits_its_schema(&office, "dingdong.yaml");
        assert_eq!(
            document(&office, "dingdong.yaml")["targets"]["policy-group"]["robot"],
            "dingtalk"
        );
    }
}

#[test]
fn schemas_explain_themselves_in_both_languages_and_refuse_what_is_mistyped() {
    let english = Workplace::empty();
    let chinese = Workplace::empty().variable("LANG", "zh_CN.UTF-8");
    for args in [&["schema"][..], &["schema", "--settings"]] {
        let (code, schema) = english.json(args);
        let (_, other) = chinese.json(args);
        assert_eq!(code, Some(0));
        assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
        assert_ne!(schema["title"], other["title"]);
        assert_eq!(keys(&schema, "#"), keys(&other, "#"), "only the words differ");
    }
    let (_, schema) = english.json(&["schema"]);
    let fits = |text: &str| {
        fits(&dingdong::yaml::json("a.yaml", text.as_bytes()).unwrap(), &schema, &schema)
    };
    let good = "reminders:\n  a: { when: 每天 9:00, to: [x, y], title: 1, text: b, mention: 13800000000, only_if: true }\n";
    assert_eq!(fits(good), Ok(()));
    for wrong in [
        "reminders:\n  a: { whn: 每天 9:00, to: x, text: b }\n",
        "reminders:\n  a: { when: 每天 9:00, to: x, text: b, file: c.md }\n",
        "reminders:\n  a: { when: 每天 9:00, to: x, text: b, on_day_off: after }\n",
        "reminders:\n  a: { when: 每天 9:00, to: x, text: b, data: { s: { cvs: a.csv } } }\n",
        "remindres: {}\n",
    ] {
        assert!(fits(wrong).is_err(), "{wrong}");
    }
}

/// Every path in a document.
fn keys(value: &Value, path: &str) -> BTreeSet<String> {
    let inside = value.as_object().into_iter().flatten();
    let inside = inside.flat_map(|(key, value)| keys(value, &format!("{path}/{key}")));
    inside.chain([path.to_owned()]).collect()
}
