//! The text of a Word document, as Markdown: headings, lists, tables as lines. What is deleted
//! with changes tracked is left out.
//!
//! Elements and attributes: ECMA-376 part 1, chapter 17 (WordprocessingML).

use std::collections::HashMap;

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};

use super::zip;

/// Bytes a part of the document may have, unpacked.
const LONGEST_PART: usize = 32 * 1024 * 1024;

/// Elements whose content is not what people read: deleted and moved text, instructions of
/// fields, what old programs show instead.
const HIDDEN: [&str; 6] = ["del", "moveFrom", "delText", "instrText", "Fallback", "sectPr"];

/// Not a Word document, or not a whole one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotWord;

/// The text of a document.
pub(super) fn text(bytes: &[u8]) -> Result<String, NotWord> {
    let body = part(bytes, "word/document.xml").ok_or(NotWord)?;
    let styles = part(bytes, "word/styles.xml").map(|styles| levels(&styles)).unwrap_or_default();
    let mut page = Page { styles, ..Page::default() };
    let mut reader = Reader::from_str(&body);
    loop {
        match reader.read_event().map_err(|_| NotWord)? {
            Event::Start(tag) => page.open(&tag),
            Event::Empty(tag) => {
                page.open(&tag);
                page.close(tag.local_name().as_ref());
            }
            Event::End(tag) => page.close(tag.local_name().as_ref()),
            Event::Text(text) => page.write(&text.xml10_content()),
            Event::CData(text) => page.write(&text.xml10_content()),
            Event::GeneralRef(entity) => match entity.resolve_char_ref() {
                Ok(Some(c)) => page.write(c.encode_utf8(&mut [0; 4])),
                _ => page.write(named(&entity.xml10_content())),
            },
            Event::Eof => break,
            _ => {}
        }
    }
    Ok(page.lines.join("\n"))
}

fn part(bytes: &[u8], name: &str) -> Option<String> {
    String::from_utf8(zip::entry(bytes, name, LONGEST_PART)?).ok()
}

/// The characters XML names.
fn named(entity: &str) -> &'static str {
    match entity {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => "",
    }
}

/// The heading level of each paragraph style that has one. Their ids differ by language, their
/// names do not: `heading 1`.
fn levels(styles: &str) -> HashMap<String, usize> {
    let mut levels = HashMap::new();
    let mut style = String::new();
    let mut reader = Reader::from_str(styles);
    while let Ok(event) = reader.read_event() {
        let tag = match &event {
            Event::Start(tag) | Event::Empty(tag) => tag,
            Event::Eof => break,
            _ => continue,
        };
        match tag.local_name().as_ref() {
            "style" => style = attribute(tag, "styleId").unwrap_or_default(),
            "name" => {
                let name = attribute(tag, "val").unwrap_or_default().to_lowercase();
                if let Some(level) = level_of(&name) {
                    levels.insert(style.clone(), level);
                }
            }
            _ => {}
        }
    }
    levels
}

fn level_of(name: &str) -> Option<usize> {
    match name {
        "title" => Some(1),
        _ => name.strip_prefix("heading ")?.parse().ok().filter(|level| (1..=6).contains(level)),
    }
}

/// An attribute, whatever its prefix.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.attributes();
    let found = attributes
        .with_checks(false)
        .flatten()
        .find(|one| one.key.local_name().as_ref() == name)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned)
}

/// The text as it grows.
#[derive(Default)]
struct Page {
    styles: HashMap<String, usize>,
    lines: Vec<String>,
    /// The paragraph being read.
    paragraph: String,
    /// Its heading level, and whether it is in a list.
    level: Option<usize>,
    listed: bool,
    /// Hidden elements that are open.
    hidden: usize,
    /// `t` elements that are open: only their text is read.
    texts: usize,
    /// Tables that are open; the cells of the outermost one's row.
    tables: usize,
    cells: Vec<String>,
}

