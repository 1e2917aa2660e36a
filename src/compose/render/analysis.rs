//! What is wrong with a template in any of its branches: names, attributes, filters, tests and
//! functions that do not exist.
//!
//! A name set inside a template counts as known from there on; set in one branch of an `if` only,
//! it counts as unknown after it, because at some 9:00 the other branch is taken.

mod calls;

use std::{collections::BTreeMap, ops::Range};

use minijinja::{
    Value,
    machinery::{
        Span,
        ast::{BinOpKind, CallArg, Expr, Filter, Macro, Stmt},
        parse, parse_expr,
    },
    syntax::SyntaxConfig,
};

use super::{
    Kind,
    assured::Assured,
    attribute,
    bounds::range,
    explain,
    filters::{FILTERS, FUNCTIONS, TESTS},
    names::{extent, item, keys, suggestion},
    place::Source,
    scope::Scope,
};
use crate::{
    compose::source::Meta,
    model::{
        diagnostic::Diagnostic,
        text::{Text, text, words},
    },
};

/// Findings reported for one template.
const MOST_FINDINGS: usize = 20;

/// Filters whose items are those of the list they get.
const SAME_ITEMS: [&str; 8] =
    ["list", "reject", "rejectattr", "reverse", "select", "selectattr", "sort", "unique"];

/// Checks a template that [`super::bounds::check`] has passed.
pub(super) fn analyse(source: &Source, kind: Kind, scope: &Scope) -> Vec<Diagnostic> {
    let (frames, found, assured) = (vec![BTreeMap::new()], Vec::new(), Vec::new());
    let mut walk = Walk { source, scope, frames, found, assured };
    let walked = match kind {
        Kind::Template => parse(source.text, "template", SyntaxConfig::default())
            .map(|template| walk.stmt(&template)),
        Kind::Expression => parse_expr(source.text).map(|expr| walk.expr(&expr)),
    };
    match walked {
        Ok(()) => walk.found,
        Err(error) => vec![explain(&error, source)],
    }
}

struct Walk<'w, 't> {
    source: &'w Source<'t>,
    scope: &'w Scope,
    /// Names set by the template itself, innermost frame last, with what is known of their value.
    frames: Vec<BTreeMap<&'t str, Option<Value>>>,
    found: Vec<Diagnostic>,
    /// What the conditions around have made sure of.
    assured: Vec<&'t str>,
}

