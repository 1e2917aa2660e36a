//! What the console shows.

use super::*;

/// A printer whose paper has run out.
struct Jammed;

impl Printer for Jammed {
    fn print(&self, _: &str) -> io::Result<()> {
        Err(io::ErrorKind::BrokenPipe.into())
    }
}

#[tokio::test]
async fn the_console_shows_a_message_as_people_see_it() {
    let mut message = message(
        "### 本周\n请**查看**[政策](https://e.x/p)：\n\n- 考勤\n- 报销\u{1b}[31m\n\n\
         ```\n# not a heading\n```",
    );
    message.mentions.people =
        vec![mention("zhangsan", IdKind::User, "张三"), mention("lisi", IdKind::User, "")];
    message.buttons = vec![button("打开", "https://e.x/a-link-that-has-to-stay-in-one-piece")];
    let (credentials, now, paper) = (Credentials::default(), now(), Paper::default());
    let outgoing =
        Outgoing { target: &group(), message: &message, credentials: &credentials, now: &now };
    let console = send::robot(RobotKind::Console);
    let client = Client::default();
    let receipt = posted(console, &outgoing, &client, &paper).await;
    assert_eq!(receipt.verdict, Verdict::Sent);
    insta::assert_snapshot!(paper.text(), @r"
    ┌─ 政策群 ─────────────────────────────── 2026-11-24 09:00 ─┐
    │ 政策更新提醒                                              │
    │                                                           │
    │ 本周                                                      │
    │ 请查看政策 (https://e.x/p)：                              │
    │                                                           │
    │ • 考勤                                                    │
    │ • 报销[31m                                                │
    │                                                           │
    │     # not a heading                                       │
    │                                                           │
    │ @张三 @lisi                                               │
    │                                                           │
    │ [ 打开 ] https://e.x/a-link-that-has-to-stay-in-one-piece │
    └───────────────────────────────────────────────────────────┘
    ");
    let receipt = posted(console, &outgoing, &client, &Jammed).await;
    assert_eq!((receipt.verdict.name(), receipt.code.as_deref()), ("retry", Some("print")));
}

#[test]
fn cards_are_straight_whatever_is_in_them() {
    let client = "客户 client ";
    for body in
        ["", "x", "张\n\n三", &client.repeat(40), &"很".repeat(200), "a\tb\rc\u{7}", "[[](x)]("]
    {
        for title in ["", "标题", "a title that is\nbroken"] {
            let mut message = message(body);
            message.title = title.to_owned();
            message.mentions.all = true;
            let card = send::console::card("群", &message, &now());
            let widths: Vec<usize> =
                card.lines().map(unicode_width::UnicodeWidthStr::width).collect();
            assert!(widths.iter().all(|width| *width == widths[0] && *width <= 76), "{card}");
            assert!(card.contains("@所有人") && card.ends_with("┘\n"), "{card}");
        }
    }
}
