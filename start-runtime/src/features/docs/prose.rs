//! The Markdown of a document, as trees of elements for the docs page.
//!
//! Descriptions are CommonMark (OpenAPI 3.1, section 4.4), with tables. The page builds elements from the trees, never
//! from HTML, so that nothing in a text can become a script, whatever a doc comment contains: HTML in it is shown as
//! text, an image is a link, and a link leads to `http`, `https`, `mailto` or a relative address.
//!
//! # Trees
//! A text is a string. An element is an array of its name, what it needs, and its content: `["em", "so"]`,
//! `["a", "/there", "text"]`, `["ol", 3, …]`, `["pre", "code"]`. `h` is a heading of any level.

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TextMergeStream};
use serde_json::{Map, Value, json};

/// Elements that are nested deeper are taken apart.
const DEEPEST: usize = 32;

/// Returns a tree for each description of a document that is more than plain paragraphs, by its text.
pub fn trees(document: &Value) -> Map<String, Value> {
    let mut trees = Map::new();
    collect(document, &mut trees);
    trees
}

fn collect(value: &Value, trees: &mut Map<String, Value>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                if name == "description"
                    && let Some(text) = value.as_str()
                    && !trees.contains_key(text)
                {
                    let tree = tree(text);
                    if !is_plain(&tree, text) {
                        trees.insert(text.to_owned(), tree.into());
                    }
                }
                collect(value, trees);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, trees)),
        _ => {}
    }
}

/// Whether a text consists of paragraphs and nothing else: the page shows it without a tree.
fn is_plain(tree: &[Value], text: &str) -> bool {
    let paragraph = |node: &Value| match node.as_array().map(Vec::as_slice) {
        Some([name, content]) if name == "p" => content.as_str().map(str::to_owned),
        _ => None,
    };
    let paragraphs: Option<Vec<String>> = tree.iter().map(paragraph).collect();
    paragraphs.is_some_and(|paragraphs| paragraphs.join("\n\n") == text.trim())
}

/// The elements of a text.
fn tree(text: &str) -> Vec<Value> {
    let mut builder = Builder::default();
    for event in TextMergeStream::new(Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH)) {
        match event {
            Event::Start(tag) => builder.open(&tag),
            Event::End(_) => builder.close(),
            Event::Text(text) if builder.is_verbatim() => builder.text(&text),
            Event::Text(text) => builder.linked(&text),
            Event::Html(text) | Event::InlineHtml(text) => builder.text(&text),
            Event::Code(text) => builder.push(json!(["code", &*text])),
            Event::SoftBreak => builder.text("\n"),
            Event::HardBreak => builder.push(json!(["br"])),
            Event::Rule => builder.push(json!(["hr"])),
            // Extensions that are not enabled.
            _ => {}
        }
    }
    builder.done
}

#[derive(Default)]
struct Builder {
    /// The elements that are open, with their content so far.
    open: Vec<Element>,
    done: Vec<Value>,
}

struct Element {
    /// `None` for an element that is taken apart: its content takes its place.
    name: Option<&'static str>,
    /// Its content, behind what it needs.
    content: Vec<Value>,
    needs: usize,
}

