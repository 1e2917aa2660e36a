//! What is refused before a template is parsed.
//!
//! The engine's parser recurses once per operator, bracket and tag that chains or nests, without
//! a bound that holds on a small stack; its tokenizer does not recurse. So the tokens are counted
//! first, and only what stays within bounds is parsed.

use minijinja::{
    machinery::{Span, Token, tokenize},
    syntax::SyntaxConfig,
};

use super::{Kind, explain, place::Source};
use crate::model::{diagnostic::Diagnostic, text::text};

/// Operators, brackets and tags that may chain or nest at any point.
pub(super) const MOST: usize = 100;

/// Tags that reach for other templates or change what is written; a template stands alone.
const FORBIDDEN: [&str; 6] = ["include", "import", "from", "extends", "block", "autoescape"];

/// Checks a template's size, tags and depth.
///
/// # Errors
/// The first thing that is too much, or that cannot be read at all.
pub(super) fn check(source: &Source, kind: Kind) -> Result<(), Diagnostic> {
    if source.text.len() > source.limit {
        return Err(Diagnostic::error(
            source.at(&(0..0)),
            "template-too-long",
            text!(
                "the template has {bytes} bytes; the limit is {limit}",
                bytes = source.text.len(),
                limit = source.limit,
            ),
        )
        .help(text!(
            "put a longer text in a file under the content folder and name it with `file:`"
        )));
    }
    let expression = kind == Kind::Expression;
    let mut depth = Depth::default();
    if expression {
        depth.chains.push(0);
    }
    for token in tokenize(source.text, expression, SyntaxConfig::default()) {
        let (token, span) = token.map_err(|error| explain(&error, source))?;
        if let Some(tag) = depth.take(&token).filter(|tag| FORBIDDEN.contains(tag)) {
            return Err(forbidden(source, span, tag));
        }
        if depth.measure() > MOST {
            return Err(too_deep(source.at(&range(span))));
        }
    }
    Ok(())
}

/// A span of the engine as a range of bytes.
pub(super) fn range(span: Span) -> std::ops::Range<usize> {
    span.start_offset as usize..span.end_offset as usize
}

/// The finding for a template that chains or nests too much.
pub(super) fn too_deep(place: crate::model::diagnostic::Place) -> Diagnostic {
    Diagnostic::error(
        place,
        "template-too-deep",
        text!("the template chains or nests more than {most} operators or tags here", most = MOST,),
    )
    .help(text!("break it up with `{{% set name = … %}}`"))
}

fn forbidden(source: &Source, span: Span, tag: &str) -> Diagnostic {
    Diagnostic::error(
        source.at(&range(span)),
        "template-tag",
        text!("`{{% {tag} %}}` is not available: a template stands alone", tag = tag),
    )
    .help(text!("write the text itself here"))
}

/// What is open at a point of the token stream.
#[derive(Default)]
struct Depth {
    /// Open tags; each counts 1, and 1 more for each `elif`.
    tags: Vec<usize>,
    /// Open brackets of the current tag, outermost first; each counts the operators chained in it
    /// since its last comma.
    chains: Vec<usize>,
    /// What the current tag is, once its first word is read.
    tag: Tag,
}

/// Which kind of tag the tokens are in.
#[derive(Default, PartialEq)]
enum Tag {
    /// None, or `{{ … }}`.
    #[default]
    Expression,
    /// `{%`, its first word not read yet.
    Unnamed,
    /// A named one.
    Named,
    /// `{% set …`, no `=` read yet: if none follows, an `endset` will.
    Set,
}

impl Depth {
    fn measure(&self) -> usize {
        self.tags.iter().chain(&self.chains).sum()
    }

    /// Takes one token; returns a tag's name when the token is that.
    fn take<'a>(&mut self, token: &Token<'a>) -> Option<&'a str> {
        match token {
            Token::VariableStart | Token::BlockStart => {
                self.chains = vec![0];
                let block = matches!(token, Token::BlockStart);
                self.tag = if block { Tag::Unnamed } else { Tag::Expression };
            }
            Token::Ident(name) if self.tag == Tag::Unnamed => {
                self.open(name);
                return Some(name);
            }
            Token::BlockEnd | Token::VariableEnd => {
                if self.tag == Tag::Set {
                    self.tags.push(1);
                }
                self.chains.clear();
                self.tag = Tag::Expression;
            }
            Token::ParenOpen | Token::BracketOpen | Token::BraceOpen => {
                self.chain();
                self.chains.push(0);
            }
            Token::ParenClose | Token::BracketClose | Token::BraceClose
                if self.chains.len() > 1 =>
            {
                self.chains.pop();
            }
            Token::Comma | Token::Colon | Token::Assign => {
                if let Some(chain) = self.chains.last_mut() {
                    *chain = 0;
                }
                if self.tag == Tag::Set && matches!(token, Token::Assign) {
                    self.tag = Tag::Named;
                }
            }
            token if operator(token) => self.chain(),
            _ => {}
        }
        None
    }

    fn chain(&mut self) {
        if let Some(chain) = self.chains.last_mut() {
            *chain += 1;
        }
    }

    fn open(&mut self, name: &str) {
        self.tag = if name == "set" { Tag::Set } else { Tag::Named };
        match name {
            "for" | "if" | "with" | "filter" | "macro" | "call" => self.tags.push(1),
            "elif" => {
                if let Some(tag) = self.tags.last_mut() {
                    *tag += 1;
                }
            }
            _ if name.starts_with("end") => {
                self.tags.pop();
            }
            _ => {}
        }
    }
}

