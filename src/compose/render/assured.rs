//! What a condition makes sure of: that a name, or a name with its attributes, is there.

use minijinja::machinery::ast::{BinOpKind, Expr, UnaryOpKind};

use super::names::extent;

/// What is there when a condition holds, and when it does not; as written.
#[derive(Default)]
pub(super) struct Assured<'t> {
    pub(super) holds: Vec<&'t str>,
    pub(super) fails: Vec<&'t str>,
}

impl<'t> Assured<'t> {
    /// What a condition in this text makes sure of.
    pub(super) fn by(condition: &Expr<'t>, text: &'t str) -> Self {
        match condition {
            Expr::Test(test) if matches!(test.name, "defined" | "undefined") => {
                let name: Vec<&str> = text.get(extent(&test.expr)).into_iter().collect();
                match test.name {
                    "defined" => Self { holds: name, fails: Vec::new() },
                    _ => Self { holds: Vec::new(), fails: name },
                }
            }
            Expr::UnaryOp(op) if matches!(op.op, UnaryOpKind::Not) => {
                let Self { holds, fails } = Self::by(&op.expr, text);
                Self { holds: fails, fails: holds }
            }
            Expr::BinOp(op) => {
                let (left, right) = (Self::by(&op.left, text), Self::by(&op.right, text));
                match op.op {
                    BinOpKind::ScAnd => {
                        Self { holds: [left.holds, right.holds].concat(), fails: Vec::new() }
                    }
                    BinOpKind::ScOr => {
                        Self { holds: Vec::new(), fails: [left.fails, right.fails].concat() }
                    }
                    _ => Self::default(),
                }
            }
            _ => Self::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use crate::{
        compose::render::{
            Engine, in_room,
            tests::{scope, source, weekdays},
        },
        model::language::Language,
    };

    #[test]
    fn what_was_asked_for_may_be_used() {
        let found = |text: &str| {
            let found = in_room(|| Engine::analyse(&source(text), &scope())).unwrap();
            found.iter().map(|one| one.place.column).collect::<Vec<_>>()
        };
        for fine in [
            "{% if gone is defined %}{{ gone.x }}{% endif %}",
            "{% if gone is not defined %}-{% else %}{{ gone }}{% endif %}",
            "{% if gone is undefined %}-{% else %}{{ gone }}{% endif %}",
            "{% if not (gone is undefined) and due.day > 0 %}{{ gone }}{% endif %}",
            "{% if gone is undefined or gone.x %}-{% endif %}",
            "{{ gone.x if gone is defined else '-' }}",
            "{{ gone is defined and gone | length > 0 }}",
            "{% if extra.gone is defined %}{{ extra.gone }}{% endif %}",
        ] {
            assert_eq!(found(fine), [0_u32; 0], "{fine}");
            let engine = || Engine::new(Language::English, date(2026, 11, 24), weekdays(), 0);
            let rendered = in_room(|| engine().render(&source(fine), &scope())).unwrap();
            assert!(rendered.is_ok(), "{fine}: {rendered:?}");
        }
        for (wrong, column) in [
            ("{% if gone is defined %}-{% else %}{{ gone }}{% endif %}", 39),
            ("{% if gone is defined or due.day > 0 %}{{ gone }}{% endif %}", 43),
            ("{% if gone is defined %}-{% endif %}{{ gone }}", 40),
            ("{% if extra.gone is defined %}{{ extra.lost }}{% endif %}", 34),
        ] {
            assert_eq!(found(wrong), [column], "{wrong}");
        }
    }
}
