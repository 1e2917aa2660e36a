//! The text of a web page that was saved instead of copied.

/// Elements that begin a new line.
const BLOCKS: [&str; 9] = ["p", "div", "br", "li", "tr", "h1", "h2", "h3", "title"];

/// What a reader sees of a page, roughly: tags gone, blocks on lines of their own.
pub(super) fn text(page: &str) -> String {
    let mut text = String::new();
    let mut rest = page;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        let (tag, after) = tag.split_once('>').unwrap_or((tag, ""));
        rest = after;
        let name = tag.trim_start_matches('/').split([' ', '\t', '\n', '/']).next();
        let name = name.unwrap_or_default().to_ascii_lowercase();
        if BLOCKS.contains(&name.as_str()) {
            text.push('\n');
        }
        if !tag.starts_with('/') && ["script", "style"].contains(&name.as_str()) {
            rest = rest.split_once(&format!("</{name}")).map_or("", |(_, after)| after);
            rest = rest.split_once('>').map_or("", |(_, after)| after);
        }
    }
    text.push_str(rest);
    for (entity, plain) in [
        ("&nbsp;", " "),
        ("&ensp;", " "),
        ("&emsp;", " "),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ] {
        text = text.replace(entity, plain);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_as_its_text() {
        let page = "<html><style>p { color: red }</style><p>一、元旦：<b>1月1日</b>&nbsp;放假。</p>\
                    <script>var a = '<';</script><p>二</p>";
        let text = text(page);
        let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
        assert_eq!(lines, ["一、元旦：1月1日 放假。", "二"]);
        for broken in ["<", "<p", "a<b", "<script>", "<style>x</style"] {
            super::text(broken);
        }
    }
}
