//! Functions that do not exist, and rotas that `rota(…)` does not know.

use minijinja::machinery::{
    Span,
    ast::{Call, CallArg, Expr},
};

use super::Walk;
use crate::{
    compose::render::{
        attribute,
        bounds::range,
        filters::FUNCTIONS,
        names::{extent, keys, suggestion},
    },
    model::text::{text, words},
};

impl<'t> Walk<'_, 't> {
    /// A function and what it is given.
    pub(super) fn call(&mut self, call: &Call<'t>, span: Span) {
        match &call.expr {
            Expr::Var(var) if var.id == "rota" && self.set(var.id).is_none() => self.rota(call),
            Expr::Var(var) if self.set(var.id).is_some() || FUNCTIONS.contains(&var.id) => {}
            Expr::Var(var) => {
                let message = text!("there is no function `{name}`", name = var.id);
                let help = suggestion(var.id, FUNCTIONS, words!("known are"));
                self.report(range(var.span()), "template-function", message, help);
            }
            Expr::GetAttr(attr) => {
                if self.value(&attr.expr, false).is_some() {
                    let message = text!("there is no function `{name}` here", name = attr.name);
                    let help = text!("values have no functions; use a filter: `value | filter`");
                    let at = extent(&attr.expr).start..range(span).end;
                    self.report(at, "template-function", message, help);
                }
            }
            other => self.expr(other),
        }
        self.args(&call.args);
    }

    /// `rota("cleaning")`: a rota that does not exist.
    fn rota(&mut self, call: &Call<'t>) {
        let Some(rotas) = self.scope.get("rota") else { return };
        if let Some(CallArg::Pos(Expr::Const(name))) = call.args.first()
            && let Some(text) = name.value.as_str()
            && attribute(rotas, text).is_none()
        {
            let message = text!("there is no rota `{name}`", name = text);
            let names = keys(rotas);
            let help = suggestion(text, names.iter().map(String::as_str), words!("known are"));
            self.report(range(name.span()), "template-undefined", message, help);
        }
    }
}
