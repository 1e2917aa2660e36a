//! Images for robots that show none by its address: links in their place.

use std::borrow::Cow;

use super::markdown::{Span, marked};

/// A text whose images are links: for robots that show no image by its address. Code stays as it
/// is.
pub(super) fn linked(text: &str) -> String {
    let mut fence: Option<&str> = None;
    let mut linked: Vec<Cow<'_, str>> = Vec::new();
    for line in text.split('\n') {
        let bare = line.trim();
        let fenced = fence.is_some();
        match fence {
            Some(open) if bare == open => fence = None,
            None if bare.starts_with("```") || bare.starts_with("~~~") => fence = bare.get(..3),
            _ => {}
        }
        linked.push(if fenced || fence.is_some() { line.into() } else { linked_line(line).into() });
    }
    linked.join("\n")
}

fn linked_line(line: &str) -> String {
    let (mut linked, mut rest) = (String::with_capacity(line.len()), line);
    while let Some(at) = rest.find("![") {
        let (before, image) = rest.split_at(at);
        linked.push_str(before);
        let in_code = linked.matches('`').count() % 2 == 1;
        rest = match marked(image, None, 1) {
            Some((Span::Image(words, url), after)) if !in_code => {
                let words = if words.trim().is_empty() { url.clone() } else { words };
                linked.push_str(&format!("[{words}]({url})"));
                after
            }
            _ => {
                linked.push_str("![");
                image.get(2..).unwrap_or_default()
            }
        };
    }
    linked + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_become_links_outside_code() {
        for (given, expected) in [
            (
                "![图](https://e.x/i.png) ![](https://e.x/j.png)",
                "[图](https://e.x/i.png) [https://e.x/j.png](https://e.x/j.png)",
            ),
            ("`![图](u)` ![图](https://e.x/i.png)", "`![图](u)` [图](https://e.x/i.png)"),
            ("```\n![图](https://e.x/i.png)\n```\n![a", "```\n![图](https://e.x/i.png)\n```\n![a"),
            ("真的！![看", "真的！![看"),
        ] {
            assert_eq!(linked(given), expected);
        }
    }
}
