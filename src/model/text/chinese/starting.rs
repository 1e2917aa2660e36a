//! What `init` and `new` say.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    ("there is a {path} already; nothing was written", "已经有 {path} 了；没有写入任何文件"),
    ("`dingdong new` adds a reminder to it", "用 `dingdong new` 可以在里面新建提醒"),
    ("Next:", "接下来："),
    ("says whether everything is right", "检查写得对不对"),
    ("shows what a reminder looks like", "看看一条提醒发出去的样子"),
    (
        "the service; the first message comes within a minute (Ctrl-C ends it)",
        "启动服务；一分钟内就有第一条消息（按 Ctrl-C 结束）",
    ),
    // new
    (
        "To use one: dingdong new NAME --template policy-reminder --to TARGET",
        "用法：dingdong new 提醒名 --template policy-reminder --to 目标",
    ),
    (
        "there is no dingdong.yaml here, so there are no targets",
        "这里没有 dingdong.yaml，所以还没有可以发送的目标",
    ),
    ("begin with `dingdong init`", "先运行 `dingdong init`"),
    (
        "it speaks of a rota `{rota}` that is not in dingdong.yaml yet; add: rotas: {{ {rota}: {{ members: [zhangsan, lisi], from: {today} }} }}",
        "它用到的轮值表 `{rota}` 还没有写在 dingdong.yaml 里；请加上：rotas: {{ {rota}: {{ members: [zhangsan, lisi], from: {today} }} }}",
    ),
    ("there is no template `{name}`", "没有叫 `{name}` 的模板"),
    ("`dingdong new --list` shows the templates", "`dingdong new --list` 列出所有模板"),
    ("there is a reminder `{id}` already ({place})", "已经有叫“{id}”的提醒了（{place}）"),
    ("choose another name", "换一个名字"),
    (
        "written: {path} (sample data; put your own there)",
        "已写入：{path}（示例数据，请换成自己的）",
    ),
    ("left as it is: {path}", "已有，未改动：{path}"),
    ("shows what it looks like", "看看发出去的样子"),
    ("shows when it is sent", "看看什么时候发"),
    ("every workday: a reminder to look at the policies", "每个工作日：提醒看最新政策"),
    ("every Friday: what changed in the folder of policies", "每周五：政策文件夹里改了什么"),
    ("Friday afternoon: please hand in the weekly report", "周五下午：提醒交周报"),
    ("every workday: what a table says is running low", "每个工作日：库存表里快用完的物品"),
    ("every Monday: who is on duty this week, with a mention", "每周一：本周谁值日，并 @ 这个人"),
    ("every Monday: contracts that end within 60 days", "每周一：60 天内到期的合同"),
    ("the 10th of the month, or the workday before: pay-day", "每月 10 日（休息则提前）：发薪日"),
    ("Fridays and the end of the month: fill in your timesheet", "每周五和月末：填报工时"),
];
