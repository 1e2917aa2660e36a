//! Rendering as a whole: what texts become, what hostile ones cannot do.

use std::{collections::BTreeMap, sync::Arc};

use jiff::{civil::date, tz::TimeZone};
use proptest::prelude::*;

use super::*;
use crate::{
    compose::source::Data,
    compose::tests::{person, reminder, target},
    model::{
        calendar::Calendar,
        diagnostic::Place,
        people::People,
        rota::{Every, Moment, Rota},
    },
};

/// A template in line 1, column 1 of a file.
pub(super) fn source(text: &str) -> Source<'_> {
    let place = Place { file: "t.yaml".into(), line: 1, column: 1, length: 1 };
    Source { text, place, indent: 0, limit: place::INLINE_LIMIT }
}

/// Tuesday 24 November 2026, 9:00 in Shanghai.
pub(super) fn scope() -> Scope {
    let due = date(2026, 11, 24)
        .at(9, 0, 0, 0)
        .to_zoned_datetime(TimeZone::get("Asia/Shanghai").unwrap());
    let people = [person("zhangsan", "张三"), person("王五", "王五")];
    let people = Arc::new(People {
        people: people.into_iter().map(|person| (person.id.clone(), person)).collect(),
        rotas: BTreeMap::from([(
            "值班".to_owned(),
            Rota {
                members: vec!["zhangsan".to_owned(), "王五".to_owned()],
                every: Every::Weeks(1),
                from: date(2026, 11, 16),
            },
        )]),
        ..People::default()
    });
    let mut reminder = reminder("policy", "x");
    reminder.owner = Some("zhangsan".into());
    let extra = serde_json::json!({"deep": {"er": 7}, "list": [{"x": 1}], "share": 0.256});
    let given = BTreeMap::from([("extra".to_owned(), extra)]);
    Scope::new(
        &due.unwrap(),
        &reminder,
        Some(&target("ops", "运营群")),
        (&people, &moment()),
        &Data::default(),
        &given,
    )
    .titled("政策")
    .mentioning(&Arc::new(Mentioner::new(&people, &moment(), |_| None)))
}

/// The day of the messages.
fn moment() -> Moment {
    let calendar = Arc::new(Calendar::weekends());
    Moment { on: date(2026, 11, 24), calendar, occurrences: Arc::new(|_| 0) }
}

/// Monday to Friday.
pub(super) fn weekdays() -> Workdays {
    Arc::new(|date| date.weekday().to_monday_zero_offset() < 5)
}

pub(super) fn render(language: Language, text: &str) -> Result<String, Diagnostic> {
    let scope = scope();
    in_room(|| {
        Engine::new(language, date(2026, 11, 24), weekdays(), 0).render(&source(text), &scope)
    })
    .unwrap()
}

