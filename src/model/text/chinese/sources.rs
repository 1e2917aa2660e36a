//! What is said about data sources.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "`text` names columns, and this answer is not read as CSV",
        "`text` 写的是列名，而这里的内容不按 CSV 读取",
    ),
    ("add `format: csv`, or delete it", "加上 `format: csv`，或删掉这一行"),
    ("an answer cannot be read as `{format}`", "不能按 `{format}` 读取"),
    (
        "write the whole address, such as https://api.example.com/sales.json",
        "写完整的地址，例如 https://api.example.com/sales.json",
    ),
    ("an address has no spaces in it and is not that long", "地址里不能有空格，也没有这么长"),
    ("`{text}` is not an address", "`{text}` 不是一个网址"),
    (
        "this address holds a key (`{door}`), where anyone can read it",
        "这个地址里写着密钥（`{door}`），谁都能看到",
    ),
    (
        "send the key in a header, or keep the whole address in the environment and write `http: env:NAME`",
        "把密钥放进请求头，或把整个地址存到环境变量里，写成 `http: env:NAME`",
    ),
    (
        "plain http is for this machine only: anyone on the way could read it",
        "http 只能用于本机：路上的人都能看到内容",
    ),
    ("write https://", "请写 https://"),
    ("an address begins with https://", "地址以 https:// 开头"),
    (
        "keep it in the environment and write `{name}: env:NAME` (or file:PATH, credential:NAME)",
        "把它存到环境变量里，写成 `{name}: env:NAME`（或 file:PATH、credential:NAME）",
    ),
    (
        "`{name}` stands here itself, where anyone can read it",
        "`{name}` 直接写在了这里，谁都能看到",
    ),
    ("a header has a value of one line", "请求头的值是一行英文字符"),
    ("write it, or delete the header", "写上它，或删掉这个请求头"),
    ("this is a reference without a proper name", "这个引用没有写对名字"),
    (
        "write env:NAME, file:PATH or credential:NAME, in lower case and without spaces",
        "写成 env:NAME、file:PATH 或 credential:NAME，前缀小写，不留空格",
    ),
    ("`{name}` cannot be asked for: {why}", "`{name}` 无法获取：{why}"),
    (
        "the service has the secret where it runs; to try this out elsewhere give sample data with --data or --set",
        "密钥在服务运行的地方；要在别处试，请用 --data 或 --set 给出示例数据",
    ),
    ("{host} answered {status}", "{host} 回答 {status}"),
    (
        "{host} answered in a compressed form that was not asked for",
        "{host} 的回答被压缩了，而我们没有要求压缩",
    ),
    ("ask whoever runs it to answer plainly", "请管理它的人关闭压缩"),
    ("the answer of {host} does not say what it is", "{host} 的回答没有说明是什么格式"),
    ("add `format:` with json, csv, yaml or text", "加上 `format:`，写 json、csv、yaml 或 text"),
    ("{host} answered with a web page, not with data", "{host} 回答的是一个网页，不是数据"),
    (
        "does it want a key in `headers`, or is it the address of the page beside the data?",
        "是不是要在 `headers` 里带上密钥，或者写成了数据旁边那个网页的地址？",
    ),
    (
        "the answer of {host} cannot be read (line {line}): {why}",
        "{host} 的回答读不懂（第 {line} 行）：{why}",
    ),
    ("write the whole address, beginning with https://", "写以 https:// 开头的完整地址"),
    (
        "write the address it leads to, if that is the right one; a key is never sent to another host than the one written",
        "如果它指向的地址是对的，就直接写那个地址；密钥只会发给写明的主机",
    ),
    ("at most {most} MiB are read: ask for fewer rows", "最多读取 {most} MiB：请减少数据量"),
    (
        "is its certificate valid, and its authority known to this machine?",
        "它的证书有效吗？本机信任签发它的机构吗？",
    ),
    ("is the address right, and can this machine reach it?", "地址写对了吗？本机能连上它吗？"),
    ("is it under load, or does it want another address?", "它是不是太忙，或者应该用别的地址？"),
    (
        "is the key in its `headers` the right one, and still valid?",
        "`headers` 里的密钥对吗？过期了吗？",
    ),
    ("is the address right?", "地址写对了吗？"),
    (
        "it is asked too often; ask less often, or at another minute",
        "问得太频繁了：减少次数，或换一个时间",
    ),
    ("it is in trouble itself; ask whoever runs it", "对方服务出了问题，请问管理它的人"),
    ("ask whoever runs it what it wants to be asked", "请问管理它的人应该怎么请求"),
    (
        "`{secret}` lets this service in elsewhere, and is not sent to {host}",
        "`{secret}` 是本服务在别处使用的密钥，不会发给 {host}",
    ),
    ("keep a key of its own for {host}", "请为 {host} 另外准备一个密钥"),
    ("`{secret}` may not be sent to {host}", "不允许把 `{secret}` 发给 {host}"),
    (
        "whoever runs the server says where it may go, in the settings: secrets: {{ {secret}: {host} }}",
        "由管理服务器的人在设置里写明它可以发到哪里：secrets: {{ {secret}: {host} }}",
    ),
    (
        "whoever edits this file can send `{secret}` to any host",
        "任何能编辑这个文件的人都能把 `{secret}` 发给任意主机",
    ),
    (
        "what `{name}` is to hold has characters no header takes",
        "`{name}` 的内容含有请求头不能有的字符",
    ),
    ("give the service's user the right to read it", "给运行服务的用户读取它的权限"),
    ("{folder} could not be read in time", "没有及时读完 {folder}"),
    ("is it a share that does not answer, or too much?", "是不是共享文件夹没有响应，或内容太多？"),
    ("{folder} holds more than {most} files", "{folder} 里的文件超过 {most} 个"),
    ("name a folder in it, or a `pattern`", "写明其中的一个文件夹，或写 `pattern`"),
    ("{more} more are left out", "另有 {more} 个没有计入"),
    ("{path} {why}", "{path} {why}"),
    ("has folders more than {most} deep", "里的文件夹超过 {most} 层，没有计入"),
    ("holds a file whose name is not UTF-8", "里有文件名不是 UTF-8，没有计入"),
    ("is a link that leads nowhere", "是失效的链接，没有计入"),
    ("is a link that leads out of the content folder", "是指向内容文件夹以外的链接，没有计入"),
    ("is a link to a folder", "是指向文件夹的链接，没有计入"),
];
