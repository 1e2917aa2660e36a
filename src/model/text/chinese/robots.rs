//! What robots and mail servers answer, and what to do about it.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    // what every robot's answer may mean
    ("confirmed", "已确认收到"),
    ("DingTalk", "钉钉"),
    ("Feishu", "飞书"),
    ("WeCom", "企业微信"),
    ("the receiver", "接收方"),
    ("{vendor} answered {code}", "{vendor}返回 {code}"),
    ("{vendor} answered {code}: {said}", "{vendor}返回 {code}：{said}"),
    ("{vendor} answered HTTP {status} with nothing", "{vendor}返回 HTTP {status}，没有内容"),
    (
        "{vendor} answered HTTP {status} with something unexpected: {said}",
        "{vendor}返回 HTTP {status}，内容不符合其接口文档：{said}",
    ),
    ("not asked: {reason}", "未发出请求：{reason}"),
    (
        "the message has {bytes} bytes; {vendor} takes {most}",
        "消息有 {bytes} 字节；{vendor}最多接收 {most} 字节",
    ),
    (
        "the message mentions {people} people; {vendor} takes {most}",
        "消息 @ 了 {people} 人；{vendor}最多 {most} 人",
    ),
    ("the message could not be printed: {why}", "消息无法显示：{why}"),
    ("the robot had nothing to do for this message", "这条消息没有需要机器人做的事"),
    ("an answer to a question the console does not ask", "控制台没有发出请求，却收到了答复"),
    ("the settings have no target `{target}` any more", "设置里已经没有目标 `{target}`"),
    (
        "Write the target back into the settings, or cancel this delivery.",
        "请把这个目标写回设置，或取消这条消息。",
    ),
    (
        "Mend the reference, or put the secret where it points.",
        "请改正引用，或把密钥放到引用所指的位置。",
    ),
    (
        "It is tried again with the same key; if this stays, look the code up in the vendor's documentation of this robot.",
        "会用同一编号再试；如果一直这样，请到该机器人的官方文档里查这个错误码。",
    ),
    (
        "Something between this machine and the robot seems to have answered in its place (a proxy, a firewall, a login page): look at the network there.",
        "答复似乎不是机器人发的，而是中间的代理、防火墙或登录页面：请检查这一段网络。",
    ),
    (
        "This is a mistake of the program: please report it with this code.",
        "这是程序的错误：请连同错误码一起反馈。",
    ),
    (
        "Put one of the robot's keywords into the title or the text and list them under the target's `keywords`, or secure the robot by signing instead.",
        "请在标题或正文里写上机器人的一个自定义关键词，并在目标的 `keywords` 里列出这些词；或者把机器人的安全设置改为加签。",
    ),
    (
        "Shorten the message, or have it split (`too_long: split`).",
        "请缩短消息，或让它分段发送（`too_long: split`）。",
    ),
    (
        "What waits follows when the robot may speak again: send fewer messages to this group, or use a second robot.",
        "等机器人可以再发时，排队的消息会陆续发出：请减少发往这个群的消息，或再加一个机器人。",
    ),
    (
        "This machine's clock is {seconds} s ahead of {vendor}'s: set it right (NTP).",
        "本机时钟比{vendor}快 {seconds} 秒：请校准时间（NTP）。",
    ),
    (
        "This machine's clock is {seconds} s behind {vendor}'s: set it right (NTP).",
        "本机时钟比{vendor}慢 {seconds} 秒：请校准时间（NTP）。",
    ),
    (
        "the robot `{robot}` can do nothing about what it has sent",
        "机器人 `{robot}` 对已发出的消息无能为力",
    ),
    (
        "Only `dingtalk-app` takes messages back and says who has read them.",
        "只有 `dingtalk-app` 能撤回消息、查询已读。",
    ),
    // what was pasted
    (
        "Copy the whole webhook again from the robot's page in the group's settings: https://oapi.dingtalk.com/robot/send?access_token=…",
        "请在群设置的机器人页面重新复制完整的 Webhook 地址：https://oapi.dingtalk.com/robot/send?access_token=…",
    ),
    (
        "Copy the whole webhook again from the bot's page in the group's settings: https://open.feishu.cn/open-apis/bot/v2/hook/…",
        "请在群设置的机器人页面重新复制完整的 Webhook 地址：https://open.feishu.cn/open-apis/bot/v2/hook/…",
    ),
    (
        "Copy the whole webhook again from the robot's page in the group: https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…",
        "请在群机器人的页面重新复制完整的 Webhook 地址：https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…",
    ),
    (
        "Copy the whole webhook again from the Slack app's page \"Incoming Webhooks\": https://hooks.slack.com/services/T…/B…/…",
        "请在 Slack 应用的“Incoming Webhooks”页面重新复制完整的 Webhook 地址：https://hooks.slack.com/services/T…/B…/…",
    ),
    (
        "In Teams, add the workflow \"Post to a channel when a webhook request is received\", let anyone trigger it, and copy its whole URL, the part after sig= included.",
        "请在 Teams 里添加工作流“收到 Webhook 请求时发布到频道”，允许任何人触发，并复制它的完整地址，包括 sig= 后面的部分。",
    ),
    (
        "Copy the receiver's whole address again, beginning with https://.",
        "请重新复制接收方的完整地址，以 https:// 开头。",
    ),
    (
        "Copy the receiver's secret again to where the target's `secret` refers to: the key itself, or whsec_ and its Base64.",
        "请把接收方的密钥重新复制到目标的 `secret` 所指的位置：密钥本身，或 whsec_ 加上它的 Base64。",
    ),
    (
        "Copy the secret again from the security settings of this very bot to where the target's `secret` refers to.",
        "请从这个机器人的安全设置里重新复制签名校验的密钥，放到目标的 `secret` 所指的位置。",
    ),
    (
        "Copy the secret (SEC…) again from the security settings of this very robot to where the target's `secret` refers to.",
        "请从这个机器人的安全设置里重新复制“加签”的密钥（SEC…），放到目标的 `secret` 所指的位置。",
    ),
    (
        "Copy the password again to where the target's `password` refers to; many providers want one of its own for programs.",
        "请把密码重新复制到目标的 `password` 所指的位置；许多邮箱要求为程序使用单独的授权码。",
    ),
    ("webhook", "Webhook 地址"),
    ("secret", "密钥"),
    ("password", "密码"),
    ("name to log in with", "登录名"),
    ("app key", "应用的 Client ID"),
    ("app secret", "应用的 Client Secret"),
    ("the {what} is empty", "{what}是空的"),
    ("the {what} has a space or line break at its start", "{what}开头有空格或换行"),
    ("the {what} has a space or line break at its end", "{what}末尾有空格或换行"),
    ("the {what} has a space at its start or end", "{what}开头或末尾有空格"),
    ("the {what} contains a control character", "{what}里有控制字符"),
    ("the {what} is empty, or has a character that none has", "{what}是空的，或含有不该有的字符"),
    ("there is no webhook", "没有 Webhook 地址"),
    ("the webhook does not start with https://", "Webhook 地址不是以 https:// 开头"),
    ("the webhook is only a token, not the whole URL", "Webhook 只写了 token，不是完整的地址"),
    ("the webhook is no URL: {why}", "Webhook 不是一个网址：{why}"),
    ("the webhook starts with http://, not https://", "Webhook 地址以 http:// 开头，应为 https://"),
    ("the webhook starts with something else than https://", "Webhook 地址不是以 https:// 开头"),
    ("the webhook has a user name before its host", "Webhook 地址的主机名前面有用户名"),
    (
        "the webhook belongs to a Microsoft 365 connector, which Microsoft has retired",
        "这是 Microsoft 365 连接器的 Webhook 地址，微软已停用它",
    ),
    (
        "the webhook belongs to a {vendor} robot, not to {own}'s",
        "这是{vendor}机器人的 Webhook 地址，不是{own}的",
    ),
    (
        "the webhook belongs to a {vendor} robot, which is a kind of its own",
        "这是{vendor}机器人的 Webhook 地址，与这里写的机器人不是一种",
    ),
    ("the webhook's path is not {path}", "Webhook 地址的路径不是 {path}"),
    ("the webhook has no {name}", "Webhook 地址里没有 {name}"),
    ("the webhook has more than one {name}", "Webhook 地址里有不止一个 {name}"),
    ("the webhook's {name} is empty", "Webhook 地址里的 {name} 是空的"),
    (
        "the webhook has a whole URL where its {name} should be",
        "Webhook 地址里本该是 {name} 的地方又是一个完整的网址",
    ),
    ("the webhook contains {found} as its character {n}", "Webhook 地址的第 {n} 个字符是{found}"),
    ("a space or line break", "空格或换行"),
    ("a {sign}", "符号“{sign}”"),
    ("a control character", "控制字符"),
    ("`{sign}` (U+{code}, not an ASCII character)", "“{sign}”（U+{code}，不是英文字符）"),
    (
        "the webhook is a session's, which expires within hours",
        "这是会话里的临时 Webhook 地址，几小时后就失效",
    ),
    (
        "the webhook is of the first kind, which shows plain text only",
        "这是旧版 Webhook 地址，只能显示纯文本",
    ),
    ("the webhook has no token at its end", "Webhook 地址末尾没有 token"),
    ("the webhook goes on after its token", "Webhook 地址的 token 后面还有内容"),
    ("the webhook has not three steps after /services/", "Webhook 地址的 /services/ 后面不是三段"),
    (
        "the webhook starts a workflow; it is not an incoming webhook",
        "这是触发工作流的地址，不是 Incoming Webhook",
    ),
    ("the webhook's path has no /workflows/…", "Webhook 地址的路径里没有 /workflows/…"),
    (
        "the webhook has no sig: the flow is not open to anyone, or the URL was cut",
        "Webhook 地址里没有 sig：工作流没有允许任何人触发，或地址没有复制全",
    ),
    (
        "the secret is a URL; it should be the robot's signing secret",
        "密钥是一个网址；这里应该是机器人加签的密钥",
    ),
    ("the secret contains a line break or another control character", "密钥里有换行或别的控制字符"),
    ("the secret is wrapped in quotes", "密钥两边带了引号"),
    (
        "the secret begins with {prefix} and is not Base64 behind it",
        "密钥以 {prefix} 开头，但后面不是 Base64",
    ),
    // DingTalk
    (
        "Add {ip} to the IP addresses in the robot's security settings, or secure the robot by signing instead.",
        "请在机器人的安全设置里，把 {ip} 加到“IP 地址（段）”；或者改为加签。",
    ),
    (
        "Add this machine's public IPv4 address to the robot's security settings, or secure the robot by signing instead.",
        "请在机器人的安全设置里，把本机的公网 IPv4 地址加到“IP 地址（段）”；或者改为加签。",
    ),
    (
        "The organisation's DingTalk calls of this month are used up: an admin can buy more, or wait for the next month; then resume the target.",
        "本组织当月的钉钉调用次数已用完：请管理员购买，或等到下个月；之后恢复这个目标。",
    ),
    (
        "DingTalk holds the content for improper: change its text, links and pictures.",
        "钉钉认为内容不合适：请修改文字、链接和图片。",
    ),
    (
        "DingTalk holds a link for unsafe: change or remove it.",
        "钉钉认为某个链接不安全：请修改或去掉它。",
    ),
    (
        "DingTalk holds a picture for improper: change or remove it.",
        "钉钉认为某张图片不合适：请修改或去掉它。",
    ),
    (
        "DingTalk holds the text for improper: change its wording.",
        "钉钉认为文字不合适：请改一改措辞。",
    ),
    (
        "The signature's time was not accepted, and it may be off by one hour: set this machine's clock right (NTP).",
        "加签的时间没有通过，误差不能超过一小时：请校准本机时间（NTP）。",
    ),
    (
        "Compare the robot's security settings in the group (keywords, signing, IP addresses) with this target's settings.",
        "请对照群里机器人的安全设置（自定义关键词、加签、IP 地址（段））与这个目标的设置。",
    ),
    (
        "Ask the group's owner or an admin to enable the robot again.",
        "请群主或管理员重新启用这个机器人。",
    ),
    ("Mention at most 50 people, or everyone.", "最多 @ 50 人，或 @ 所有人。"),
    (
        "The group was dissolved: choose another one, add a custom robot there and use its webhook.",
        "群已解散：请换一个群，在那里添加自定义机器人，并使用它的 Webhook 地址。",
    ),
    (
        "The robot is no longer in the group: add one in the group's settings and use its new webhook.",
        "机器人已不在群里：请在群设置里重新添加，并使用新的 Webhook 地址。",
    ),
    (
        "Nothing: it is tried again when DingTalk lifts its block.",
        "不用处理：等钉钉解除限制后会自动再试。",
    ),
    (
        "Copy the app's key and secret (Client ID and Client Secret) again from its page on open-dev.dingtalk.com to where `app_key` and `app_secret` refer to.",
        "请从 open-dev.dingtalk.com 的应用页面重新复制 Client ID 和 Client Secret，放到 `app_key` 和 `app_secret` 所指的位置。",
    ),
    (
        "Give the app the permission that the answer names (for messages: qyapi_robot_sendmsg) on its page on open-dev.dingtalk.com.",
        "请在 open-dev.dingtalk.com 的应用页面，给应用开通答复里写的权限（发消息是 qyapi_robot_sendmsg）。",
    ),
    (
        "Add this machine's public IPv4 address to the app's allowed addresses.",
        "请把本机的公网 IPv4 地址加到应用的服务器出口 IP 里。",
    ),
    (
        "Compare the target's `robot_code` and `conversation` with the app's page, and see that its robot is switched on and in this group.",
        "请对照应用页面检查目标的 `robot_code` 和 `conversation`，并确认机器人已启用、就在这个群里。",
    ),
    (
        "The group is gone, or the robot is no longer in it: add it to a group and write that group's `conversation`.",
        "群已不存在，或机器人已不在群里：请把它加到一个群，并写上那个群的 `conversation`。",
    ),
    (
        "DingTalk holds a link or the content for improper: change the text and its links.",
        "钉钉认为某个链接或内容不合适：请修改文字和链接。",
    ),
    (
        "Check the `dingtalk` user ids of these people: DingTalk knows no such member any more. `dingdong redrive` then tries them once more.",
        "请检查这些人的 `dingtalk` 用户编号：钉钉里已经没有这样的成员。改好后用 `dingdong redrive` 再发给他们。",
    ),
    (
        "DING is not to be had: the organisation's edition or its quota does not allow it. Delete the target's `ding`, or have an admin buy it.",
        "不能使用 DING：本组织的版本或额度不允许。请删掉目标的 `ding`，或由管理员购买。",
    ),
    (
        "A message to people can be taken back for a day, one to a group as long as the robot is in it.",
        "单聊消息一天之内可以撤回；群消息只要机器人还在群里就可以。",
    ),
    ("DingTalk did not take it back: {why}", "钉钉没有撤回：{why}"),
    (
        "the others have it; DingTalk held back: {people}",
        "其他人已收到；被钉钉限流、还没收到的：{people}",
    ),
    (
        "the others have it; DingTalk does not know: {people}",
        "其他人已收到；钉钉不认识的：{people}",
    ),
    ("the target does not say which app speaks", "目标没有写明由哪个应用发送"),
    ("the target `{target}` names no group", "目标 `{target}` 没有写明是哪个群"),
    (
        "Give it the `conversation` (openConversationId) of the group, or name people in the reminder: `to: {{people: [...], via: ...}}`.",
        "请给它写上群的 `conversation`（openConversationId），或在提醒里写明发给谁：`to: {{people: [...], via: ...}}`。",
    ),
    // Feishu, WeCom, Slack, Teams, webhooks
    (
        "Feishu cannot show this message: simplify its text, or write `format: text`.",
        "飞书显示不了这条消息：请简化正文，或写 `format: text`。",
    ),
    (
        "Add this machine's public IP address to the bot's security settings, or secure the bot by signing instead.",
        "请在机器人的安全设置里，把本机的公网 IP 加到 IP 白名单；或者改为签名校验。",
    ),
    (
        "This robot may write to a group only: use the webhook of a group's robot.",
        "这个机器人只能发到群里：请使用群机器人的 Webhook 地址。",
    ),
    (
        "Look the word up in Slack's documentation of incoming webhooks.",
        "请到 Slack 的 Incoming Webhooks 文档里查这个词。",
    ),
    (
        "Somebody mentioned is not in the workspace: check the ids.",
        "@ 的人里有人不在工作区：请检查编号。",
    ),
    (
        "The channel is gone or archived: choose another one and add an incoming webhook for it.",
        "频道已不存在或已归档：请换一个频道，并为它添加 Incoming Webhook。",
    ),
    (
        "The workspace does not let this app post there: ask its admin, or add a webhook for another channel.",
        "工作区不允许这个应用在那里发消息：请联系管理员，或为别的频道添加 Webhook。",
    ),
    (
        "The flow is switched off: ask its owner to switch it on in Power Automate.",
        "工作流已关闭：请它的所有者在 Power Automate 里打开。",
    ),
    (
        "The receiver does not accept who asks: compare the target's `secret` and `headers` with what the receiver expects.",
        "接收方不接受这个请求的身份：请对照接收方的要求检查目标的 `secret` 和 `headers`。",
    ),
    (
        "The receiver does not take this message: compare the target's `body` with what it expects.",
        "接收方不接受这条消息：请对照它的要求检查目标的 `body`。",
    ),
    ("The receiver has moved: write its new address.", "接收方换了地址：请写新的地址。"),
    // mail
    ("the mail server answered {status}", "邮件服务器返回 {status}"),
    ("the mail server answered {status}: {said}", "邮件服务器返回 {status}：{said}"),
    ("the others have it, but not {missed}", "其他人已收到，没收到的：{missed}"),
    ("the server offers no STARTTLS", "服务器不支持 STARTTLS"),
    ("the server offers no way to log in", "服务器不提供登录方式"),
    ("the mail has {many} receivers; {most} are sent to", "邮件有 {many} 个收件人；最多 {most} 个"),
    ("Send it to the address of a list instead.", "请改为发到邮件组的地址。"),
    ("the mail cannot be written: {why}", "邮件无法写成：{why}"),
    ("an address that is none", "有一个地址不是邮箱地址"),
    ("the target does not say how mail is sent", "目标没有写明怎样发邮件"),
    ("Give it `host`, `from` and `to`.", "请给它写上 `host`、`from` 和 `to`。"),
    ("the target `{target}` has no receivers", "目标 `{target}` 没有收件人"),
    (
        "Give it `to` with addresses, or name people in the reminder: `to: {{people: [...], via: ...}}`.",
        "请给它写上 `to` 和邮箱地址，或在提醒里写明发给谁：`to: {{people: [...], via: ...}}`。",
    ),
    (
        "Check the address for a slip of the pen: the server knows no such mailbox. When it is right again, `dingdong redrive` tries it once more.",
        "请检查地址是否写错：服务器没有这个邮箱。改好后用 `dingdong redrive` 再试一次。",
    ),
    (
        "The server does not serve this machine: compare the target's `host`, `port` and `tls` with what the provider says, and ask whether it takes mail from this network.",
        "服务器不为本机服务：请对照邮箱服务商的说明检查目标的 `host`、`port` 和 `tls`，并确认它接受来自本网络的邮件。",
    ),
    (
        "The server does not take mail from this sender: let `from` be the address that `user` may send as.",
        "服务器不接受这个发件人：`from` 应写 `user` 可以用来发信的地址。",
    ),
    (
        "The server refuses what is in this mail: its text says why. Change the text or its links, or ask whoever runs the server.",
        "服务器拒收这封邮件的内容，原因见它的答复。请修改正文或链接，或联系服务器的管理员。",
    ),
    ("The server takes no mail of this size: shorten it.", "服务器不接受这么大的邮件：请缩短。"),
    (
        "The server wants to know who sends: give the target a `user` and a `password`.",
        "服务器要求登录：请给目标写上 `user` 和 `password`。",
    ),
    (
        "Give the app the permission qyapi_get_member_by_mobile on its page on open-dev.dingtalk.com, or write the `dingtalk` user ids of these people; then `dingdong redrive`.",
        "请在 open-dev.dingtalk.com 的应用页面给应用开通 qyapi_get_member_by_mobile 权限，或写上这些人的 `dingtalk` 用户编号；然后运行 `dingdong redrive`。",
    ),
    (
        "Check the mobiles of these people, or write their `dingtalk` user ids: no member of the organisation has such a number. `dingdong redrive` then tries them once more.",
        "请检查这些人的手机号，或写上他们的 `dingtalk` 用户编号：本组织没有成员用这个号码。改好后用 `dingdong redrive` 再发给他们。",
    ),
    ("looking people up by their mobiles took too long", "按手机号查找成员花的时间太长"),
    (
        "the others have it; nobody there has the mobile of {people}",
        "其他人已收到；钉钉里没有人用这些人的手机号：{people}",
    ),
    ("nobody there has the mobile of {people}", "钉钉里没有人用这些人的手机号：{people}"),
];
