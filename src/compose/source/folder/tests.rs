//! A folder that changes, and what a target that hears of it now and then is told.

use std::{
    fs::{self, File},
    path::PathBuf,
    sync::atomic::AtomicBool,
    time::{Duration, SystemTime},
};

use super::*;
use crate::{
    compose::content::ContentRoots,
    model::{reminder::ReminderId, target::TargetId, text::Text},
};

/// A folder `policies` in a content folder, and what one target was told of it.
struct Office {
    dir: tempfile::TempDir,
    folder: Folder,
    memo: Memo,
    cursor: Option<Cursor>,
    texts: HashMap<String, String>,
    settle: Duration,
}

fn system(at: Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(at.as_second().unsigned_abs())
}

/// When the looks are made.
const NOW: &str = "2026-11-24T01:00:00Z";

impl Office {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("content/policies")).unwrap();
        let folder =
            Folder { path: "policies/".into(), patterns: Vec::new(), link: None, first_all: false };
        let (memo, settle) = (Memo::default(), Duration::from_secs(10));
        let office = Self { dir, folder, memo, cursor: None, texts: HashMap::new(), settle };
        office.age("", 3600);
        office
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join("content/policies").join(name)
    }

    /// Writes a file that was changed an hour before the look.
    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        self.age(name, 3600);
        self.age_folders(name);
    }

    fn remove(&self, name: &str) {
        fs::remove_file(self.path(name)).unwrap();
        self.age_folders(name);
    }

    fn rename(&self, from: &str, to: &str) {
        fs::rename(self.path(from), self.path(to)).unwrap();
        self.age_folders(from);
        self.age_folders(to);
    }

    fn age_folders(&self, name: &str) {
        let mut name = name;
        while let Some((folder, _)) = name.rsplit_once('/') {
            self.age(folder, 3600);
            name = folder;
        }
        self.age("", 3600);
    }

    /// Sets when a file or folder was changed: so many seconds before the look.
    fn age(&self, name: &str, seconds: u64) {
        let now: Timestamp = NOW.parse().unwrap();
        let at = system(now) - Duration::from_secs(seconds);
        File::open(self.path(name)).unwrap().set_modified(at).unwrap();
    }

    fn look(&self) -> Result<Listing, Diagnostic> {
        let content = ContentRoots::new([(String::new(), self.dir.path().join("content"))].into());
        let known = known_hashes(&self.cursor);
        let stop = AtomicBool::new(false);
        let looking = Looking {
            now: NOW.parse().unwrap(),
            settle: self.settle,
            known: &known,
            memo: &self.memo,
            stop: &stop,
            outside: false,
        };
        Listing::look(&content, &self.folder, &Place::default(), &looking)
    }

    /// What the target is told; it then counts as told.
    fn hear(&mut self) -> Vec<String> {
        let news = self.news().unwrap();
        let told = news.changes.iter().map(said).collect();
        if let Some(step) = news.step {
            self.take(step);
        }
        told
    }

    fn news(&self) -> Result<News, Diagnostic> {
        let listing = self.look()?;
        let id = CursorId {
            reminder: ReminderId::new("news"),
            source: "changes".into(),
            target: TargetId::new("hr"),
        };
        let telling = Telling {
            folder: &self.folder,
            place: &Place::default(),
            language: Language::Chinese,
            zone: &TimeZone::UTC,
        };
        let wanted = listing.wanted(self.cursor.as_ref());
        let texts = self.texts.iter().filter(|(hash, _)| wanted.contains(hash));
        let texts = texts.map(|(hash, text)| (hash.clone(), text.clone())).collect();
        listing.news(&id, self.cursor.as_ref(), &texts, &telling)
    }

    /// What the store does with a step.
    fn take(&mut self, step: CursorMove) {
        assert_eq!(step.from, self.cursor.as_ref().map(|cursor| cursor.version));
        let old = self.cursor.take().filter(|cursor| cursor.mark == step.mark);
        let mut files = old.map(|cursor| cursor.files).unwrap_or_default();
        for (path, file) in step.files {
            match file {
                Some(file) => files.insert(path, file),
                None => files.remove(&path),
            };
        }
        let version = step.from.unwrap_or(0) + 1;
        self.cursor = Some(Cursor { id: step.id, version, mark: step.mark, files });
        self.texts.extend(step.texts.into_iter().map(|(hash, text)| (hash, text.to_string())));
    }
}