impl Page {
    fn open(&mut self, tag: &BytesStart<'_>) {
        let name = tag.local_name();
        let name = name.as_ref();
        if HIDDEN.contains(&name) {
            self.hidden += 1;
        }
        if self.hidden > 0 {
            return;
        }
        match name {
            "t" => self.texts += 1,
            "tab" | "br" | "cr" => self.paragraph.push(' '),
            "noBreakHyphen" => self.paragraph.push('-'),
            "pStyle" => {
                let style = attribute(tag, "val").unwrap_or_default();
                self.level = self.styles.get(&style).copied().or(self.level);
            }
            "outlineLvl" => {
                let level = attribute(tag, "val").and_then(|val| val.parse::<usize>().ok());
                self.level = level.filter(|level| *level < 6).map(|level| level + 1);
            }
            "numPr" => self.listed = true,
            "tbl" => self.tables += 1,
            "tc" if self.tables == 1 => self.cells.push(String::new()),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        if HIDDEN.contains(&name) {
            self.hidden = self.hidden.saturating_sub(1);
            return;
        }
        if self.hidden > 0 {
            return;
        }
        match name {
            "t" => self.texts = self.texts.saturating_sub(1),
            "p" => self.end_paragraph(),
            "tr" if self.tables == 1 => {
                let row = std::mem::take(&mut self.cells).join(" | ");
                if !row.trim_matches([' ', '|']).is_empty() {
                    self.lines.push(row);
                }
            }
            "tbl" => {
                self.tables = self.tables.saturating_sub(1);
                if self.tables == 0 {
                    self.lines.push(String::new());
                }
            }
            _ => {}
        }
    }

    fn write(&mut self, text: &str) {
        if self.texts > 0 && self.hidden == 0 {
            self.paragraph.push_str(text);
        }
    }

    /// A paragraph of its own is a line with an empty one after it, as in Markdown; in a table it
    /// is a part of its cell.
    fn end_paragraph(&mut self) {
        let text = std::mem::take(&mut self.paragraph);
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let (level, listed) = (self.level.take(), std::mem::take(&mut self.listed));
        if words.is_empty() {
            return;
        }
        if let Some(cell) = self.cells.last_mut() {
            if !cell.is_empty() {
                cell.push(' ');
            }
            cell.push_str(&words);
            return;
        }
        let line = match level {
            Some(level) => format!("{} {words}", "#".repeat(level)),
            None if listed => format!("- {words}"),
            None => words,
        };
        // Items of a list stand together.
        let item = line.starts_with("- ");
        if item && self.lines.last().is_some_and(String::is_empty) {
            let above = self.lines.len().checked_sub(2).and_then(|at| self.lines.get(at));
            if above.is_some_and(|above| above.starts_with("- ")) {
                self.lines.pop();
            }
        }
        self.lines.extend([line, String::new()]);
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::compose::source::zip::tests::archive;

    /// A document as Word writes it: the paragraphs given as XML, and the styles of Chinese Word.
    pub(in crate::compose::source) fn document(body: &str) -> Vec<u8> {
        let styles = "<w:styles xmlns:w=\"w\"><w:style w:type=\"paragraph\" w:styleId=\"1\">\
            <w:name w:val=\"heading 1\"/></w:style><w:style w:styleId=\"a3\">\
            <w:name w:val=\"Title\"/></w:style><w:style w:styleId=\"a\"><w:name w:val=\"Normal\"/>\
            </w:style></w:styles>";
        let document = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
             <w:document xmlns:w=\"w\"><w:body>{body}<w:sectPr/></w:body></w:document>"
        );
        archive(&[
            ("[Content_Types].xml", ""),
            ("word/document.xml", &document),
            ("word/styles.xml", styles),
        ])
    }

    /// A plain paragraph.
    pub(in crate::compose::source) fn paragraph(text: &str) -> String {
        format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
    }

    #[test]
    fn what_people_read_is_read() {
        let body = "<w:p><w:pPr><w:pStyle w:val=\"a3\"/></w:pPr><w:r><w:t>员工</w:t></w:r>\
             <w:r><w:t xml:space=\"preserve\">手册 </w:t></w:r></w:p>\
             <w:p><w:pPr><w:pStyle w:val=\"1\"/></w:pPr><w:r><w:t>第一章 &amp; &#x603B;则</w:t></w:r></w:p>\
             <w:p><w:r><w:t>年假</w:t></w:r><w:del><w:r><w:delText>5</w:delText></w:r></w:del>\
             <w:ins><w:r><w:t>10</w:t></w:r></w:ins><w:r><w:tab/><w:t>天</w:t></w:r></w:p><w:p/>\
             <w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>甲</w:t></w:r></w:p>\
             <w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>乙</w:t></w:r></w:p>\
             <w:tbl><w:tr><w:tc><w:p><w:r><w:t>级别</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>天数</w:t></w:r></w:p></w:tc></w:tr>\
             <w:tr><w:tc><w:p><w:r><w:t>P5</w:t></w:r></w:p><w:p><w:r><w:t>P6</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>\
             <w:p><w:r><w:fldChar/><w:instrText>PAGE</w:instrText></w:r><mc:AlternateContent><mc:Choice>\
             <w:r><w:t>框</w:t></w:r></mc:Choice><mc:Fallback><w:r><w:t>框</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p>";
        assert_eq!(
            text(&document(body)).unwrap(),
            "# 员工手册\n\n# 第一章 & 总则\n\n年假10 天\n\n- 甲\n- 乙\n\n级别 | 天数\nP5 P6 | \n\n框\n"
        );
    }

    #[test]
    fn what_is_no_document_is_said() {
        let whole = document(&paragraph("政策"));
        assert!(text(&whole).is_ok());
        let broken = archive(&[("word/document.xml", "<w:document><w:p><w:t>x</w:r>")]);
        for bytes in
            [&b""[..], b"\xD0\xCF\x11\xE0", b"PK\x03\x04", &whole[..whole.len() / 2], &broken]
        {
            assert_eq!(text(bytes), Err(NotWord));
        }
    }

    proptest! {
        #[test]
        fn no_document_ends_the_process(parts in prop::collection::vec(prop_oneof![
            Just("<w:p>"), Just("</w:p>"), Just("<w:t>"), Just("</w:t>"), Just("<w:tbl>"), Just("</w:tbl>"),
            Just("<w:tr>"), Just("</w:tr>"), Just("<w:tc>"), Just("</w:tc>"), Just("<w:del>"), Just("</w:del>"),
            Just("x"), Just("&#x0;"), Just("&#99999999999;"), Just("&nope;"), Just("<!DOCTYPE a [<!ENTITY b 'c'>]>"),
        ], 0..40)) {
            let _ = text(&document(&parts.concat()));
        }
    }
}
