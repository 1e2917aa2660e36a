//! Parser events to a tree, with duplicate keys, aliases and merge keys (`<<`) dealt with.

mod key;

use std::collections::{HashMap, HashSet};

use serde_saphyr::granit_parser::{Event, Parser, ScalarStyle, Span as Range, options};

use self::key::{Key, Seen};
use super::{
    Cuts, Entry, MAX_DEPTH, MAX_NODES, Node, Scalar, Span, Style, Value, count,
    syntax::{self, Source},
};
use crate::model::{diagnostic::Diagnostic, text::text};

/// Texts repeated through aliases may add up to this many bytes.
const MAX_TEXT: usize = 16 * 1024 * 1024;

/// Stands for an unquoted `@` while the parser looks, which reserves that character. It is
/// private use, and a file that holds it already is not helped.
const AT: char = '\u{F0040}';

/// What was read.
pub(super) struct Read {
    pub(super) root: Node,
    pub(super) mistakes: Vec<Diagnostic>,
    pub(super) cuts: Cuts,
}

/// Reads the one document of a file.
pub(super) fn read(source: &Source<'_>) -> Result<Read, Diagnostic> {
    if let Some(found) = syntax::before_parsing(source) {
        return Err(found);
    }
    // `mention: @all` is what everyone types. It is read as if it stood in quotes; the stand-in
    // has the same width, so every column stays right.
    match build(source, source.text) {
        Err(Stop::At) if !source.text.contains(AT) => {
            let helped: String =
                source.text.chars().map(|c| if c == '@' { AT } else { c }).collect();
            build(source, &helped).map_err(|stop| stop.diagnostic(source))
        }
        other => other.map_err(|stop| stop.diagnostic(source)),
    }
}

/// Why the tree could not be built.
enum Stop {
    /// A value begins with `@`.
    At,
    /// Anything else.
    Found(Box<Diagnostic>),
}

impl Stop {
    fn found(diagnostic: Diagnostic) -> Self {
        Self::Found(Box::new(diagnostic))
    }

    fn diagnostic(self, source: &Source<'_>) -> Diagnostic {
        match self {
            Self::Found(diagnostic) => *diagnostic,
            Self::At => source.error(
                Span { line: 1, column: 1, length: 1 },
                "syntax",
                syntax::must_be_quoted("@"),
            ),
        }
    }
}

fn build(source: &Source<'_>, text: &str) -> Result<Read, Stop> {
    let options = options! {
        emit_comments: false,
        disallow_directives: true,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    let mut builder = Builder {
        source,
        helped: text != source.text,
        open: Vec::new(),
        root: None,
        anchors: HashMap::new(),
        nodes: 0,
        bytes: 0,
        mistakes: Vec::new(),
        cuts: Cuts::new(),
    };
    let mut documents = 0;
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, range) = event.map_err(|error| syntax_error(source, &error))?;
        if matches!(event, Event::DocumentStart(..)) {
            documents += 1;
            if documents == 2 {
                return Err(Stop::found(syntax::several_documents(
                    source,
                    span_of(source, &range),
                )));
            }
        }
        if let Event::Scalar(_, ScalarStyle::Plain, ..) = event
            && let Some((value, comment)) = cut_by_comment(text, source, &range)
        {
            builder.cuts.insert((value.line, value.column), comment);
        }
        builder.take(event, &range)?;
    }
    match builder.root.take() {
        Some(root) => {
            let Builder { mistakes, cuts, .. } = builder;
            Ok(Read { root, mistakes, cuts })
        }
        None => Err(Stop::found(syntax::empty(source))),
    }
}

fn syntax_error(source: &Source<'_>, error: &serde_saphyr::granit_parser::ScanError) -> Stop {
    use serde_saphyr::granit_parser::ErrorKind;
    match error.kind() {
        ErrorKind::UnexpectedCharacter { character: '@' } => Stop::At,
        kind => {
            let marker = error.marker();
            Stop::found(syntax::explain(source, kind, count(marker.line()), count(marker.col())))
        }
    }
}

