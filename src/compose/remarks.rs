//! What `check` says about a message besides what is wrong in its templates.

use super::{Composer, Fitted, MOST_PARTS};
use crate::model::{
    diagnostic::Diagnostic,
    reminder::TooLong,
    target::{Shape, Target},
};

impl Composer<'_> {
    /// The finding when a message cannot be made small enough.
    pub(super) fn hopeless(&self, target: &Target, shape: &Shape) -> Diagnostic {
        let message = format!(
            "the title, buttons and mentions alone are over the {} bytes that a message to {} may \
             have",
            shape.longest(self.reminder.format),
            target.name
        );
        Diagnostic::error(self.reminder.place.clone(), "message-too-long", message)
            .help("shorten the title, or mention fewer people")
    }

    /// What is to be said about a message that was made.
    pub(super) fn remarks(&self, target: &Target, fitted: &Fitted) -> Vec<Diagnostic> {
        let (place, name) = (&self.reminder.place, &target.name);
        let mut remarks = Vec::new();
        if fitted.lacks_keyword {
            let keywords = target.keywords.join("`, `");
            let message = format!("the robot of {name} accepts only messages with `{keywords}`");
            remarks.push(
                Diagnostic::error(place.clone(), "keyword-missing", message)
                    .help("write one of its keywords into the title or the text"),
            );
        }
        let parts = fitted.messages.len() - usize::from(fitted.nudged);
        if fitted.cut_off {
            let message = format!("the text is too long for {name}: its end is cut off");
            let help = match self.reminder.too_long {
                TooLong::Truncate => "shorten it, or write `too_long: split`".to_owned(),
                TooLong::Split => format!("shorten it: at most {MOST_PARTS} parts are sent"),
            };
            let cut = Diagnostic::warning(place.clone(), "message-cut-off", message);
            remarks.push(cut.help(help));
        } else if parts > 1 {
            let message = format!("the text is long: {name} gets it in {parts} parts");
            remarks.push(Diagnostic::note(place.clone(), "message-split", message));
        }
        remarks
    }
}
