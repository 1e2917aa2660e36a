//! Keeps values small: what the engine's fuel does not see.
//!
//! Fuel counts what an instruction makes, not what it stands for: forty times
//! `{% set x = [x, x] %}` costs nothing and stands for a million million values, and the first
//! thing that prints, compares or sorts them never ends. So every operand of a template is passed
//! through [`bounded`] first. The template's syntax tree is copied with that filter put around
//! each operand; a value too large or too deep can then be made, but not used.

use minijinja::{
    Error, ErrorKind, State, Value,
    machinery::ast::{
        BinOp, BinOpKind, Call, CallArg, CallBlock, Compare, CompareOp, Const, Do, EmitExpr,
        EmitRaw, Expr, Filter, FilterBlock, ForLoop, GetAttr, GetItem, IfCond, IfExpr, List, Macro,
        Map, Set, SetBlock, Slice, Spanned, Stmt, Template, Test, Tuple, UnaryOp, UnaryOpKind, Var,
        WithBlock,
    },
    value::ValueKind,
};

use super::refused::refused;
use crate::model::text::text;

/// The filter's name: no template can spell it.
pub(super) const BOUNDED: &str = "§bounded";

/// What a value may stand for, in bytes; each value in it counts [`NODE`] and its text.
const LARGEST: usize = 1024 * 1024;

/// What one value counts.
const NODE: usize = 16;

/// Lists in lists that a value may hold.
const DEEPEST: usize = 100;

/// The filter: hands a value on when it is small enough, and charges for looking. What the engine
/// would only compute when asked (slices, repeats, sums of lists) becomes a plain list, or else
/// such layers pile up and each look goes through all of them.
///
/// `data` is what the reminder's sources stand for: nothing made of them may be larger than they
/// are by more than [`LARGEST`].
pub(super) fn bounded(state: &State, value: Value, data: usize) -> Result<Value, Error> {
    if !container(&value) {
        return Ok(value);
    }
    let most = LARGEST.saturating_add(data);
    let mut left = most;
    let settled = settle(&value, &mut left, DEEPEST)?;
    state.consume_fuel(u64::try_from((most - left) / 64).unwrap_or(u64::MAX))?;
    Ok(settled.unwrap_or(value))
}

fn container(value: &Value) -> bool {
    matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable | ValueKind::Map)
}

/// Measures a value with all that is in it. Returns it anew if something in it was lazy.
fn settle(value: &Value, left: &mut usize, depth: usize) -> Result<Option<Value>, Error> {
    let text = value.as_str().map_or(0, str::len);
    *left = left.checked_sub(NODE + text).ok_or_else(|| {
        refused(ErrorKind::OutOfFuel, text!("a list or a text in it grows too large"))
    })?;
    if !container(value) {
        return Ok(None);
    }
    let depth = depth.checked_sub(1).ok_or_else(|| {
        refused(ErrorKind::OutOfFuel, text!("lists are nested over {most} deep", most = DEEPEST))
    })?;
    if value.kind() == ValueKind::Map {
        return settle_map(value, left, depth);
    }
    let mut lazy = value.kind() == ValueKind::Iterable;
    let mut items = Vec::new();
    for item in value.try_iter()?.checked() {
        let item = item?;
        let settled = settle(&item, left, depth)?;
        lazy |= settled.is_some();
        items.push(settled.unwrap_or(item));
    }
    Ok(lazy.then(|| Value::from(items)))
}

fn settle_map(map: &Value, left: &mut usize, depth: usize) -> Result<Option<Value>, Error> {
    let mut lazy = false;
    let mut pairs = Vec::new();
    for key in map.try_iter()?.checked() {
        let key = key?;
        settle(&key, left, depth)?;
        let item = map.get_item(&key)?;
        let settled = settle(&item, left, depth)?;
        lazy |= settled.is_some();
        pairs.push((key, settled.unwrap_or(item)));
    }
    Ok(lazy.then(|| Value::from_pairs(pairs)))
}