/// A change as one line: `updated a.md 标题: summary`.
fn said(change: &Value) -> String {
    let get = |name: &str| change.get_attr(name).unwrap().to_string();
    let line = format!("{} {} {}: {}", get("change"), get("path"), get("title"), get("summary"));
    line.trim_end_matches([':', ' ']).to_owned()
}

#[test]
fn the_first_look_tells_nothing_and_each_change_is_told_once() {
    let mut office = Office::new();
    office.write("考勤.md", "# 考勤制度\n\n迟到三次扣奖金。\n");
    office.write("合同/模板.pdf", b"%PDF-1");
    assert_eq!(office.hear(), [""; 0]);
    assert_eq!(office.hear(), [""; 0]);
    office.write("考勤.md", "# 考勤制度\n\n迟到五次扣奖金。\n");
    office.write("报销.md", "---\ntitle: 报销办法\nversion: 2\n---\n凭票报销。\n");
    office.write("合同/模板.pdf", b"%PDF-2");
    assert_eq!(
        office.hear(),
        [
            "updated 合同/模板.pdf 模板: 内容有更新",
            "added 报销.md 报销办法: 凭票报销。",
            "updated 考勤.md 考勤制度: 考勤制度：「迟到三次扣奖金。」 → 「迟到五次扣奖金。」",
        ]
    );
    assert_eq!(office.hear(), [""; 0]);
    office.remove("报销.md");
    assert_eq!(office.hear(), ["removed 报销.md 报销办法"]);
    assert_eq!(office.hear(), [""; 0]);
}

#[test]
fn first_all_tells_what_is_there() {
    let mut office = Office::new();
    office.folder.first_all = true;
    office.write("a.md", "一");
    assert_eq!(office.hear(), ["added a.md a: 一"]);
    assert_eq!(office.hear(), [""; 0]);
}

#[test]
fn a_step_is_made_only_of_what_was_told() {
    let mut office = Office::new();
    office.hear();
    office.write("a.md", "一");
    let step = office.news().unwrap().step.unwrap();
    assert_eq!(step.files.len(), 1);
    // Not taken, as when the message was not written: it is told again.
    assert_eq!(office.hear(), ["added a.md a: 一"]);
}

#[test]
fn a_renamed_file_is_one_change() {
    let mut office = Office::new();
    office.write("旧.md", "# 制度\n内容");
    office.write("twin1.md", "same");
    office.write("twin2.md", "same");
    office.hear();
    office.rename("旧.md", "新.md");
    assert_eq!(office.hear(), ["updated 新.md 制度: 原名 旧.md"]);
    // Which twin became which cannot be said.
    office.rename("twin1.md", "twin3.md");
    office.rename("twin2.md", "twin4.md");
    assert_eq!(office.hear().len(), 4);
}

#[test]
fn editors_at_work_are_left_alone() {
    let mut office = Office::new();
    office.write("a.md", "一");
    office.hear();
    for name in ["~$a.docx", ".a.md.swp", "a.md~", ".DS_Store", ".git/HEAD"] {
        office.write(name, "x");
    }
    assert_eq!(office.hear(), [""; 0]);
    // Saved just now: perhaps not whole yet.
    office.write("a.md", "二");
    office.write("b.md", "新");
    office.age("a.md", 5);
    office.age("b.md", 5);
    assert_eq!(office.hear(), [""; 0]);
    // Gone just now: perhaps an editor puts the new one in its place.
    office.age("a.md", 3600);
    fs::remove_file(office.path("b.md")).unwrap();
    fs::rename(office.path("a.md"), office.path(".a.md.new")).unwrap();
    office.age("", 5);
    assert_eq!(office.hear(), [""; 0]);
    fs::rename(office.path(".a.md.new"), office.path("a.md")).unwrap();
    assert_eq!(
        office.hear(),
        ["updated a.md a: 「一」 → 「二」".replace("「一」 → 「二」", "新增「二」；删除「一」")]
    );
    // A clock ahead of ours must not silence a file for ever.
    office.write("c.md", "三");
    let ahead = system(NOW.parse().unwrap()) + Duration::from_secs(60);
    File::open(office.path("c.md")).unwrap().set_modified(ahead).unwrap();
    assert_eq!(office.hear(), ["added c.md c: 三"]);
    office.settle = Duration::ZERO;
    office.write("d.md", "四");
    office.age("d.md", 0);
    assert_eq!(office.hear(), ["added d.md d: 四"], "a person who asks is told at once");
}

