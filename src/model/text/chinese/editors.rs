//! What editors explain of a key while a person types.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    // schedule files
    ("a schedule file of dingdong", "叮咚的提醒文件"),
    ("the reminders, each under its id", "所有提醒，每条写在自己的编号下面"),
    ("what the reminders of this file share", "本文件里各条提醒共用的设置"),
    (
        "who is told about mistakes and changes in this file: a person or a target",
        "文件写错或有改动时通知谁：一个人或一个目标",
    ),
    ("the headline; a template", "标题；可以用模板"),
    ("the message; a template", "正文；可以用模板"),
    (
        "the message in a file under the content folder, in place of `text`",
        "正文放在 content 文件夹下的一个文件里，代替 `text`",
    ),
    (
        "when it is sent: a phrase, a cron expression, or a list of them",
        "什么时候发：一句话、一个 cron 表达式，或它们的列表",
    ),
    (
        "the time zone by its IANA name, such as Asia/Shanghai",
        "时区的 IANA 名称，例如 Asia/Shanghai",
    ),
    ("the calendar that decides what a workday is", "按哪个日历判断工作日"),
    (
        "what to do when a date falls on a day off: keep it, skip it, or move it",
        "日期落在休息日时：照发、跳过或顺延",
    ),
    ("the first date in force", "从哪一天起生效"),
    ("the last date in force", "到哪一天为止"),
    ("dates or spans a..b on which it is not sent", "哪些日期（或区间 a..b）不发"),
    ("`false` keeps the reminder in the file and silent", "写 `false`：提醒留在文件里，但不发送"),
    (
        "who is told about mistakes and changes in this reminder: a person or a target",
        "这条提醒写错或有改动时通知谁：一个人或一个目标",
    ),
    (
        "after a time when the service was off: send the latest, all, or none of what was due",
        "服务停过之后：补发最近一次、全部补发，或都不补",
    ),
    ("how late it may still be sent, such as 2h", "最多晚多久还可以发，例如 2h"),
    (
        "how long a message may wait before it is dropped, such as 12h",
        "一条消息最多等多久，过了就不发，例如 12h",
    ),
    (
        "its place in the group's queue; `urgent` ignores quiet hours",
        "排队的先后；`urgent`（紧急）不受免打扰时段限制",
    ),
    (
        "the target it goes to, as named in dingdong.yaml, or a list of them",
        "发到哪个目标（dingdong.yaml 里的名字），可以写多个",
    ),
    (
        "whom to mention: all, people, roles, departments, or rota:NAME",
        "@ 谁：all（所有人）、人、角色、部门，或 rota:轮值名",
    ),
    ("how the message is written", "消息的格式"),
    ("links below the message", "消息下方的按钮链接"),
    (
        "files and folders the message speaks of, each under a name",
        "消息里用到的文件和文件夹，每个起一个名字",
    ),
    ("an expression; when it is false nothing is sent", "一个条件；不成立就不发"),
    (
        "what to do with a message the robot would not take: split or truncate it",
        "消息超过机器人的长度时：拆成几条，或截断",
    ),
    ("what stands on the button", "按钮上的字"),
    ("where it leads; a template", "按钮打开的网址；可以用模板"),
    ("a folder: the list of what changed in it", "文件夹：列出其中的变化"),
    ("which files of the folder, such as *.md", "文件夹里的哪些文件，例如 *.md"),
    (
        "the web address of the folder: gives each change a `url`",
        "文件夹的网址：让每项变化带上 `url`",
    ),
    (
        "`all`: at the first time everything in the folder is new",
        "写 `all`：第一次把文件夹里的全部当作新增",
    ),
    ("a table saved as CSV: a list of rows", "另存为 CSV 的表格：一行一条"),
    (
        "columns that stay text; of `http`: how the answer is read",
        "保持为文字的列；用于 `http` 时是回答的读法",
    ),
    ("a JSON file", "JSON 文件"),
    ("a YAML file", "YAML 文件"),
    ("a web address that answers with data", "返回数据的网址"),
    ("request headers; secrets by reference", "请求头；密钥只写引用"),
    ("how the answer is read", "回答的读法"),
    (
        "new entries of an RSS or Atom feed; in a later version",
        "RSS 或 Atom 的新条目；以后的版本才有",
    ),
    ("events from outside; in a later version", "外部事件；以后的版本才有"),
    (
        "`true`: when it cannot be read, its name is absent and the message goes out",
        "写 `true`：读不到时这个名字就不存在，消息照发",
    ),
    // settings
    ("the settings of dingdong", "叮咚的设置"),
    ("the groups messages go to, each under its key", "消息发到哪些群，每个写在自己的名字下面"),
    (
        "everyone who can be mentioned, each under an id; or the name of a CSV file",
        "可以被 @ 的人，每人写在自己的编号下面；或一个 CSV 文件名",
    ),
    ("names for several people", "角色：几个人合起来的名字"),
    ("who takes turns", "轮值表"),
    ("calendars of your own", "自己的日历"),
    ("who hears of trouble", "出问题时通知谁"),
    ("whom to ask; stands at the end of every alert", "有问题找谁；写在每条警报末尾"),
    ("how long the log is kept, such as 400d", "发送记录保留多久，例如 400d"),
    (
        "an address that is asked after each healthy sweep; or where it is kept",
        "每次检查正常后访问的网址；或它存放的位置",
    ),
    (
        "the proxy every request goes through; or where it is kept",
        "所有请求经过的代理；或它存放的位置",
    ),
    (
        "a file of certificates that are trusted besides the system's",
        "除系统证书外还信任的证书文件",
    ),
    (
        "what was sent, late, skipped, missed and refused in a span of days",
        "一段日子里送达、晚到、跳过、错过和被拒收的情况",
    ),
    ("where figures are served, such as 127.0.0.1:9464", "提供监控数据的地址，例如 127.0.0.1:9464"),
    ("how many messages the organisation may send in a month", "本组织每月可以发多少条消息"),
    (
        "the time zone of reminders that name none, such as Asia/Shanghai",
        "提醒没写时区时用它，例如 Asia/Shanghai",
    ),
    ("the calendar of reminders that name none, such as cn", "提醒没写日历时用它，例如 cn"),
    (
        "the language of dates, messages and this program's own words",
        "日期、消息和本程序自己说话用的语言",
    ),
    ("where the queue and the log are kept", "队列和发送记录存在哪里"),
    ("the folder of the schedule files", "提醒文件所在的文件夹"),
    (
        "the folder of files that messages are made of; or several by name",
        "消息用到的文件所在的文件夹；也可以写几个，各起一个名字",
    ),
    ("what people call the group", "大家怎么称呼这个群"),
    ("what kind of robot it is", "哪一种机器人"),
    (
        "where the robot's address is kept: env:NAME, file:PATH or credential:NAME",
        "机器人地址存在哪里：env:变量名、file:路径 或 credential:凭据名",
    ),
    (
        "where the signing secret is kept: env:NAME, file:PATH or credential:NAME",
        "加签密钥存在哪里：env:变量名、file:路径 或 credential:凭据名",
    ),
    ("words of which one must stand in every message", "每条消息必须含有其中一个的关键词"),
    (
        "when nothing but urgent messages goes out, such as 22:00..07:30",
        "免打扰时段，只发紧急消息，例如 22:00..07:30",
    ),
    ("how many messages in what time, such as 16/61s", "多长时间内最多发几条，例如 16/61s"),
    (
        "a message that may or may not have arrived: send it again, or hold it",
        "不确定是否已送达的消息：重发，或留着等人处理",
    ),
    ("another target, used when this one is out of order", "这个目标用不了时改发到哪个目标"),
    ("`true`: what waits for its turn becomes one message", "写 `true`：排队的消息合并成一条"),
    ("how many messages a day", "每天最多多少条"),
    (
        "`true`: plain http is allowed, for receivers inside the house",
        "写 `true`：允许 http（用于内网的接收方）",
    ),
    ("of the robot `webhook`: the JSON it gets", "仅 `webhook` 机器人：发给它的 JSON"),
    (
        "of the robot `webhook`: request headers, secrets by reference",
        "仅 `webhook` 机器人：请求头，密钥只写引用",
    ),
    ("of the robot `email`: the mail server", "仅 `email` 机器人：邮件服务器"),
    ("of the robot `email`: the server's port", "仅 `email` 机器人：服务器端口"),
    ("of the robot `email`: how the connection is secured", "仅 `email` 机器人：连接怎样加密"),
    ("of the robot `email`: the sender", "仅 `email` 机器人：发件人"),
    ("of the robot `email`: who gets it", "仅 `email` 机器人：收件人"),
    ("of the robot `email`: who gets a copy", "仅 `email` 机器人：抄送"),
    ("of the robot `email`: the name it logs in with", "仅 `email` 机器人：登录名"),
    (
        "of the robot `email`: where the password is kept: env:NAME, file:PATH or credential:NAME",
        "仅 `email` 机器人：密码存在哪里：env:变量名、file:路径 或 credential:凭据名",
    ),
    ("of the robot `dingtalk-app`: the app's key", "仅 `dingtalk-app` 机器人：应用的 AppKey"),
    (
        "of the robot `dingtalk-app`: where the app's secret is kept: env:NAME, file:PATH or credential:NAME",
        "仅 `dingtalk-app` 机器人：AppSecret 存在哪里：env:变量名、file:路径 或 credential:凭据名",
    ),
    ("of the robot `dingtalk-app`: the robot's code", "仅 `dingtalk-app` 机器人：机器人编码"),
    (
        "of the robot `dingtalk-app`: the group it speaks in; none for single people",
        "仅 `dingtalk-app` 机器人：在哪个群里发；单聊时不写",
    ),
    (
        "of the robot `dingtalk-app`: the target that mentions people right after",
        "仅 `dingtalk-app` 机器人：随后由哪个目标来 @ 人",
    ),
    (
        "of the robot `dingtalk-app`: how urgent messages ring",
        "仅 `dingtalk-app` 机器人：紧急消息怎样响铃",
    ),
    (
        "of the robot `dingtalk-app`: another address of the vendor's API",
        "仅 `dingtalk-app` 机器人：钉钉接口的另一个地址",
    ),
    ("`false`: nothing is sent to it", "写 `false`：不向它发送"),
    ("the display name", "姓名"),
    ("the mobile number", "手机号"),
    ("the DingTalk user id", "钉钉 userid"),
    ("the Feishu id (Open ID or User ID)", "飞书的编号（Open ID 或 User ID）"),
    ("the WeCom user id", "企业微信 userid"),
    ("the Slack member id", "Slack 成员编号"),
    ("the e-mail address", "邮箱"),
    ("days of leave: dates or spans a..b", "请假的日期或区间 a..b"),
    ("the department, with those above it, as in HQ/HR", "部门，可带上级部门，例如 总部/人事部"),
    ("who is mentioned during leave", "请假时改 @ 谁"),
    ("who takes turns, in order", "轮值的人，按顺序"),
    (
        "how long a turn is: week, 2 weeks, workday, occurrence",
        "多久轮一次：week（周）、2 weeks、workday（工作日）、occurrence（每次）",
    ),
    ("a date in the first turn", "第一个人轮值期间的任一天"),
    ("another calendar it builds on", "在哪个日历的基础上"),
    ("data that comes with the program, such as cn", "程序自带的数据，例如 cn"),
    ("the weekly days off", "每周哪几天休息"),
    ("calendar files with the holidays", "节假日的日历文件"),
    ("further days off: dates or spans a..b", "另外放假的日期或区间 a..b"),
    ("further workdays: dates or spans a..b", "另外上班的日期或区间 a..b"),
    ("what to do on days the calendar does not know yet", "日历还没公布的日子怎么办"),
    ("the target that hears of the service's own trouble", "服务自己出问题时通知哪个目标"),
    (
        "the target that hears of mistakes and changes in schedule files",
        "提醒文件写错或有改动时通知哪个目标",
    ),
    (
        "which hosts schedule files may send a secret to: env:NAME: api.example.com",
        "日程文件可以把哪个密钥发给哪些主机：env:名称: api.example.com",
    ),
];