/// A template with its operands bounded.
pub(super) fn guarded<'t>(stmt: &Stmt<'t>) -> Stmt<'t> {
    match stmt {
        Stmt::Template(at) => Stmt::Template(keep(at, Template { children: stmts(&at.children) })),
        Stmt::EmitRaw(at) => Stmt::EmitRaw(keep(at, EmitRaw { raw: at.raw })),
        // A call is emitted as it is, so that `loop(…)` stays a recursion; its arguments are bounded.
        Stmt::EmitExpr(at) => {
            let call = matches!(at.expr, Expr::Call(_));
            let expr = if call { copy(&at.expr) } else { operand(&at.expr) };
            Stmt::EmitExpr(keep(at, EmitExpr { expr }))
        }
        Stmt::ForLoop(at) => Stmt::ForLoop(keep(at, for_loop(at))),
        Stmt::IfCond(at) => Stmt::IfCond(keep(
            at,
            IfCond {
                expr: copy(&at.expr),
                true_body: stmts(&at.true_body),
                false_body: stmts(&at.false_body),
            },
        )),
        Stmt::WithBlock(at) => {
            let pair = |(to, from): &(Expr<'t>, Expr<'t>)| (target(to), operand(from));
            let assignments = at.assignments.iter().map(pair).collect();
            Stmt::WithBlock(keep(at, WithBlock { assignments, body: stmts(&at.body) }))
        }
        Stmt::Set(at) => {
            Stmt::Set(keep(at, Set { target: target(&at.target), expr: operand(&at.expr) }))
        }
        Stmt::SetBlock(at) => Stmt::SetBlock(keep(
            at,
            SetBlock {
                target: target(&at.target),
                filter: at.filter.as_ref().map(copy),
                body: stmts(&at.body),
            },
        )),
        Stmt::FilterBlock(at) => Stmt::FilterBlock(keep(
            at,
            FilterBlock {
                filter: operand(&at.filter),
                filter_span: at.filter_span,
                body: stmts(&at.body),
            },
        )),
        Stmt::Macro(at) => Stmt::Macro(keep(at, definition(at))),
        Stmt::CallBlock(at) => Stmt::CallBlock(keep(
            at,
            CallBlock {
                call: keep(&at.call, call(&at.call)),
                call_expr_span: at.call_expr_span,
                macro_decl: keep(&at.macro_decl, definition(&at.macro_decl)),
            },
        )),
        Stmt::Do(at) => Stmt::Do(keep(at, Do { call: keep(&at.call, call(&at.call)) })),
        // Refused before parsing; were one here, it would show nothing.
        Stmt::AutoEscape(_)
        | Stmt::Block(_)
        | Stmt::Import(_)
        | Stmt::FromImport(_)
        | Stmt::Extends(_)
        | Stmt::Include(_) => {
            Stmt::EmitRaw(Spanned::new(EmitRaw { raw: "" }, minijinja::machinery::Span::default()))
        }
    }
}

/// The same place, another node.
fn keep<T, U>(at: &Spanned<T>, node: U) -> Spanned<U> {
    Spanned::new(node, at.span())
}

fn stmts<'t>(all: &[Stmt<'t>]) -> Vec<Stmt<'t>> {
    all.iter().map(guarded).collect()
}

fn for_loop<'t>(each: &ForLoop<'t>) -> ForLoop<'t> {
    ForLoop {
        target: target(&each.target),
        iter: operand(&each.iter),
        filter_expr: each.filter_expr.as_ref().map(copy),
        recursive: each.recursive,
        body: stmts(&each.body),
        else_body: stmts(&each.else_body),
    }
}

fn definition<'t>(defined: &Macro<'t>) -> Macro<'t> {
    Macro {
        name: defined.name,
        args: defined.args.iter().map(target).collect(),
        defaults: operands(&defined.defaults),
        body: stmts(&defined.body),
    }
}

/// What is assigned to, as it is.
fn target<'t>(expr: &Expr<'t>) -> Expr<'t> {
    match expr {
        Expr::List(at) => {
            Expr::List(keep(at, List { items: at.items.iter().map(target).collect() }))
        }
        other => copy(other),
    }
}

fn operands<'t>(all: &[Expr<'t>]) -> Vec<Expr<'t>> {
    all.iter().map(operand).collect()
}

