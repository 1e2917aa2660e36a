//! Covers what looks like a secret before a text is shown to anyone.

use std::ops::Range;

/// Shown in place of each covered character.
pub const COVER: char = '•';

/// Words in the query or path of a URL that say the URL itself is a key.
const TELLTALES: [&str; 8] =
    ["token", "key=", "secret", "sign", "/hook/", "/services/", "webhook", "password"];

/// A run of letters and digits this long, with both in it, is taken for a key.
const LONG: usize = 32;

/// What the webhooks of the robots have in their addresses.
const WEBHOOKS: [&str; 5] = [
    "robot/send?access_token=",
    "/bot/v2/hook/",
    "webhook/send?key=",
    "hooks.slack.com/services/",
    "webhook.office.com/",
];

/// The line of a text, from 0, that holds a robot's webhook or signing secret.
#[must_use]
pub fn gives_away(text: &str) -> Option<usize> {
    text.split('\n').position(opens_a_group)
}

fn opens_a_group(text: &str) -> bool {
    WEBHOOKS.iter().any(|webhook| text.contains(webhook))
        || keys(text).any(|key| {
            let key = text[key].strip_prefix("SEC");
            key.is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_hexdigit()))
        })
}

/// The text with secret-looking parts covered, each character by one [`COVER`].
#[must_use]
pub fn veil(text: &str) -> String {
    let doors = urls(text).filter(|url| opens(&text[url.clone()]));
    let doors = doors.map(|url| url.start + host_end(&text[url.clone()])..url.end);
    let parts: Vec<Range<usize>> = doors.chain(keys(text)).collect();
    text.char_indices()
        .map(|(at, c)| if parts.iter().any(|part| part.contains(&at)) { COVER } else { c })
        .collect()
}

/// Where URLs stand in a text, in bytes.
fn urls(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.match_indices("://").filter_map(|(at, _)| {
        let scheme = text[..at].bytes().rev().take_while(u8::is_ascii_alphabetic).count();
        let rest = &text[at..];
        let length = rest
            .find(|c: char| c.is_whitespace() || "\"'<>`，。；）】」".contains(c))
            .unwrap_or(rest.len());
        (scheme > 0).then_some(at - scheme..at + length)
    })
}

/// Whether a URL's path or query is a key, or its host comes with a password.
fn opens(url: &str) -> bool {
    let end = host_end(url);
    let door = url[end..].to_ascii_lowercase();
    TELLTALES.iter().any(|word| door.contains(word)) || door.starts_with('@')
}

/// Where a URL's path begins; where the user and password begin when it has those.
fn host_end(url: &str) -> usize {
    let host = url.find("://").map_or(0, |at| at + 3);
    let rest = &url[host..];
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..end].find('@') {
        Some(_) => host,
        None => host + end,
    }
}

/// Where long runs of mixed letters and digits stand, in bytes.
fn keys(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + text[rest..].find(|c: char| c.is_ascii_alphanumeric())?;
        let run = &text[start..];
        rest = start + run.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(run.len());
        Some(start..rest)
    })
    .filter(|run| {
        let run = &text.as_bytes()[run.clone()];
        run.len() >= LONG
            && run.iter().any(u8::is_ascii_digit)
            && run.iter().any(u8::is_ascii_alphabetic)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_opens_a_door_is_covered() {
        let key = "SEC0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
        let cases = [
            ("见 https://oapi.dingtalk.com/robot/send?access_token=abc 的", true),
            ("https://open.feishu.cn/open-apis/bot/v2/hook/xyz", true),
            ("https://qyapi.weixin.qq.com/cgi-bin/x?key=1-2", true),
            ("postgres://me:password@db/x", true),
            (key, true),
            ("https://wiki.example.com/policies/2026?page=2", false),
            ("monthly-report-2026-for-everyone-in-the-office", false),
            ("13800000000", false),
        ];
        for (text, covered) in cases {
            let seen = veil(text);
            assert_eq!(seen.contains(COVER), covered, "{seen}");
            assert_eq!(seen.chars().count(), text.chars().count());
        }
        assert_eq!(veil("见 https://a.b/?token=1 的"), "见 https://a.b••••••••• 的");
    }

    proptest! {
        #[test]
        fn any_text_keeps_its_width(text in "(://|@|[a-z?/=，•]|token|\\PC){0,40}") {
            prop_assert_eq!(veil(&text).chars().count(), text.chars().count());
        }
    }
}