impl Builder {
    fn open(&mut self, tag: &Tag<'_>) {
        let is_in = |name| self.open.iter().any(|element| element.name == Some(name));
        let (name, need) = match tag {
            Tag::Paragraph | Tag::HtmlBlock => (Some("p"), None),
            Tag::Heading { .. } => (Some("h"), None),
            Tag::BlockQuote(_) => (Some("blockquote"), None),
            Tag::CodeBlock(_) => (Some("pre"), None),
            Tag::List(None) => (Some("ul"), None),
            Tag::List(Some(start)) => (Some("ol"), Some(json!(start))),
            Tag::Item => (Some("li"), None),
            Tag::Emphasis => (Some("em"), None),
            Tag::Strong => (Some("strong"), None),
            Tag::Strikethrough => (Some("del"), None),
            // The page loads nothing from elsewhere, and a link has no other link in it.
            Tag::Link { link_type: LinkType::Email, dest_url, .. } => {
                (Some("a"), Some(json!(format!("mailto:{dest_url}"))))
            }
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } if is_safe(dest_url) && !is_in("a") => {
                (Some("a"), Some(json!(&**dest_url)))
            }
            Tag::Table(_) => (Some("table"), None),
            Tag::TableHead => (Some("head"), None),
            Tag::TableRow => (Some("tr"), None),
            Tag::TableCell => (Some(if is_in("head") { "th" } else { "td" }), None),
            _ => (None, None),
        };
        let name = name.filter(|_| self.open.len() < DEEPEST);
        let content: Vec<Value> = need.filter(|_| name.is_some()).into_iter().collect();
        self.open.push(Element { name, needs: content.len(), content });
    }

    fn close(&mut self) {
        let Some(Element { name, content, .. }) = self.open.pop() else { return };
        let Some(name) = name else {
            content.into_iter().for_each(|node| self.push(node));
            return;
        };
        let content = match name {
            // The line break at its end is none of the code.
            "pre" => {
                let code: String = content.iter().filter_map(Value::as_str).collect();
                vec![json!(code.strip_suffix('\n').unwrap_or(&code))]
            }
            _ => content,
        };
        let name = if name == "head" { "tr" } else { name };
        self.push([json!(name)].into_iter().chain(content).collect());
    }

    fn push(&mut self, node: Value) {
        let (content, needs) = match self.open.last_mut() {
            Some(element) => (&mut element.content, element.needs),
            None => (&mut self.done, 0),
        };
        match (content[needs..].last_mut(), &node) {
            (Some(Value::String(last)), Value::String(text)) => last.push_str(text),
            _ => content.push(node),
        }
    }

    fn text(&mut self, text: &str) {
        self.push(text.into());
    }

    /// Whether addresses in the text are no links here.
    fn is_verbatim(&self) -> bool {
        self.open.iter().any(|element| matches!(element.name, Some("a" | "pre")))
    }

    /// A text in which web addresses are links, as GitHub's Markdown has it.
    fn linked(&mut self, text: &str) {
        let mut rest = text;
        while let Some((before, address, after)) = next_address(rest) {
            if !before.is_empty() {
                self.text(before);
            }
            self.push(json!(["a", address, address]));
            rest = after;
        }
        if !rest.is_empty() {
            self.text(rest);
        }
    }
}

/// The first web address in a text, with what stands around it.
fn next_address(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let begin = from + text[from..].find("http")?;
        let rest = &text[begin..];
        let is_inside = text[..begin].ends_with(|char: char| char.is_alphanumeric());
        let scheme = ["https://", "http://"].into_iter().find(|scheme| rest.starts_with(scheme));
        if let (false, Some(scheme)) = (is_inside, scheme) {
            let end = rest.find(|char: char| char.is_whitespace() || "<>()\"".contains(char)).unwrap_or(rest.len());
            let length = rest[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_', '~', '|']).len();
            if length > scheme.len() {
                return Some((&text[..begin], &rest[..length], &rest[length..]));
            }
        }
        from = begin + "http".len();
    }
}

