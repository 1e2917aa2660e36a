//! What `check` says about a message besides what is wrong in its templates.

use super::{Composer, Fitted, MOST_PARTS};
use crate::model::{
    diagnostic::Diagnostic,
    reminder::TooLong,
    target::{Shape, Target},
    text::text,
};

impl Composer<'_> {
    /// The finding when a message cannot be made small enough.
    pub(super) fn hopeless(&self, target: &Target, shape: &Shape) -> Diagnostic {
        let message = text!(
            "the title, buttons and mentions alone are over the {limit} bytes that a message to \
             {target} may have",
            limit = shape.longest(self.reminder.format),
            target = &target.name,
        );
        Diagnostic::error(self.reminder.place.clone(), "message-too-long", message)
            .help(text!("shorten the title, or mention fewer people"))
    }

    /// What is to be said about a message that was made.
    pub(super) fn remarks(&self, target: &Target, fitted: &Fitted) -> Vec<Diagnostic> {
        let (place, name) = (&self.reminder.place, &target.name);
        let mut remarks = Vec::new();
        if fitted.lacks_keyword {
            let message = text!(
                "the robot of {name} accepts only messages with `{keywords}`",
                name = name,
                keywords = target.keywords.join("`, `"),
            );
            remarks.push(
                Diagnostic::error(place.clone(), "keyword-missing", message)
                    .help(text!("write one of its keywords into the title or the text")),
            );
        }
        let parts = fitted.messages.len() - usize::from(fitted.nudged);
        if fitted.cut_off {
            let message = text!("the text is too long for {name}: its end is cut off", name = name);
            let help = match self.reminder.too_long {
                TooLong::Truncate => text!("shorten it, or write `too_long: split`"),
                TooLong::Split => {
                    text!("shorten it: at most {most} parts are sent", most = MOST_PARTS)
                }
            };
            let cut = Diagnostic::warning(place.clone(), "message-cut-off", message);
            remarks.push(cut.help(help));
        } else if parts > 1 {
            let message = text!(
                "the text is long: {name} gets it in {parts} parts",
                name = name,
                parts = parts,
            );
            remarks.push(Diagnostic::note(place.clone(), "message-split", message));
        }
        remarks
    }
}
