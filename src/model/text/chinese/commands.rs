//! What commands say when they cannot do what they are asked.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    ("warning: {what}", "警告：{what}"),
    ("the program cannot start its threads: {why}", "程序无法启动线程：{why}"),
    ("there is no calendar `{name}`", "没有日历 `{name}`"),
    (
        "there is no calendar `{name}`; did you mean `{near}`?",
        "没有日历 `{name}`；是不是想写 `{near}`？",
    ),
    ("there is no calendar `{name}`; there are: {names}", "没有日历 `{name}`；现有：{names}"),
    ("the input cannot be read: {why}", "无法读取输入：{why}"),
    ("there is no state `{word}`; see --help", "没有状态“{word}”；见 --help"),
    ("`{text}`: {why}", "“{text}”：{why}"),
    (
        "{id} fires when {folders} changes, which has no time",
        "{id} 在 {folders} 有变化时发送，没有固定时间",
    ),
    (
        "`{word}` is no rule for days off; write keep, skip, previous, next or next-in-month",
        "“{word}”不是休息日的处理方式；请写 keep、skip、previous、next 或 next-in-month",
    ),
    (
        "a folder changes when it changes: that has no coming occurrences",
        "文件夹什么时候变化说不准：没有可以列出的时间",
    ),
    (
        "put it into a reminder's `when`; `dingdong explain` shows how it is understood",
        "把它写进提醒的 `when`；`dingdong explain` 会显示怎样理解它",
    ),
    (
        "counted from {date}; --starting DATE says otherwise",
        "从 {date} 数起；要改就写 --starting 日期",
    ),
    ("the settings are wrong; see `dingdong check`", "设置有错误；见 `dingdong check`"),
    (
        "there is no dingdong.yaml: {zone}, calendar {calendar}",
        "没有 dingdong.yaml：按 {zone}、日历 {calendar}",
    ),
    ("nothing is to come; the calendar is empty", "没有要发的提醒，日历是空的"),
    ("{id} has no data called `{name}`", "{id} 没有名为 `{name}` 的数据"),
    (
        "{id} has no data called `{name}`; did you mean `{near}`?",
        "{id} 没有名为 `{name}` 的数据；是不是想写 `{near}`？",
    ),
    (
        "`{text}` is not a day; write it like 2026-11-24, or today or yesterday",
        "“{text}”不是日期；请写成 2026-11-24，或 today（今天）、yesterday（昨天）",
    ),
    (
        "`{text}` is not a month; write it like 2026-11, or this or last",
        "“{text}”不是月份；请写成 2026-11，或 this（本月）、last（上月）",
    ),
    ("that is beyond what calendars reach", "超出了日历的范围"),
    ("signals cannot be heard: {why}", "无法接收系统信号：{why}"),
    ("the store's folder cannot be written: {why}", "数据文件所在的文件夹无法写入：{why}"),
    ("{file}: {bytes} bytes, opened again and good", "{file}：{bytes} 字节，已重新打开，完好"),
    (
        "write an IANA name such as Asia/Shanghai or Europe/Lisbon",
        "写 IANA 名称，例如 Asia/Shanghai 或 Europe/Lisbon",
    ),
    // the store
    (
        "there is no store at {path} yet; the service creates it when it first runs",
        "还没有数据文件 {path}；服务第一次运行时会创建",
    ),
    (
        "the store {path} cannot be created or opened: {why}",
        "数据文件 {path} 无法创建或打开：{why}",
    ),
    ("the store {path} cannot be opened: {why}", "数据文件 {path} 无法打开：{why}"),
    (
        "the store {path} is read-only: make the file and its folder writable for this user",
        "数据文件 {path} 是只读的：请让当前用户可以写这个文件和它的文件夹",
    ),
    (
        "the store {path} belongs to the user {user}; run the command as that user",
        "数据文件 {path} 属于用户 {user}；请以那个用户的身份运行命令",
    ),
    (
        "the disk that holds the store {path} is full: free some space",
        "存放数据文件 {path} 的磁盘满了：请腾出空间",
    ),
    (
        "{path} is not a dingdong store, or it is damaged: move it away, or restore it from a backup",
        "{path} 不是叮咚的数据文件，或已损坏：请移走它，或从备份恢复",
    ),
    (
        "the store {path} is locked by another process and did not become free within {seconds} s",
        "数据文件 {path} 被另一个程序占用，等了 {seconds} 秒也没有释放",
    ),
    (
        "the store {path} was written by a newer dingdong (store version {found}, this program knows {known}): install the newer program again, or restore the backup made before it",
        "数据文件 {path} 是更新版本的叮咚写的（数据版本 {found}，本程序只认识 {known}）：请重新安装新版程序，或恢复升级前的备份",
    ),
    (
        "the store {path} was written by an older dingdong (store version {found}, this program needs {needed}); the service brings it up to date when it starts",
        "数据文件 {path} 是旧版本的叮咚写的（数据版本 {found}，本程序需要 {needed}）；服务启动时会自动升级",
    ),
    ("the store is held by another process: {why}", "数据文件被另一个程序占用：{why}"),
    ("the disk that holds the store is full", "存放数据的磁盘满了"),
    (
        "the disk that holds the store fails: {why}; is there a quota, is the disk in order?",
        "存放数据的磁盘出错：{why}；是不是有配额限制，磁盘是否正常？",
    ),
    ("the store is read-only", "数据文件是只读的"),
    ("the store is damaged: {why}", "数据文件已损坏：{why}"),
    ("the store failed: {why}", "数据文件出错：{why}"),
    ("{path} exists already: name a file that does not", "{path} 已经存在：请换一个不存在的文件名"),
    ("the backup {path} cannot be written: {why}", "备份 {path} 无法写入：{why}"),
    (
        "{path} is not a path this program can write to: use plain letters",
        "本程序写不了 {path} 这个路径：请用普通字符",
    ),
    ("the store could not be copied to {path}: {why}", "数据无法复制到 {path}：{why}"),
    ("the backup was written and is not good: {why}", "备份写好了，但有问题：{why}"),
    (
        "a dingdong service is already running on the store {store}",
        "数据文件 {store} 上已经有一个叮咚服务在运行",
    ),
    ("the lock file {path} cannot be used: {why}", "锁文件 {path} 无法使用：{why}"),
    ("{text} is not an instant", "{text} 不是时间"),
    ("`{word}` is not an origin", "`{word}` 不是来源"),
    ("`{word}` is not a state", "`{word}` 不是状态"),
    ("{number} is not a count", "{number} 不是次数"),
    ("{number} is not a priority", "{number} 不是优先级"),
    ("`{word}` is not what can be paused", "`{word}` 不是可以暂停的对象"),
    ("the message of {id}: {why}", "{id} 的消息：{why}"),
    ("{file} cannot be read: {why}", "无法读取 {file}：{why}"),
];