/// A parser's range as a span: its part on the first line.
fn span_of(source: &Source<'_>, range: &Range) -> Span {
    let (line, column) = (count(range.start.line()), count(range.start.col()));
    let end = if range.end.line() == range.start.line() {
        count(range.end.col())
    } else {
        count(source.line(line).trim_end().chars().count())
    };
    Span { line, column: column.saturating_add(1), length: end.saturating_sub(column).max(1) }
}

/// A value of one line and the comment right behind it, unless that is spaced like one:
/// `title: 公告 #12` is `公告`.
fn cut_by_comment(text: &str, source: &Source<'_>, range: &Range) -> Option<(Span, Span)> {
    let behind = text.get(range.end.byte_offset()?..)?;
    let comment = behind.trim_start_matches([' ', '\t']);
    let written = comment.strip_prefix('#')?;
    if written.starts_with([' ', '\t', '\n', '#', '-', '=', '!']) || written.is_empty() {
        return None;
    }
    let blanks = count(behind.len() - comment.len());
    let column = count(range.end.col()).saturating_add(blanks).saturating_add(1);
    let length = count(comment.lines().next()?.trim_end().chars().count());
    Some((span_of(source, range), Span { line: count(range.end.line()), column, length }))
}

struct Builder<'s> {
    source: &'s Source<'s>,
    /// [`AT`] stands for `@`.
    helped: bool,
    open: Vec<Open>,
    root: Option<Node>,
    anchors: HashMap<usize, Anchored>,
    nodes: usize,
    bytes: usize,
    mistakes: Vec<Diagnostic>,
    cuts: Cuts,
}

/// A list or map whose end is not reached yet.
struct Open {
    span: Span,
    anchor: usize,
    body: Body,
}

enum Body {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, seen: Seen, key: Option<Key> },
}