#[test]
fn texts_render_as_documented() {
    for (text, expected) in [
        ("{{ due }}", "2026-11-24T09:00:00+08:00"),
        ("{{ due.date }} {{ due.time }} {{ due.weekday }}", "2026-11-24 09:00 2"),
        (
            "{{ due.year }}/{{ due.month }}/{{ due.day }} {{ due.hour }}:{{ due.minute }}",
            "2026/11/24 9:0",
        ),
        ("{{ due | date('yyyy年M月d日 EEEE') }}", "2026年11月24日 星期二"),
        ("{{ '2026-12-31' | date }}", "2026年12月31日"),
        ("{{ '2026-12-31T18:30' | date('HH:mm') }}", "18:30"),
        ("{{ '2026-12-31' | days_until }} {{ due.date | days_until }}", "37 0"),
        ("{{ '2026-11-30' | workdays_until }} {{ '2026-11-20' | workdays_until }}", "4 -2"),
        ("{{ '2026-11-20' | days_until }}", "-4"),
        (
            "{{ reminder }} {{ reminder.id }} {{ reminder.title }} {{ reminder.owner }}",
            "政策 policy 政策 张三",
        ),
        ("{{ target }} {{ target.id }}", "运营群 ops"),
        ("{% for id in people %}{{ people[id] }},{% endfor %}", "张三,王五,"),
        (
            "{{ 1234567 | number }} {{ 1.5 | number(2) }} {{ extra.share | percent }}",
            "1,234,567 1.50 25.6%",
        ),
        ("{{ '一二三四五六' | truncate(4) }} {{ '一二' | truncate(4) }}", "一二三… 一二"),
        ("{{ '<b>' | e }}{{ '<' | safe }}<", "<b><<"),
        (
            "{{ range(2, 8, 3) | join(',') }} {{ range(3, 0, -1) | list }} {{ range(0) | list }}",
            "2,5 [3, 2, 1] []",
        ),
        ("a\r\nb\rc\u{7}\u{feff}\td", "a\nb\nc\td"),
    ] {
        assert_eq!(render(Language::Chinese, text).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn the_whole_language_works_as_usual() {
    for (text, expected) in [
        (
            "{{ 'a' if titel is defined else 'b' }}{{ titel | default('c') }}{{ due.x | d('e') }}",
            "bce",
        ),
        ("{{ '' | default('x', true) }}{{ none is none }}{{ not due.year == 1 }}", "xTrueTrue"),
        ("{% for n in [1, 2, 3] if n != 2 %}{{ n }}{{ ',' if not loop.last }}{% endfor %}", "1,3"),
        ("{% for n in [] %}{% else %}none{% endfor %}", "none"),
        ("{% for k, v in {'x': 1} | items %}{{ k }}{{ v }}{% endfor %}", "x1"),
        (
            "{% for n in [[1, [2]], [3]] recursive %}{{ loop(n) if n is iterable else n }}{% endfor %}",
            "123",
        ),
        ("{% macro m(a, b=2) %}<{{ a + b }}>{% endmacro %}{{ m(1) }}{{ m(1, b=5) }}", "<3><6>"),
        ("{% macro m() %}[{{ caller() }}]{% endmacro %}{% call m() %}x{% endcall %}", "[x]"),
        (
            "{% filter upper | trim %} a {% endfilter %}{% set s | upper %}b{% endset %}{{ s }}",
            "AB",
        ),
        ("{% with a = 1, b = 2 %}{{ a }}{{ b }}{% endwith %}{% set x, y = [3, 4] %}{{ y }}", "124"),
        (
            "{{ [1, 2, 3][1:] }}{{ 'abc'[::-1] }}{{ (1, 2)[0] }}{{ {'a': {'b': 1}}.a.b }}",
            "[2, 3]cba11",
        ),
        (
            "{{ 1 < 2 < 3 }}{{ 2 in [1, 2] }}{{ 'b' not in 'abc' }}{{ 7 // 2 }}{{ 2 ** 3 }}",
            "TrueTrueFalse38",
        ),
        (
            "{{ -1 | abs }}{{ [3, 1] | sort | first }}{{ [1, 2] | sum }}{{ [[1], [2]] | map('first') | list }}",
            "113[1, 2]",
        ),
        (
            "{{ dict(a=1).a }}{{ [1] + [2] }}{{ [0] * 3 }}{{ 'ab' * 2 }}{{ 'a' ~ 1 ~ 'b' }}",
            "1[1, 2][0, 0, 0]ababa1b",
        ),
        (
            "{{ extra.list | map(attribute='x') | join }}{{ extra.list | selectattr('x', 'eq', 1) | length }}",
            "11",
        ),
    ] {
        let found = render(Language::English, text);
        assert_eq!(found.as_deref().map_err(ToString::to_string), Ok(expected), "{text}");
    }
}

#[test]
fn errors_name_their_place_and_their_cause() {
    for (text, code, column, word) in [
        ("ab {{ nope }}", "template-undefined", 7, "nope"),
        ("{{ due.nope }}", "template-undefined", 4, "due.nope"),
        ("{{ nope ~ 'x' }}", "template-undefined", 4, "nope"),
        ("{% for x in due.nope %}{% endfor %}", "template-undefined", 13, "due.nope"),
        ("{% if nope > 1 %}{% endif %}", "template-undefined", 4, "nope"),
        ("{{ 1 | nope }}", "template-filter", 8, "nope"),
        ("{{ 1 is nope }}", "template-test", 9, "nope"),
        ("{{ nope() }}", "template-function", 4, "nope"),
        ("{{ due.nope() }}", "template-function", 7, "nope"),
        ("好 {{ due", "template-syntax", 6, "end of input"),
        ("{{ “due” }}", "template-syntax", 4, "unexpected character"),
        ("{% if due %}x", "template-syntax", 13, "end of input"),
        ("{% nope %}", "template-syntax", 4, "unknown statement"),
        ("{{ 'a }}", "template-syntax", 9, "end of string"),
        ("{{ 'x' | date }}", "template-error", 10, "`x` is not a date"),
        ("{{ due | date('YYYY') }}", "template-error", 10, "yyyy"),
        ("{{ 'x' | number }}", "template-error", 10, "needs a number"),
        ("{{ '9999-12-31' | workdays_until }}", "template-error", 19, "ten years"),
        ("{{ 1 // 0 }}", "template-error", 4, "unable to calculate"),
        ("{% include 'x' %}", "template-tag", 4, "stands alone"),
    ] {
        let found = render(Language::English, text).unwrap_err();
        assert_eq!((found.code, found.place.column), (code, column), "{text}: {found}");
        assert!(found.message.to_string().contains(word), "{text}: {found}");
    }
}

#[test]
fn hostile_templates_end_in_an_error() {
    let parens = format!("{{{{ {}1{} }}}}", "(".repeat(100), ")".repeat(100));
    for text in [
        &format!("{{{{ {}1 }}}}", "-".repeat(6000)),
        &format!("{{{{ {}1 }}}}", "not ".repeat(6000)),
        &parens,
        "{{ 'x' * 10**9 }}",
        "{{ ('x' * 100000) * 1000 }}",
        "{{ ('x' * 1000000) ~ ('y' * 1000000) }}",
        "{{ [0] * 10**9 | length }}",
        "{{ ((0, 0) * 10**8) | length }}",
        "{{ ([0] * 10**8) | list | length }}",
        "{{ ([0] * 10**8) | join('xxxxxxxxxxxx') }}",
        "{{ ([0] * 10**8) | sort | length }}",
        "{{ range(100000000) | list }}",
        "{{ range(0, 5, -9223372036854775808) | list }}{{ range(-9223372036854775808, 9223372036854775807) }}",
        "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
        "{{ 'x' | indent(1000000000) }}{{ 'x\nx' | indent(1000000000) }}",
        "{{ '%1000000000d' | format(1) }}",
        "{{ '%.1000000000f' | format(1.0) }}",
        "{{ ('a' * 1000000) | replace('a', 'b' * 1000) }}",
        "{{ 'x' | truncate(9, 'x' * 10**9) }}",
        "{{ ('ab' * 900000) | list | length }}{{ ('ab' * 900000) | upper }}{{ 'x' * 900000 }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
        "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
        "{% set ns = namespace() %}{% set ns.a = ns %}{{ ns }}",
        "{% macro m(s) %}{{ m(s ~ s) }}{% endmacro %}{{ m('xxxxxxxx') }}",
        &format!("{{% set s = 'xxxxxxxx' %}}{}{{{{ s }}}}", "{% set s = s ~ s %}".repeat(60)),
        "{{ 9 ** 9999999999 }}",
        "{{ [[1] * 1000] * 100000 | sum(start=[]) }}",
    ] {
        let found = render(Language::English, text);
        let shown: String = text.chars().take(60).collect();
        assert!(found.is_err(), "{shown}: {} bytes", found.unwrap().len());
    }
}

/// Whatever recurses over values must fit the stack, and whatever copies them the memory.
#[test]
fn deeply_nested_values_do_not_end_the_process() {
    let wraps = [
        "[x]",
        "(x,)",
        "{'a': x}",
        "[x] * 1",
        "x[:]",
        "x | map('reverse')",
        "[x] | reverse",
        "x | chain",
        "x | slice(1)",
        "x | batch(1)",
        "dict(a=x)",
        "[x,x]",
        "(x,x)",
        "{'a': x, 'b': x}",
        "x + x",
        "x | zip(x)",
        "x | chain(x)",
        "[x] * 9",
        "x * 9",
    ];
    let uses = [
        "{{ x }}",
        "{{ x ~ 'a' }}",
        "{{ x == y }}",
        "{{ [x, y] | sort | unique | list }}",
        "{{ x in [y] }}",
        "{{ x | lower }}",
        "{{ '%s' | format(x) }}",
        "{% set a, b = x %}",
        "{% set s %}{{ x }}{% endset %}{{ s }}",
        "{{ [[x]] | join }}",
        "{{ {x: 1} }}",
    ];
    let scope = scope();
    let render = |text: &str| {
        let large = Source { limit: 4 << 20, ..source(text) };
        let engine = Engine::new(Language::English, date(2026, 1, 1), weekdays(), 0);
        in_room(|| engine.render(&large, &scope)).unwrap()
    };
    let chain = |wrap: &str, repeats: usize| {
        format!("{{%set x=[1]%}}{}{{%set y=x%}}", format!("{{%set x={wrap}%}}").repeat(repeats))
    };
    for wrap in wraps {
        let found = render(&(chain(wrap, 40) + uses[1]));
        assert!(found.is_err() || !wrap.contains("x,x"), "{wrap}");
        let _ = render(&(chain(wrap, 2_000) + uses[1]));
    }
    // As large and as deep as a value can get, used in every way.
    for each in uses {
        let _ = render(&(chain("[x,x]", 14) + each));
        let _ = render(&(chain("[x]", 98) + each));
    }
    assert!(render("{{ ([('x' * 900000)] * 1000) ~ 'a' }}").is_err());
    assert_eq!(render("{{ [[1, 'a'], {'b': [2]}] ~ '' }}").unwrap(), "[[1, 'a'], {'b': [2]}]");
}

#[test]
fn a_large_text_of_a_file_renders_up_to_its_limit() {
    let scope = scope();
    let text = "政策".repeat(170_000);
    let large = Source { limit: 1 << 20, ..source(&text) };
    let engine = Engine::new(Language::English, date(2026, 1, 1), weekdays(), 0);
    assert_eq!(in_room(|| engine.render(&large, &scope)).unwrap().unwrap().len(), text.len());
    let twice = "{{ 'x' * 600000 }}".repeat(2);
    let found = in_room(|| engine.render(&source(&twice), &scope)).unwrap().unwrap_err();
    assert_eq!(found.code, "text-too-long");
}

#[test]
fn the_lists_of_names_are_what_the_engine_has() {
    let has = |text: &str| render(Language::English, text);
    for name in filters::FILTERS {
        let found = has(&format!("{{{{ '{name}' is filter }}}}"));
        assert_eq!(found.as_deref(), Ok("True"), "{name}");
    }
    for name in filters::TESTS.iter().filter(|name| name.starts_with(char::is_alphabetic)) {
        let code = has(&format!("{{{{ 1 is {name} }}}}")).map_err(|found| found.code);
        assert_ne!(code, Err("template-test"), "{name}");
    }
    let listed = format!(
        "{:?}",
        Engine::new(Language::English, date(2026, 1, 1), weekdays(), 0).environment
    );
    for name in listed.split('"').skip(1).step_by(2) {
        let known = name == guard::BOUNDED
            || filters::FILTERS.contains(&name)
            || filters::TESTS.contains(&name)
            || filters::FUNCTIONS.contains(&name);
        assert!(known, "{name} is not listed");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_template_ends_the_process(parts in prop::collection::vec(prop_oneof![
        "\\PC{0,8}",
        Just("{{ ".to_owned()), Just(" }}".to_owned()), Just("{% ".to_owned()), Just(" %}".to_owned()),
        "(if|elif|else|for|in|set|endset|endfor|endif|macro|endmacro|with|filter|raw|endraw|is|not) ",
        "(due|reminder|people|x|range|loop|namespace|dict)(\\.(year|id|x))?",
        "\\| ?(date|number|percent|join|list|truncate|replace|format|map|sort|batch|slice|int|indent)",
        "[-+*/%~<>=!()\\[\\]{},.:'\"0-9]{1,6}",
    ], 0..24)) {
        let text = parts.concat();
        let scope = scope();
        let _ = in_room(|| {
            Engine::analyse(&source(&text), &scope);
            Engine::new(Language::English, date(2026, 11, 24), weekdays(), 0)
                .render(&source(&text), &scope)
        });
    }

    #[test]
    fn dates_and_numbers_take_anything(text in "\\PC{0,30}", number: f64, n: i64) {
        let quoted = serde_json::to_string(&text).unwrap();
        let _ = render(Language::Indonesian, &format!("{{{{ due | date({quoted}) }}}}"));
        let _ = render(Language::Indonesian, &format!("{{{{ {quoted} | days_until }}}}"));
        let _ = render(Language::Indonesian, &format!("{{{{ ({number:?}) | number({n}) }}}}"));
        let _ = render(Language::Indonesian, &format!("{{{{ ({n}) | percent }}}}{{{{ range({n}) }}}}"));
    }
}

/// Every `template → result` line of the templates page is true.
#[test]
fn the_examples_of_the_documents_are_true() {
    let page = include_str!("../../../docs/templates.md");
    let mut language = None;
    let mut tried = 0;
    for line in page.lines() {
        match line.strip_prefix("```") {
            Some("") => language = None,
            Some(fence) => {
                let code = fence.strip_prefix("jinja").map(str::trim);
                language = code.map(|code| Language::from_code(code).unwrap_or(Language::Chinese));
            }
            None => {
                let Some(language) = language else { continue };
                let (template, expected) = line.split_once(" → ").expect(line);
                let expected = &*expected.replace('⏎', "\n");
                assert_eq!(render(language, template).as_deref(), Ok(expected), "{template}");
                assert_eq!(in_room(|| Engine::analyse(&source(template), &scope())).unwrap(), []);
                tried += 1;
            }
        }
    }
    assert!(tried > 30, "{tried}");
}
