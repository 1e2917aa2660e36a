//! What `doctor` says.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    ("all is well", "一切正常"),
    ("nothing is broken; warnings: {warnings}", "没有故障；警告 {warnings} 个"),
    ("errors: {errors}, warnings: {warnings}", "错误 {errors} 个，警告 {warnings} 个"),
    ("the store {path} is not there yet; it can be made", "数据文件 {path} 还不存在，可以创建"),
    ("the store {path} cannot be made here", "数据文件 {path} 无法在这里创建"),
    (
        "give the user of the service a folder it can write, and name it under `store:`",
        "给运行服务的用户一个可写的文件夹，并写在 `store:` 里",
    ),
    ("the service runs", "服务正在运行"),
    ("the service does not run", "服务没有运行"),
    (
        "nothing is sent by itself until it does: systemctl start dingdong",
        "服务运行之前不会自动发送：systemctl start dingdong",
    ),
    ("the store {path} can be written", "数据文件 {path} 可以写入"),
    ("{mib} MiB are free where the store is", "数据所在磁盘剩余 {mib} MiB"),
    ("make room, or shorten `log_keep`", "清理磁盘，或缩短 `log_keep`"),
    ("time zone data {version}", "时区数据 {version}"),
    (
        "upgrade the system's tzdata package, then restart the service",
        "升级系统的 tzdata 软件包，然后重启服务",
    ),
    ("calendar {calendar} is known until {last}", "日历 {calendar} 的数据到 {last}"),
    (
        "bring in next year's days: dingdong calendar import FILE --into {calendar}",
        "导入明年的放假安排：dingdong calendar import 文件 --into {calendar}",
    ),
    ("{name} is not the address of a proxy", "{name} 不是代理服务器的地址"),
    ("the certificates {path} are trusted too", "同时信任证书 {path}"),
    ("{path} holds no certificate", "{path} 里没有证书"),
    (
        "it has to hold PEM: -----BEGIN CERTIFICATE-----",
        "内容应为 PEM 格式：-----BEGIN CERTIFICATE-----",
    ),
    ("{path} cannot be read: {why}", "{path} 无法读取：{why}"),
    (
        "requests go through the proxy {host}:{port} ({name})",
        "请求经过代理 {host}:{port}（{name}）",
    ),
    ("nobody is told when something goes wrong", "出了问题没有人会收到通知"),
    (
        "name a target in the settings: alerts: {{ to: ops-group, editors: hr-group }}",
        "在设置文件里写明通知谁：alerts: {{ to: ops-group, editors: hr-group }}",
    ),
    ("alerts go to this target, which is disabled", "告警发到这个目标，而它已停用"),
    ("alerts go here; another robot stands in", "告警发到这里；另有机器人可以代替"),
    (
        "alerts go through this robot alone: of its own trouble nobody hears",
        "告警只经过这一个机器人：它自己出问题时没有人会知道",
    ),
    (
        "give it a `fallback`, or name other `editors` under `alerts`, or set a `heartbeat`",
        "给它写上 `fallback`，或在 `alerts` 里写另一个 `editors`，或设置 `heartbeat`",
    ),
    ("disabled", "已停用"),
    ("its secrets can be read", "密钥可以读取"),
    ("the robot is suspended since {since}: {reason}", "机器人自 {since} 起停用：{reason}"),
    (
        "mend it, try it with `dingdong doctor --send`, then `dingdong resume --target {target}`",
        "改好后用 `dingdong doctor --send` 试一试，再运行 `dingdong resume --target {target}`",
    ),
    (
        "only the service sees its credentials; look as it does: systemctl start dingdong-doctor; journalctl -u dingdong-doctor -o cat",
        "凭据只有服务才能看到；请以服务的身份检查：systemctl start dingdong-doctor; journalctl -u dingdong-doctor -o cat",
    ),
    (
        "put the secret where the settings say, or mend the reference",
        "把密钥放到设置里写的位置，或改正引用",
    ),
    ("{host} answers", "{host} 有应答"),
    ("the clock agrees with that of {host}", "时钟与 {host} 一致"),
    ("this machine's clock is {off} behind that of {host}", "本机时钟比 {host} 慢 {off}"),
    ("this machine's clock is {off} ahead of that of {host}", "本机时钟比 {host} 快 {off}"),
    (
        "set it by the network: timedatectl set-ntp true; reminders come at the wrong time, and signed requests are refused",
        "请用网络校时：timedatectl set-ntp true；否则提醒的时间不对，加签的请求会被拒绝",
    ),
    ("the unit {path} runs the service as root", "单元 {path} 以 root 身份运行服务"),
    (
        "write User=dingdong into it, as in the shipped systemd/dingdong.service",
        "写上 User=dingdong，参照随附的 systemd/dingdong.service",
    ),
    ("the unit {path} is as hardened as the shipped one", "单元 {path} 的权限限制与随附的一样严格"),
    (
        "the unit {path} allows more than it needs to; it lacks {lacking}",
        "单元 {path} 给的权限过多；缺少 {lacking}",
    ),
    (
        "copy these lines from systemd/dingdong.service, then systemctl daemon-reload",
        "从 systemd/dingdong.service 抄来这些行，然后运行 systemctl daemon-reload",
    ),
    ("the unit hands over no credential {name}", "单元没有提供凭据 {name}"),
    (
        "write LoadCredential={name}:/etc/dingdong/secrets/{name} into dingdong.service and dingdong-doctor.service",
        "在 dingdong.service 和 dingdong-doctor.service 里写上 LoadCredential={name}:/etc/dingdong/secrets/{name}",
    ),
    ("this process may do no more than it needs to", "本进程没有多余的权限"),
    ("this process may do more than it needs to: {lacking}", "本进程的权限过多：{lacking}"),
    ("post a test message to {targets}?", "向 {targets} 发送测试消息？"),
    ("nothing was posted", "没有发送"),
    ("dingdong doctor: a test message", "dingdong doctor 测试消息"),
    (
        "It was posted at {time} to see whether this robot works. Nobody needs to do anything.",
        "发送于 {time}，用来检查机器人是否正常。大家不用理会。",
    ),
    ("the message could not be made", "消息没能生成"),
    ("it took the test message; its queue still waits", "它收下了测试消息；排队的消息仍在等候"),
    ("dingdong resume --target {target}", "运行 dingdong resume --target {target}"),
    ("the store cannot be written", "数据文件无法写入"),
    ("the test messages could not be sent", "测试消息没能发送"),
    (
        "it took the repeat with the same key: the group should show one message",
        "它收下了同一编号的重复消息：群里应该只有一条",
    ),
    (
        "it takes no idempotency key: the group should show two messages",
        "它不认消息编号：群里应该有两条",
    ),
    (
        "look into the group; where two are shown, a crash at the wrong moment can repeat a message: `after_crash: hold` on the target prevents that",
        "请看群里；如果有两条，服务在不巧的时刻崩溃可能让消息重复：在目标上写 `after_crash: hold` 可以避免",
    ),
    ("it took the test message", "它收下了测试消息"),
    ("the test message was not taken: {reason}{code}", "测试消息没有被收下：{reason}{code}"),
    ("how many test messages does {target} show now?", "{target} 里现在有几条测试消息？"),
    (
        "one message: this robot drops a repeat with the same key",
        "只有一条：这个机器人会丢弃同一编号的重复消息",
    ),
    ("this robot shows a repeat with the same key", "这个机器人会显示同一编号的重复消息"),
    (
        "{asked} of {all} people without an id of the robot's own were looked up by their mobiles, and found",
        "没有机器人编号的 {all} 人中，按手机号查了 {asked} 人，都查到了",
    ),
    ("nobody there has the mobile of {names}", "组织里没有人用这些人的手机号：{names}"),
    (
        "check these mobiles, or write the people's `dingtalk` user ids",
        "请核对手机号，或写上这些人的 `dingtalk` 用户编号",
    ),
    ("people cannot be looked up by their mobiles: {reason}", "不能按手机号查人：{reason}"),
];