impl<'t> Walk<'_, 't> {
    fn report(&mut self, at: Range<usize>, code: &'static str, message: Text, help: Text) {
        if self.found.len() < MOST_FINDINGS {
            let place = self.source.at(&at);
            self.found.push(Diagnostic::error(place, code, message).help(help));
        }
    }

    fn may_lack(&mut self, at: Range<usize>, name: &str) {
        let message =
            text!("some files of the folder have no `{name}` in their front matter", name = name);
        let help =
            text!("without it nothing can be sent; write `{name} | default(\"\")`", name = name,);
        let place = self.source.at(&at);
        self.found.push(Diagnostic::warning(place, "may-be-missing", message).help(help));
    }

    fn stmts(&mut self, stmts: &[Stmt<'t>]) {
        for stmt in stmts {
            self.stmt(stmt);
        }
    }

    fn stmt(&mut self, stmt: &Stmt<'t>) {
        match stmt {
            Stmt::Template(template) => self.stmts(&template.children),
            Stmt::EmitExpr(emit) => self.expr(&emit.expr),
            Stmt::ForLoop(each) => {
                self.expr(&each.iter);
                let item = self.sample(&each.iter).as_ref().and_then(item);
                self.framed(|walk| {
                    match &each.target {
                        Expr::Var(var) => walk.name(var.id, item),
                        target => walk.assign(target),
                    }
                    each.filter_expr.iter().for_each(|expr| walk.expr(expr));
                    walk.name("loop", None);
                    walk.stmts(&each.body);
                });
                self.framed(|walk| walk.stmts(&each.else_body));
            }
            Stmt::IfCond(cond) => {
                self.expr(&cond.expr);
                let assured = Assured::by(&cond.expr, self.source.text);
                self.branches((&cond.true_body, assured.holds), (&cond.false_body, assured.fails));
            }
            Stmt::WithBlock(with) => self.framed(|walk| {
                for (target, expr) in &with.assignments {
                    walk.expr(expr);
                    walk.assign(target);
                }
                walk.stmts(&with.body);
            }),
            Stmt::Set(set) => {
                self.expr(&set.expr);
                self.assign(&set.target);
            }
            Stmt::SetBlock(set) => {
                set.filter.iter().for_each(|filter| self.expr(filter));
                self.stmts(&set.body);
                self.assign(&set.target);
            }
            Stmt::FilterBlock(block) => {
                self.expr(&block.filter);
                self.stmts(&block.body);
            }
            Stmt::Macro(defined) => {
                self.name(defined.name, None);
                self.definition(defined);
            }
            Stmt::CallBlock(block) => {
                self.call(&block.call, block.call_expr_span);
                self.definition(&block.macro_decl);
            }
            Stmt::Do(call) => self.call(&call.call, call.call.span()),
            // Text says nothing; the other tags were refused before parsing.
            _ => {}
        }
    }

    /// Walks within a frame of its own: what is set in it is gone after it.
    fn framed(&mut self, walk: impl FnOnce(&mut Self)) {
        self.frames.push(BTreeMap::new());
        walk(self);
        self.frames.pop();
    }

    /// Walks where a condition has made sure of something.
    fn sure(&mut self, mut assured: Vec<&'t str>, walk: impl FnOnce(&mut Self)) {
        let before = self.assured.len();
        self.assured.append(&mut assured);
        walk(self);
        self.assured.truncate(before);
    }

    /// Walks two branches; what both set is known afterwards.
    fn branches(
        &mut self,
        (first, first_assured): (&[Stmt<'t>], Vec<&'t str>),
        (second, second_assured): (&[Stmt<'t>], Vec<&'t str>),
    ) {
        let before = self.frames.last().cloned().unwrap_or_default();
        self.sure(first_assured, |walk| walk.stmts(first));
        let after_first = self.frames.pop().unwrap_or_default();
        self.frames.push(before);
        self.sure(second_assured, |walk| walk.stmts(second));
        if let Some(frame) = self.frames.last_mut() {
            frame.retain(|name, _| after_first.contains_key(name));
        }
    }

    fn definition(&mut self, defined: &Macro<'t>) {
        self.framed(|walk| {
            walk.name("caller", None);
            defined.args.iter().for_each(|arg| walk.assign(arg));
            defined.defaults.iter().for_each(|default| walk.expr(default));
            walk.stmts(&defined.body);
        });
    }

    fn name(&mut self, name: &'t str, value: Option<Value>) {
        self.frames.last_mut().map(|frame| frame.insert(name, value));
    }

    fn assign(&mut self, target: &Expr<'t>) {
        match target {
            Expr::Var(var) => self.name(var.id, None),
            Expr::List(list) => list.items.iter().for_each(|item| self.assign(item)),
            Expr::Tuple(tuple) => tuple.items.iter().for_each(|item| self.assign(item)),
            Expr::GetAttr(attr) => self.expr(&attr.expr),
            _ => {}
        }
    }

    fn expr(&mut self, expr: &Expr<'t>) {
        match expr {
            Expr::Const(_) => {}
            Expr::Var(_) | Expr::GetAttr(_) | Expr::GetItem(_) => {
                self.value(expr, false);
            }
            Expr::Slice(slice) => {
                self.expr(&slice.expr);
                [&slice.start, &slice.stop, &slice.step]
                    .into_iter()
                    .flatten()
                    .for_each(|bound| self.expr(bound));
            }
            Expr::UnaryOp(op) => self.expr(&op.expr),
            Expr::BinOp(op) => {
                self.expr(&op.left);
                let left = Assured::by(&op.left, self.source.text);
                let assured = match op.op {
                    BinOpKind::ScAnd => left.holds,
                    BinOpKind::ScOr => left.fails,
                    _ => Vec::new(),
                };
                self.sure(assured, |walk| walk.expr(&op.right));
            }
            Expr::Compare(compare) => {
                self.expr(&compare.expr);
                compare.ops.iter().for_each(|op| self.expr(&op.expr));
            }
            Expr::IfExpr(cond) => {
                self.expr(&cond.test_expr);
                let assured = Assured::by(&cond.test_expr, self.source.text);
                self.sure(assured.holds, |walk| walk.expr(&cond.true_expr));
                self.sure(assured.fails, |walk| {
                    cond.false_expr.iter().for_each(|expr| walk.expr(expr));
                });
            }
            Expr::Filter(filter) => {
                self.known(filter.name, filter.span(), "filter", &FILTERS);
                if let Some(expr) = &filter.expr {
                    self.operand(expr, matches!(filter.name, "default" | "d"));
                }
                self.named(filter);
                self.args(&filter.args);
            }
            Expr::Test(test) => {
                self.known(test.name, test.span(), "test", &TESTS);
                self.operand(&test.expr, matches!(test.name, "defined" | "undefined"));
                self.args(&test.args);
            }
            Expr::Call(call) => self.call(call, call.span()),
            Expr::List(list) => list.items.iter().for_each(|item| self.expr(item)),
            Expr::Tuple(tuple) => tuple.items.iter().for_each(|item| self.expr(item)),
            Expr::Map(map) => {
                map.keys.iter().chain(&map.values).for_each(|item| self.expr(item));
            }
        }
    }

    /// An operand; `may_miss` when the very question is whether it exists.
    fn operand(&mut self, expr: &Expr<'t>, may_miss: bool) {
        match expr {
            Expr::Var(_) | Expr::GetAttr(_) | Expr::GetItem(_) => {
                self.value(expr, may_miss);
            }
            _ => self.expr(expr),
        }
    }

    fn args(&mut self, args: &[CallArg<'t>]) {
        for arg in args {
            match arg {
                CallArg::Pos(expr)
                | CallArg::Kwarg(_, expr)
                | CallArg::PosSplat(expr)
                | CallArg::KwargSplat(expr) => self.expr(expr),
            }
        }
    }

    /// A name with its attributes: its value where the scope knows it, a finding where it misses.
    fn value(&mut self, expr: &Expr<'t>, may_miss: bool) -> Option<Value> {
        let written = self.source.text.get(extent(expr)).unwrap_or_default();
        let may_miss = may_miss || self.assured.contains(&written);
        let (base, span, name) = match expr {
            Expr::Var(var) => return self.variable(var.id, range(var.span()), may_miss),
            Expr::GetAttr(attr) => (&attr.expr, attr.span(), attr.name.to_owned()),
            Expr::GetItem(item) => {
                self.expr(&item.subscript_expr);
                match &item.subscript_expr {
                    Expr::Const(key) if key.value.as_str().is_some() => {
                        (&item.expr, item.span(), key.value.to_string())
                    }
                    _ => {
                        self.operand(&item.expr, false);
                        return None;
                    }
                }
            }
            other => {
                self.expr(other);
                return None;
            }
        };
        // What is null today is something else on another day.
        let value = self.value(base, false).filter(|value| !value.is_none())?;
        let found = attribute(&value, &name);
        if let Some(meta) = value.downcast_object_ref::<Meta>() {
            if meta.is_unknown() {
                return None;
            }
            if meta.may_lack(&name) && !may_miss {
                self.may_lack(extent(base).start..range(span).end, &name);
            }
        }
        if found.is_none() && !may_miss {
            let shown = self.source.text.get(extent(base)).unwrap_or("this");
            let message = text!("`{of}` has no `{name}`", of = shown, name = &name);
            let names = keys(&value);
            let help = suggestion(&name, names.iter().map(String::as_str), words!("it has"));
            let at = extent(base).start..range(span).end;
            self.report(at, "template-undefined", message, help);
        }
        found
    }

    fn variable(&mut self, name: &'t str, at: Range<usize>, may_miss: bool) -> Option<Value> {
        if let Some(set) = self.set(name) {
            return set.clone();
        }
        if let Some(value) = self.scope.get(name) {
            return Some(value.clone());
        }
        if !may_miss && !FUNCTIONS.contains(&name) && !self.scope.is_unknown(name) {
            let message = text!("`{name}` is not defined here", name = name);
            let help = suggestion(name, self.scope.names(), words!("known are"));
            self.report(at, "template-undefined", message, help);
        }
        None
    }

    fn set(&self, name: &str) -> Option<&Option<Value>> {
        self.frames.iter().rev().find_map(|frame| frame.get(name))
    }

    /// What an expression is today, where that can be said without evaluating it.
    fn sample(&self, expr: &Expr<'t>) -> Option<Value> {
        match expr {
            Expr::Var(var) => match self.set(var.id) {
                Some(set) => set.clone(),
                None => self.scope.get(var.id).cloned(),
            },
            Expr::GetAttr(attr) => attribute(&self.sample(&attr.expr)?, attr.name),
            Expr::Filter(filter) if SAME_ITEMS.contains(&filter.name) => {
                self.sample(filter.expr.as_ref()?)
            }
            _ => None,
        }
    }

    /// A filter or test that another filter is told by its name: `map("upper")`, `select("odd")`.
    fn named(&mut self, filter: &Filter<'t>) {
        let (index, what, all) = match filter.name {
            "map" => (0, "filter", &FILTERS[..]),
            "select" | "reject" => (0, "test", &TESTS[..]),
            "selectattr" | "rejectattr" => (1, "test", &TESTS[..]),
            _ => return,
        };
        if let Some(CallArg::Pos(Expr::Const(name))) = filter.args.get(index)
            && let Some(text) = name.value.as_str()
        {
            self.known(text, name.span(), what, all);
        }
    }

    fn known(&mut self, name: &str, span: Span, what: &str, all: &[&str]) {
        if !all.contains(&name) {
            let (code, message) = match what {
                "test" => ("template-test", text!("there is no test `{name}`", name = name)),
                _ => ("template-filter", text!("there is no filter `{name}`", name = name)),
            };
            let help = suggestion(name, all.iter().copied(), words!("known are"));
            self.report(range(span), code, message, help);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::tests, *};

    fn findings(text: &str) -> Vec<String> {
        let scope = tests::scope();
        super::super::in_room(|| {
            let source = tests::source(text);
            super::super::Engine::analyse(&source, &scope)
                .into_iter()
                .map(|found| {
                    let at = found.place.column as usize - 1;
                    let shown: String =
                        text.chars().skip(at).take(found.place.length as usize).collect();
                    let help = found.help.map(|help| help.to_string()).unwrap_or_default();
                    format!("{shown}|{}|{help}", found.message)
                })
                .collect()
        })
        .unwrap()
    }

    #[test]
    fn templates_that_are_right_have_no_findings() {
        for text in [
            "plain { text } 100% # not a comment",
            "{{ due }} {{ due.year }} {{ due | date(\"yyyy\") }} {{ reminder.id }} {{ target.name }}",
            "{{ people.zhangsan.name }} {{ people['zhangsan'].id }}",
            "{% for id in people %}{{ people[id].name }}{{ loop.index }}{% endfor %}",
            "{% if due.weekday == 5 %}{% set x = 1 %}{% else %}{% set x = 2 %}{% endif %}{{ x }}",
            "{% with a = 1, b = a %}{{ a + b }}{% endwith %}",
            "{% set a, b = [1, 2] %}{{ a }}{{ b }}",
            "{% set x %}{{ due.day }}{% endset %}{{ x | trim }}",
            "{% macro m(a, b=1) %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}",
            "{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}x{% endcall %}",
            "{{ extra.deep.er }} {{ extra.list[0].x }} {{ extra['deep'].er }}",
            "{{ 'x' if titel is defined }} {{ titel | default('a') }} {{ extra.no | d('x') }}",
            "{{ range(3) | join(',') }} {{ [1, 2] | map('string') | list }}",
            "{% raw %}{{ nothing }}{% endraw %}{# {{ nothing }} #}",
        ] {
            assert_eq!(findings(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_found_in_every_branch() {
        for (text, expected) in [
            ("{{ duee }}", "duee|`duee` is not defined here|did you mean `due`?"),
            (
                "{% if false %}{{ reminder.titel }}{% endif %}",
                "reminder.titel|`reminder` has no `titel`|did you mean `title`?",
            ),
            ("{{ due.yaer }}", "due.yaer|`due` has no `yaer`|did you mean `year`?"),
            ("{{ people.lisi.name }}", "people.lisi|`people` has no `lisi`|it has: zhangsan, 王五"),
            ("{{ due.year.x }}", "due.year.x|`due.year` has no `x`|it has no names in it"),
            ("{{ extra.deep.era }}", "extra.deep.era|`extra.deep` has no `era`|did you mean `er`?"),
            ("{{ 1 if 1 else due | dat }}", "dat|there is no filter `dat`|did you mean `date`?"),
            ("{{ due is odd or due is od }}", "od|there is no test `od`|did you mean `odd`?"),
            (
                "{% for x in [] %}{{ rang(1) }}{% endfor %}",
                "rang|there is no function `rang`|did you mean `range`?",
            ),
            (
                "{% filter uper %}x{% endfilter %}",
                "uper|there is no filter `uper`|did you mean `upper`?",
            ),
            ("{{ nope[1:2] }}", "nope|`nope` is not defined here|"),
            ("{{ [1][nope] }}", "nope|`nope` is not defined here|"),
            ("{% if due %}{% set x = 1 %}{% endif %}{{ x }}", "x|`x` is not defined here|"),
            ("{% for x in [1] %}{% endfor %}{{ x }}", "x|`x` is not defined here|"),
            ("{{ loop.index }}", "loop|`loop` is not defined here|"),
            ("{% set x = x %}", "x|`x` is not defined here|"),
            ("{{ nope.x is defined }}", "nope|`nope` is not defined here|"),
            (
                "{{ due.strftime('%Y') }}",
                "due.strftime('%Y')|there is no function `strftime` here|values have no functions",
            ),
            ("{{ [1] | map('uper') }}", "'uper'|there is no filter `uper`|did you mean `upper`?"),
            ("{{ [1] | selectattr('x', 'od') }}", "'od'|there is no test `od`|did you mean `odd`?"),
            ("{{ 'x' | replace('a', nope) }}", "nope|`nope` is not defined here|"),
        ] {
            let found = findings(text);
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            assert!(found[0].starts_with(expected), "{text}: {found:?}");
        }
        assert_eq!(findings(&"{{ a }}".repeat(100)).len(), MOST_FINDINGS);
    }
}