#[test]
fn a_folder_that_vanished_is_no_news() {
    let mut office = Office::new();
    for name in ["a.md", "b.md", "c.md"] {
        office.write(name, name);
    }
    office.hear();
    for name in ["a.md", "b.md", "c.md"] {
        office.remove(name);
    }
    assert_eq!(office.news().unwrap_err().code, "folder-empty");
    fs::remove_dir(office.path("")).unwrap();
    assert_eq!(office.news().unwrap_err().code, "content-missing");
    fs::create_dir(office.path("")).unwrap();
    office.write("d.md", "d");
    assert_eq!(office.hear().len(), 4, "three are gone, one is new");
}

#[test]
fn patterns_choose_and_a_change_of_them_begins_anew() {
    let mut office = Office::new();
    office.folder.patterns = vec!["*.md".into()];
    office.write("a.md", "一");
    office.hear();
    office.write("b.txt", "二");
    assert_eq!(office.hear(), [""; 0]);
    office.folder.patterns.push("*.txt".into());
    assert_eq!(office.hear(), [""; 0], "what the new pattern finds is not new");
    office.write("c.txt", "三");
    office.remove("a.md");
    assert_eq!(office.hear(), ["removed a.md a", "added c.txt c: 三"]);
}

#[cfg(unix)]
#[test]
fn links_lead_nowhere_else() {
    use std::os::unix::fs::symlink;
    let mut office = Office::new();
    fs::write(office.dir.path().join("secret.md"), "secret").unwrap();
    fs::write(office.dir.path().join("content/inside.md"), "inside").unwrap();
    office.hear();
    symlink(office.dir.path().join("secret.md"), office.path("out.md")).unwrap();
    symlink(office.dir.path(), office.path("up")).unwrap();
    symlink("nothing", office.path("dangling.md")).unwrap();
    symlink(office.path(""), office.path("loop")).unwrap();
    symlink(office.dir.path().join("content/inside.md"), office.path("in.md")).unwrap();
    office.age("", 3600);
    assert_eq!(office.hear(), ["added in.md in: inside"]);
    let notes = Text::several(office.look().unwrap().notes().to_vec()).to_string();
    for word in ["out.md is a link that leads out", "up is a link", "dangling.md", "loop is a link"]
    {
        assert!(notes.contains(word), "{notes}");
    }
}

#[test]
fn word_documents_are_read() {
    use crate::compose::source::docx::tests::{document, paragraph};
    let mut office = Office::new();
    office.write("手册.docx", document(&paragraph("年假为 5 天")));
    office.hear();
    office.write("手册.docx", document(&paragraph("年假为 10 天")));
    assert_eq!(office.hear(), ["updated 手册.docx 手册: 「年假为 5 天」 → 「年假为 10 天」"]);
    office.write("手册.docx", "half a document");
    assert_eq!(office.hear(), ["updated 手册.docx 手册: 内容有更新"]);
}

#[test]
fn a_text_that_is_kept_already_is_not_kept_again() {
    let mut office = Office::new();
    office.write("a.md", "一");
    office.hear();
    let listing = office.look().unwrap();
    let hash = &office.cursor.as_ref().unwrap().files["a.md"].hash;
    assert!(listing.files["a.md"].text.is_none() && listing.files["a.md"].known.hash == *hash);
}

#[test]
fn ten_thousand_files_are_told_like_one() {
    let mut office = Office::new();
    for n in 0..10_000 {
        fs::write(office.path(&format!("{n}.md")), format!("# {n}\ntext")).unwrap();
        office.age(&format!("{n}.md"), 3600);
    }
    office.age("", 3600);
    assert_eq!(office.hear().len(), 0);
    office.write("5000.md", "# 5000\nnew text");
    office.remove("7.md");
    assert_eq!(office.hear().len(), 2);
    for n in 10_000..20_002 {
        fs::write(office.path(&format!("{n}.md")), "").unwrap();
    }
    assert_eq!(office.news().unwrap_err().code, "folder-too-large");
}

#[test]
fn a_look_can_be_ended() {
    let office = Office::new();
    office.write("a.md", "一");
    let content = ContentRoots::new([(String::new(), office.dir.path().join("content"))].into());
    let (known, memo, stop) = (KnownHashes::new(), Memo::default(), AtomicBool::new(true));
    let looking = Looking {
        now: NOW.parse().unwrap(),
        settle: Duration::ZERO,
        known: &known,
        memo: &memo,
        stop: &stop,
        outside: false,
    };
    let found = Listing::look(&content, &office.folder, &Place::default(), &looking);
    assert_eq!(found.unwrap_err().code, "folder-slow");
}
