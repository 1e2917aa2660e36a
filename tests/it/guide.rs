//! The guide for HR staff: its commands run in the order in which they stand there, and every line of
//! output it shows is a line the program prints.

use std::{fs, path::Path};

use dingdong::{
    http::Response,
    model::{receipt::Verdict, target::RobotKind},
    send,
};

use super::support::workplace::{Ran, Workplace};

/// A fenced block: its kind, and what stands in it.
struct Block {
    kind: String,
    lines: Vec<String>,
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for line in text.lines().map(str::trim) {
        match line.strip_prefix("```") {
            Some(_) if open => open = false,
            Some(kind) => {
                open = true;
                blocks.push(Block { kind: kind.to_owned(), lines: Vec::new() });
            }
            None if open => blocks.last_mut().unwrap().lines.push(line.to_owned()),
            None => {}
        }
    }
    blocks
}

/// A command's words; what stands in double quotes is one.
fn words(line: &str) -> Vec<String> {
    let pieces = line.split('"').enumerate();
    let words = pieces.flat_map(|(at, piece)| match at % 2 {
        0 => piece.split_whitespace().map(str::to_owned).collect(),
        _ => vec![piece.to_owned()],
    });
    words.collect()
}

#[test]
fn what_the_guide_shows_is_what_happens() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/zh/hr.md");
    let text = fs::read_to_string(path).unwrap();
    let office = Workplace::empty().variable("LANG", "zh_CN.UTF-8");
    let (mut ran, mut commands, mut shown): (Option<Ran>, usize, usize) = (None, 0, 0);
    let blocks = blocks(&text);
    for (at, block) in blocks.iter().enumerate() {
        match block.kind.as_str() {
            "sh" => {
                for line in &block.lines {
                    let words = words(line.strip_prefix("dingdong ").expect(line));
                    let words: Vec<&str> = words.iter().map(String::as_str).collect();
                    let done = office.run(&words);
                    let next = blocks.get(at + 1).map(|next| next.lines.concat());
                    let fails = next.is_some_and(|next| next.contains("错误"));
                    let said = format!("{line}\n{}{}", done.out, done.err);
                    assert_eq!(done.code, Some(if fails { 3 } else { 0 }), "{said}");
                    ran = Some(done);
                    commands += 1;
                }
            }
            "text" => {
                let ran = ran.as_ref().unwrap();
                let said = format!("{}{}", ran.out, ran.err);
                for line in &block.lines {
                    assert!(said.contains(line.as_str()), "not said: {line}\n{said}");
                    shown += 1;
                }
            }
            "yaml" => {
                let name = block.lines[0].strip_prefix("# schedules/");
                if let Some(name) = name {
                    // The lines were trimmed; the file as it stands in the guide is needed.
                    let whole = text.split("```yaml\n").find(|part| {
                        part.starts_with(&format!("# schedules/{name}\n"))
                            && part.contains(block.lines[3].as_str())
                    });
                    let whole = whole.unwrap().split("```").next().unwrap();
                    office.write(&format!("schedules/{name}"), whole);
                }
            }
            other => panic!("a block of the kind `{other}`"),
        }
    }
    assert!(commands >= 10 && shown >= 30, "{commands} commands, {shown} lines");
}

/// What the guide says of a refusal is what the robot's dialect makes of it.
#[test]
fn the_refusals_in_the_guide_are_known_by_their_code_and_words() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/zh/hr.md");
    let text = fs::read_to_string(path).unwrap();
    let (_, table) = text.split_once("| 钉钉的回答 | 原因 | 怎么办 |\n").unwrap();
    let rows = table.lines().skip(1).take_while(|line| line.starts_with('|'));
    let mut advice = Vec::new();
    for row in rows {
        let answer = row.trim_start_matches("| ").split(" |").next().unwrap();
        let (code, said) = answer.split_once(' ').unwrap_or((answer, ""));
        let body = serde_json::json!({ "errcode": code.parse::<i64>().unwrap(), "errmsg": said });
        let body = body.to_string().into_bytes();
        let response = Response { status: 200, body, ..Response::default() };
        let now = "2026-11-24T01:00:00Z".parse().unwrap();
        let receipt = send::robot(RobotKind::Dingtalk).verdict(&Ok(response), now);
        assert_ne!(receipt.verdict, Verdict::Unknown, "{row}");
        advice.push(receipt.help.unwrap_or_else(|| panic!("nothing is advised: {row}")));
    }
    let rows = advice.len();
    advice.sort();
    advice.dedup();
    assert!(rows >= 6 && advice.len() == rows, "each refusal has its own advice: {advice:#?}");
}