/// An expression through the filter.
pub(super) fn operand<'t>(expr: &Expr<'t>) -> Expr<'t> {
    let inner = copy(expr);
    if matches!(inner, Expr::Const(_)) {
        return inner;
    }
    let filter = Filter { name: BOUNDED, expr: Some(inner), args: Vec::new() };
    Expr::Filter(Spanned::new(filter, expr.span()))
}

/// An expression as it is, its operands bounded.
fn copy<'t>(expr: &Expr<'t>) -> Expr<'t> {
    match expr {
        Expr::Var(at) => Expr::Var(keep(at, Var { id: at.id })),
        Expr::Const(at) => Expr::Const(keep(at, Const { value: at.value.clone() })),
        Expr::Slice(at) => Expr::Slice(keep(
            at,
            Slice {
                expr: operand(&at.expr),
                start: at.start.as_ref().map(copy),
                stop: at.stop.as_ref().map(copy),
                step: at.step.as_ref().map(copy),
            },
        )),
        Expr::UnaryOp(at) => {
            #[expect(clippy::needless_match, reason = "the engine's type is not `Copy`")]
            let op = match at.op {
                UnaryOpKind::Not => UnaryOpKind::Not,
                UnaryOpKind::Neg => UnaryOpKind::Neg,
            };
            Expr::UnaryOp(keep(at, UnaryOp { op, expr: operand(&at.expr) }))
        }
        Expr::BinOp(at) => Expr::BinOp(keep(at, binary(at))),
        Expr::Compare(at) => {
            let op = |next: &CompareOp<'t>| CompareOp { op: next.op, expr: operand(&next.expr) };
            let ops = at.ops.iter().map(op).collect();
            Expr::Compare(keep(at, Compare { expr: operand(&at.expr), ops }))
        }
        Expr::IfExpr(at) => Expr::IfExpr(keep(
            at,
            IfExpr {
                test_expr: copy(&at.test_expr),
                true_expr: copy(&at.true_expr),
                false_expr: at.false_expr.as_ref().map(copy),
            },
        )),
        Expr::Filter(at) => {
            let expr = at.expr.as_ref().map(operand);
            Expr::Filter(keep(at, Filter { name: at.name, expr, args: args(&at.args) }))
        }
        Expr::Test(at) => {
            let expr = operand(&at.expr);
            Expr::Test(keep(at, Test { name: at.name, expr, args: args(&at.args) }))
        }
        Expr::GetAttr(at) => {
            Expr::GetAttr(keep(at, GetAttr { expr: copy(&at.expr), name: at.name }))
        }
        Expr::GetItem(at) => {
            let subscript_expr = operand(&at.subscript_expr);
            Expr::GetItem(keep(at, GetItem { expr: copy(&at.expr), subscript_expr }))
        }
        Expr::Call(at) => Expr::Call(keep(at, call(at))),
        Expr::List(at) => Expr::List(keep(at, List { items: operands(&at.items) })),
        Expr::Tuple(at) => Expr::Tuple(keep(at, Tuple { items: operands(&at.items) })),
        Expr::Map(at) => {
            Expr::Map(keep(at, Map { keys: operands(&at.keys), values: operands(&at.values) }))
        }
    }
}

fn binary<'t>(at: &BinOp<'t>) -> BinOp<'t> {
    // `and` and `or` hand one of their sides on as it is.
    let side = match at.op {
        BinOpKind::ScAnd | BinOpKind::ScOr => copy,
        _ => operand,
    };
    BinOp { op: at.op, left: side(&at.left), right: side(&at.right) }
}

fn call<'t>(call: &Call<'t>) -> Call<'t> {
    Call { expr: copy(&call.expr), args: args(&call.args) }
}

fn args<'t>(all: &[CallArg<'t>]) -> Vec<CallArg<'t>> {
    all.iter()
        .map(|arg| match arg {
            CallArg::Pos(expr) => CallArg::Pos(operand(expr)),
            CallArg::Kwarg(name, expr) => CallArg::Kwarg(name, operand(expr)),
            CallArg::PosSplat(expr) => CallArg::PosSplat(operand(expr)),
            CallArg::KwargSplat(expr) => CallArg::KwargSplat(operand(expr)),
        })
        .collect()
}