/// A node an alias may repeat.
struct Anchored {
    node: Node,
    nodes: usize,
    bytes: usize,
    depth: usize,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, range: &Range) -> Result<(), Stop> {
        let span = span_of(self.source, range);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                if let Some(tag) = tag.filter(|tag| !tag.is_yaml_core_schema()) {
                    let start = range.tag_start.unwrap_or(range.start);
                    let at = Span {
                        line: count(start.line()),
                        column: count(start.col()).saturating_add(1),
                        length: count(tag.original().chars().count()).max(1),
                    };
                    return Err(Stop::found(syntax::tag(self.source, at)));
                }
                let text = if self.helped { text.replace(AT, "@") } else { text.into_owned() };
                let node = scalar(text, style, span);
                self.place(node, anchor)
            }
            Event::SequenceStart(_, anchor, _) => self.open(span, anchor, Body::List(Vec::new())),
            Event::MappingStart(_, anchor, _) => {
                let body = Body::Map { entries: Vec::new(), seen: Seen::default(), key: None };
                self.open(span, anchor, body)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(open) = self.open.pop() else { return Ok(()) };
                let value = match open.body {
                    Body::List(items) => Value::List(items),
                    Body::Map { entries, .. } => Value::Map(self.merge(entries)),
                };
                self.place(Node { span: open.span, value }, open.anchor)
            }
            Event::Alias(id) => self.alias(id, span),
            _ => Ok(()),
        }
    }

    fn open(&mut self, span: Span, anchor: usize, body: Body) -> Result<(), Stop> {
        if self.open.len() >= MAX_DEPTH {
            return Err(Stop::found(syntax::too_deep(self.source, span)));
        }
        self.open.push(Open { span, anchor, body });
        Ok(())
    }

    /// Puts a finished node where it belongs.
    fn place(&mut self, node: Node, anchor: usize) -> Result<(), Stop> {
        let bytes = node.text().map_or(0, str::len);
        self.spend(1, bytes, node.span)?;
        if anchor != 0 {
            let anchored = measure(node.clone());
            self.spend(anchored.nodes, anchored.bytes, node.span)?;
            self.anchors.insert(anchor, anchored);
        }
        self.put(node)
    }

    fn spend(&mut self, nodes: usize, bytes: usize, at: Span) -> Result<(), Stop> {
        self.nodes += nodes;
        self.bytes += bytes;
        if self.nodes > MAX_NODES || self.bytes > MAX_TEXT {
            return Err(Stop::found(syntax::too_much(self.source, at)));
        }
        Ok(())
    }

    fn alias(&mut self, id: usize, span: Span) -> Result<(), Stop> {
        let Some(anchored) = self.anchors.get(&id) else {
            return Err(Stop::found(syntax::alias_to_itself(self.source, span)));
        };
        let (nodes, bytes, depth) = (anchored.nodes, anchored.bytes, anchored.depth);
        self.spend(nodes, bytes, span)?;
        if self.open.len() + depth > MAX_DEPTH {
            return Err(Stop::found(syntax::too_deep(self.source, span)));
        }
        if let Some(anchored) = self.anchors.get(&id) {
            let node = anchored.node.clone();
            self.put(node)?;
        }
        Ok(())
    }

    fn put(&mut self, node: Node) -> Result<(), Stop> {
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node).filter(|node| node.value != Value::Nothing);
            return Ok(());
        };
        match &mut open.body {
            Body::List(items) => items.push(node),
            Body::Map { entries, seen, key } => match key.take() {
                None => {
                    if let Some(found) = syntax::odd_space(self.source, &node) {
                        return Err(Stop::found(found));
                    }
                    let (found, mistake) = key::read(self.source, node, entries, seen);
                    *key = Some(found);
                    self.mistakes.extend(mistake);
                }
                Some(Key::Good(key, span)) => entries.push(Entry { key, span, node }),
                Some(Key::Bad) => {}
            },
        }
        Ok(())
    }

    /// `<<: *other` takes over the keys of another map that are not written here.
    fn merge(&mut self, entries: Vec<Entry>) -> Vec<Entry> {
        if !entries.iter().any(|entry| entry.key == "<<") {
            return entries;
        }
        let (others, mut kept): (Vec<_>, Vec<_>) =
            entries.into_iter().partition(|entry| entry.key == "<<");
        let mut known: HashSet<String> = kept.iter().map(|entry| entry.key.clone()).collect();
        for other in others.iter().flat_map(|other| other.node.items()) {
            let Value::Map(more) = &other.value else {
                let message = text!("`<<` takes over the keys of another map, and this is none");
                self.mistakes.push(self.source.error(other.span, "wrong-type", message));
                continue;
            };
            kept.extend(more.iter().filter(|entry| known.insert(entry.key.clone())).cloned());
        }
        kept
    }
}

fn scalar(text: String, style: ScalarStyle, span: Span) -> Node {
    if style == ScalarStyle::Plain && matches!(&*text, "" | "~" | "null" | "Null" | "NULL") {
        return Node { span, value: Value::Nothing };
    }
    let style = match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
        ScalarStyle::Literal | ScalarStyle::Folded => {
            // The parser names the first line that is not empty.
            let empty = count(text.chars().take_while(|&c| c == '\n').count());
            Style::Block {
                indent: span.column.saturating_sub(1),
                line: span.line.saturating_sub(empty).max(1),
            }
        }
    };
    Node { span, value: Value::Scalar(Scalar { text, style }) }
}

/// Counts what repeating a node would cost. Nodes are at most [`MAX_DEPTH`] deep.
fn measure(node: Node) -> Anchored {
    fn walk(node: &Node, nodes: &mut usize, bytes: &mut usize) -> usize {
        *nodes += 1;
        match &node.value {
            Value::Nothing => 1,
            Value::Scalar(scalar) => {
                *bytes += scalar.text.len();
                1
            }
            Value::List(items) => {
                1 + items.iter().map(|item| walk(item, nodes, bytes)).max().unwrap_or(0)
            }
            Value::Map(entries) => {
                let depths = entries.iter().map(|entry| {
                    *bytes += entry.key.len();
                    walk(&entry.node, nodes, bytes)
                });
                1 + depths.max().unwrap_or(0)
            }
        }
    }
    let (mut nodes, mut bytes) = (0, 0);
    let depth = walk(&node, &mut nodes, &mut bytes);
    Anchored { node, nodes, bytes, depth }
}
