//! What is said about the way to robots: the network, and secrets.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    // the network
    ("the address", "这个地址"),
    ("{what} ({detail})", "{what}（{detail}）"),
    ("{host} is not an https address", "{host} 不是 https 地址"),
    (
        "{host} cannot be reached: the connection could not be set up",
        "连不上 {host}：连接建立不起来",
    ),
    ("{host} could not be found: the name lookup failed", "找不到 {host}：域名解析失败"),
    ("{host} could not be reached", "连不上 {host}"),
    ("{host} could not be trusted: the TLS handshake failed", "{host} 不可信：TLS 握手失败"),
    ("{host} did not answer in time", "{host} 没有及时答复"),
    ("{host} closed the connection without an answer", "{host} 没有答复就关闭了连接"),
    ("{host} broke off in the middle of its answer", "{host} 的答复中途断了"),
    ("{host} sent an answer that is too long", "{host} 的答复太长"),
    ("{host} sends whoever asks elsewhere", "{host} 要求转到别的地址"),
    ("over {max} bytes", "超过 {max} 字节"),
    ("in a circle", "转来转去没有结果"),
    ("to {place}", "转到 {place}"),
    ("without saying where to", "没有说转到哪里"),
    ("the file of `ca` holds no certificate", "`ca` 指定的文件里没有证书"),
    ("the certificates {path} cannot be read: {why}", "无法读取证书 {path}：{why}"),
    ("Write the whole URL, beginning with https://.", "请写以 https:// 开头的完整地址。"),
    (
        "Look at `proxy` and `ca` in the settings, and whether the system has root certificates (ca-certificates).",
        "请检查设置里的 `proxy` 和 `ca`，以及系统有没有根证书（ca-certificates）。",
    ),
    ("Check this machine's network and name server.", "请检查本机的网络和域名服务器。"),
    (
        "Check this machine's network, firewall and proxy (HTTPS_PROXY).",
        "请检查本机的网络、防火墙和代理（HTTPS_PROXY）。",
    ),
    (
        "Check this machine's clock and root certificates; the certificate of a proxy that inspects TLS has to be installed among them.",
        "请检查本机的时间和根证书；如果中间的代理会检查 TLS，它的证书也要装进去。",
    ),
    // secrets
    (
        "the environment variable {name} is not set; under systemd put it in the unit's EnvironmentFile or use LoadCredential",
        "环境变量 {name} 没有设置；用 systemd 时，请写进单元的 EnvironmentFile，或使用 LoadCredential",
    ),
    (
        "there is no credential {name}: $CREDENTIALS_DIRECTORY is not set; it is under systemd, with LoadCredential={name}:PATH in the unit",
        "没有凭据 {name}：$CREDENTIALS_DIRECTORY 没有设置；用 systemd 时，请在单元里写 LoadCredential={name}:路径",
    ),
    ("{reference} cannot be read from {path}: {why}", "无法从 {path} 读取 {reference}：{why}"),
    ("{reference} leads to {path}, which is not a file", "{reference} 指向 {path}，而它不是文件"),
    ("{name} is empty", "{name} 是空的"),
    ("{name} is not UTF-8 text", "{name} 不是 UTF-8 文本"),
    (
        "{name} holds several lines; it must hold the value alone",
        "{name} 里有好几行；应该只有密钥本身",
    ),
    (
        "{name} is longer than 64 KiB; it must hold the value alone",
        "{name} 超过 64 KiB；应该只有密钥本身",
    ),
];