/// Whether a token chains or nests an expression.
fn operator(token: &Token) -> bool {
    matches!(
        token,
        Token::Plus
            | Token::Minus
            | Token::Mul
            | Token::Div
            | Token::FloorDiv
            | Token::Pow
            | Token::Mod
            | Token::Dot
            | Token::Tilde
            | Token::Pipe
            | Token::Eq
            | Token::Ne
            | Token::Gt
            | Token::Gte
            | Token::Lt
            | Token::Lte
            | Token::Ident("and" | "or" | "not" | "in" | "is" | "if" | "else")
    )
}

#[cfg(test)]
mod tests {
    use super::{super::tests::source, *};

    fn code(text: &str) -> Option<&'static str> {
        check(&source(text), Kind::Template).err().map(|found| found.code)
    }

    #[test]
    fn a_hundred_chained_or_nested_pass_and_one_more_does_not() {
        let chain = |n: usize| format!("{{{{ 1{} }}}}", "+1".repeat(n));
        let tags = |n: usize| "{% if 1 %}".repeat(n) + &"{% endif %}".repeat(n);
        let elifs = |n: usize| format!("{{% if 1 %}}{}{{% endif %}}", "{% elif 1 %}".repeat(n));
        let sets = |n: usize| "{% set x %}".repeat(n) + &"{% endset %}".repeat(n);
        let lists = |n: usize| format!("{{{{ {}{} }}}}", "[".repeat(n), "]".repeat(n));
        let calls = |n: usize| format!("{{{{ a{} }}}}", "()".repeat(n));
        for (name, make) in [
            ("operators", &chain as &dyn Fn(usize) -> String),
            ("tags", &tags),
            ("sets", &sets),
            ("brackets", &lists),
            ("calls", &calls),
        ] {
            assert_eq!(code(&make(100)), None, "{name}");
            assert_eq!(code(&make(101)), Some("template-too-deep"), "{name}");
        }
        assert_eq!(code(&elifs(99)), None);
        assert_eq!(code(&elifs(100)), Some("template-too-deep"));
        assert_eq!(code(&format!("{{{{ {} }}}}", "-".repeat(6000))), Some("template-too-deep"));
    }

    #[test]
    fn an_expression_alone_is_counted_too() {
        let expression = |text: &str| check(&source(text), Kind::Expression).err().map(|f| f.code);
        assert_eq!(expression(&format!("1{}", "+1".repeat(100))), None);
        assert_eq!(expression(&format!("1{}", "+1".repeat(101))), Some("template-too-deep"));
        assert_eq!(expression(&"-".repeat(6000)), Some("template-too-deep"));
        assert_eq!(expression(&"(".repeat(6000)), Some("template-too-deep"));
    }

    #[test]
    fn what_stands_side_by_side_is_not_counted_together() {
        assert_eq!(code(&"{{ a.b | upper }}{% set x = -1 %}".repeat(500)), None);
        assert_eq!(code(&format!("{{{{ [{}] }}}}", "-1, ".repeat(500))), None);
        assert_eq!(code(&format!("{{{{ {{{}}} }}}}", "\"a\": 1 + 1, ".repeat(500))), None);
        assert_eq!(code(&"{% if a %}{% endif %}{% set x %}{% endset %}".repeat(300)), None);
    }

    #[test]
    fn a_template_cannot_reach_for_another() {
        for tag in FORBIDDEN {
            assert_eq!(code(&format!("{{%- {tag} \"x\" %}}")), Some("template-tag"), "{tag}");
        }
        assert_eq!(code("{% raw %}{% include 'x' %}{% endraw %}"), None);
    }

    #[test]
    fn a_template_over_its_size_is_refused() {
        assert_eq!(code(&"a".repeat(32 * 1024)), None);
        assert_eq!(code(&"a".repeat(32 * 1024 + 1)), Some("template-too-long"));
    }
}