/// Whether a link may lead there: to the web, to a mailbox, or to a place on the same server.
fn is_safe(address: &str) -> bool {
    // Browsers ignore control characters and spaces in a scheme.
    if address.chars().any(|char| char.is_control() || char == '\\') {
        return false;
    }
    let address = address.trim();
    match address.find([':', '/', '?', '#']) {
        Some(at) if address[at..].starts_with(':') => {
            ["http", "https", "mailto"].iter().any(|scheme| address[..at].eq_ignore_ascii_case(scheme))
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree as HTML, to be compared with CommonMark's own examples.
    fn html(nodes: &[Value]) -> String {
        let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
        let element = |node: &[Value]| {
            let name = node[0].as_str().unwrap();
            match (name, &node[1..]) {
                ("a", [href, content @ ..]) => {
                    format!("<a href=\"{}\">{}</a>", escaped(href.as_str().unwrap()), html(content))
                }
                ("ol", [start, content @ ..]) => format!("<ol start={start}>{}</ol>", html(content)),
                ("br" | "hr", []) => format!("<{name}>"),
                (_, content) => format!("<{name}>{}</{name}>", html(content)),
            }
        };
        let each = |node: &Value| match node {
            Value::String(text) => escaped(text),
            Value::Array(node) => element(node),
            other => panic!("{other}"),
        };
        nodes.iter().map(each).collect()
    }

    fn assert_all(cases: &[(&str, &str)]) {
        for (text, expected) in cases {
            assert_eq!(html(&tree(text)), *expected, "{text:?}");
        }
    }

    #[test]
    fn descriptions_are_common_mark() {
        assert_all(&[
            ("*it* _it_ **b** __b__", "<p><em>it</em> <em>it</em> <strong>b</strong> <strong>b</strong></p>"),
            ("***both*** and **a *b* c**", "<p><em><strong>both</strong></em> and <strong>a <em>b</em> c</strong></p>"),
            ("snake_case_name and 2 * 3 * 4", "<p>snake_case_name and 2 * 3 * 4</p>"),
            ("\\*no\\* \\_no\\_ \\# \\a", "<p>*no* _no_ # \\a</p>"),
            ("&amp; &lt;b&gt; &copy; &#65; &nothing;", "<p>&amp; &lt;b> © A &amp;nothing;</p>"),
            ("`a` ``b ` c`` ` d `", "<p><code>a</code> <code>b ` c</code> <code>d</code></p>"),
            ("`*a* &amp; <b>`", "<p><code>*a* &amp;amp; &lt;b></code></p>"),
            ("a  \nb\\\nc\nd", "<p>a<br>b<br>c\nd</p>"),
            ("a\n\n\nb", "<p>a</p><p>b</p>"),
            ("# One\n\nTwo\n---\n\nThree ##", "<h>One</h><h>Two</h><p>Three ##</p>"),
            ("a\n\n---\n\n***", "<p>a</p><hr><hr>"),
            (
                "- a\n- b\n  - c\n    1. d\n- e",
                "<ul><li>a</li><li>b<ul><li>c<ol start=1><li>d</li></ol></li></ul></li><li>e</li></ul>",
            ),
            ("3. a\n4. b", "<ol start=3><li>a</li><li>b</li></ol>"),
            ("1) a\n2) b", "<ol start=1><li>a</li><li>b</li></ol>"),
            ("- a\n\n- b\n\n  c", "<ul><li><p>a</p></li><li><p>b</p><p>c</p></li></ul>"),
            ("- a\nlazy\n- b", "<ul><li>a\nlazy</li><li>b</li></ul>"),
            ("* a\n+ b", "<ul><li>a</li></ul><ul><li>b</li></ul>"),
            ("text\n- a", "<p>text</p><ul><li>a</li></ul>"),
            ("in 1968\n2001. was", "<p>in 1968\n2001. was</p>"),
            ("> a\n> - b\n>\n> c\n\nd", "<blockquote><p>a</p><ul><li>b</li></ul><p>c</p></blockquote><p>d</p>"),
            ("    let a = 1;\n\n    let b;", "<pre>let a = 1;\n\nlet b;</pre>"),
            ("```rust\nfn a() {}\n\n<b>\n```\nb", "<pre>fn a() {}\n\n&lt;b></pre><p>b</p>"),
            ("~~~\na\n```\n~~~", "<pre>a\n```</pre>"),
            ("- a\n\n  ```\n  b\n  ```", "<ul><li><p>a</p><pre>b</pre></li></ul>"),
            (
                "[a](/b) [c](/d \"title\") [e](<f g>)",
                "<p><a href=\"/b\">a</a> <a href=\"/d\">c</a> <a href=\"f g\">e</a></p>",
            ),
            (
                "[a][x], [x] and [X][]\n\n[x]: https://a.example 'T'",
                "<p><a href=\"https://a.example\">a</a>, <a href=\"https://a.example\">x</a> and <a href=\"https://a.example\">X</a></p>",
            ),
            ("[not one], [`Type`]", "<p>[not one], [<code>Type</code>]</p>"),
            ("[*a* `b`](/c)", "<p><a href=\"/c\"><em>a</em> <code>b</code></a></p>"),
            (
                "<https://a.example/b_c_d> <me@a.example>",
                "<p><a href=\"https://a.example/b_c_d\">https://a.example/b_c_d</a> <a href=\"mailto:me@a.example\">me@a.example</a></p>",
            ),
            (
                "| a | b |\n|---|:-:|\n| 1 | `2` |",
                "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td><code>2</code></td></tr></table>",
            ),
            ("a | b\n\n~~old~~", "<p>a | b</p><p><del>old</del></p>"),
            ("a\r\n\r\n* b\r\n* c", "<p>a</p><ul><li>b</li><li>c</li></ul>"),
            ("", ""),
            ("  \n\n", ""),
        ]);
    }

    #[test]
    fn web_addresses_are_links_without_brackets() {
        assert_all(&[
            (
                "see https://a.example/b_c_d?e=f.",
                "<p>see <a href=\"https://a.example/b_c_d?e=f\">https://a.example/b_c_d?e=f</a>.</p>",
            ),
            ("(http://a.example), xhttp://b", "<p>(<a href=\"http://a.example\">http://a.example</a>), xhttp://b</p>"),
            ("https:// http", "<p>https:// http</p>"),
            ("`https://a.example`", "<p><code>https://a.example</code></p>"),
            ("[https://a.example](/b)", "<p><a href=\"/b\">https://a.example</a></p>"),
        ]);
    }

    #[test]
    fn nothing_in_a_text_runs_or_loads() {
        assert_all(&[
            ("a <b onclick=\"x()\">c</b>", "<p>a &lt;b onclick=&quot;x()&quot;>c&lt;/b></p>"),
            ("<script>alert(1)</script>", "<p>&lt;script>alert(1)&lt;/script></p>"),
            ("<div>\n*a*\n</div>", "<p>&lt;div>\n*a*\n&lt;/div></p>"),
            ("<!-- a --> b", "<p>&lt;!-- a --> b</p>"),
            ("[a](javascript:alert(1))", "<p>a</p>"),
            ("[a](JavaScript:alert%281%29)", "<p>a</p>"),
            ("[a](java&#x73;cript:b)", "<p>a</p>"),
            ("[a](java&#9;script:b)", "<p>a</p>"),
            ("[a](&#1;javascript:b)", "<p>a</p>"),
            ("[a]( javascript:b )", "<p>a</p>"),
            ("[a][x]\n\n[x]: vbscript:b", "<p>a</p>"),
            ("<javascript:alert(1)>", "<p>javascript:alert(1)</p>"),
            ("[a](data:text/html,b)", "<p>a</p>"),
            ("[a](file:///etc/passwd)", "<p>a</p>"),
            ("[a](blob:b)", "<p>a</p>"),
            (
                "[a](/b:c) [d](?e:f) [g](#h:i) [j](k/l:m)",
                "<p><a href=\"/b:c\">a</a> <a href=\"?e:f\">d</a> <a href=\"#h:i\">g</a> <a href=\"k/l:m\">j</a></p>",
            ),
            ("[a](MAILTO:b@c.example)", "<p><a href=\"MAILTO:b@c.example\">a</a></p>"),
            ("![alt *b*](https://a.example/i.png)", "<p><a href=\"https://a.example/i.png\">alt <em>b</em></a></p>"),
            ("![alt](javascript:b)", "<p>alt</p>"),
            ("[![alt](/i.png)](/a)", "<p><a href=\"/a\">alt</a></p>"),
        ]);
    }

    #[test]
    fn a_text_of_plain_paragraphs_needs_no_tree() {
        let plain = ["", "One.", "One.\nTwo.", "One.\n\nTwo: 2 * 3, a_b.", " One. \n"];
        let marked =
            ["`a`", "*a*", "- a", "a  \nb", "a\n b", "a\n\n\nb", "&amp;", "\\*", "# a", "    a", "https://a.example"];
        let document = json!({
            "info": { "description": plain[1] },
            "tags": plain.iter().chain(&marked).map(|text| json!({ "description": text })).collect::<Vec<_>>(),
            "paths": { "/a": { "get": { "summary": "*summary*", "description": "*a*" } } },
            "properties": { "description": { "description": "**b**" } },
        });
        let before = document.to_string();
        let mut found: Vec<String> = trees(&document).keys().cloned().collect();
        found.sort_unstable();
        let mut expected = [&marked[..], &["**b**"]].concat();
        expected.sort_unstable();
        assert_eq!(found, expected);
        assert_eq!(document.to_string(), before, "the document keeps its text");
    }

    #[test]
    fn a_text_of_any_depth_is_a_tree_of_some_depth() {
        fn depth(node: &Value) -> usize {
            node.as_array().map_or(0, |nodes| 1 + nodes.iter().map(depth).max().unwrap_or(0))
        }
        for text in [">".repeat(10_000) + " a", "- ".repeat(10_000) + "a", "[".repeat(10_000), "*a **b ".repeat(10_000)]
        {
            let tree = tree(&text);
            assert!(tree.iter().map(depth).max().unwrap_or(0) <= DEEPEST + 1);
        }
    }
}
