//! What `init` and `new` say.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    ("there is a {path} already; nothing was written", "已经有 {path} 了；没有写入任何文件"),
    ("help: `dingdong new` adds a reminder to it", "帮助：用 `dingdong new` 可以在里面新建提醒"),
    ("{folder} cannot be written: {why}", "无法写入 {folder}：{why}"),
    ("Next:", "接下来："),
    ("says whether everything is right", "检查写得对不对"),
    ("shows what a reminder looks like", "看看一条提醒发出去的样子"),
    (
        "the service; the first message comes within a minute (Ctrl-C ends it)",
        "启动服务；一分钟内就有第一条消息（按 Ctrl-C 结束）",
    ),
];
