//! What `rehearse` shows.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    ("`{text}` is no date and no instant", "“{text}”既不是日期，也不是时刻"),
    (
        "write 2026-12-01, 2026-12-01T09:00 or 2026-12-01T09:00:00+08:00",
        "写成 2026-12-01、2026-12-01T09:00 或 2026-12-01T09:00:00+08:00",
    ),
    ("the span ends before it begins", "结束早于开始"),
    ("the span is longer than {days} days", "时间跨度超过 {days} 天"),
    ("{path} cannot be written: {why}", "无法写入 {path}：{why}"),
    (
        "{messages} messages; {skipped} occurrences send nothing, {failed} fail",
        "共 {messages} 条消息；{skipped} 次不发，{failed} 次出错",
    ),
    (
        "only the first {most} occurrences are shown; ask for a shorter span",
        "只显示前 {most} 次；请缩短时间跨度",
    ),
    ("  fails", "  出错，发不出去"),
    ("  nothing is sent: {why}", "  不发：{why}"),
    // the page
    ("this fails: {why}", "出错，发不出去：{why}"),
    ("nothing is sent: {why}", "不发：{why}"),
    ("Rehearsal: what will be sent", "发送预演"),
    ("Nothing is sent in this time.", "这段时间没有要发的消息。"),
    ("messages", "条消息"),
    ("groups", "个群"),
    ("reminders", "条提醒"),
    ("times nothing is sent", "次不发"),
    ("{count} further occurrences are not on this page.", "另有 {count} 次没有列在本页。"),
    (
        "A message that was shown before is folded; a tap opens it.",
        "前面出现过的相同消息已折叠，点一下即可展开。",
    ),
    (
        "Files and folders are read as they are today; nothing was sent.",
        "文件和文件夹按今天的内容读取；什么都没有发出去。",
    ),
    ("Made by dingdong on {at}.", "由 dingdong 于 {at} 生成。"),
    // reasons
    ("its condition does not hold", "条件不成立"),
    ("its target is disabled", "目标已停用"),
];
