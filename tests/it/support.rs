//! What several tests need.

pub(crate) mod cable;
pub(crate) mod fake;
pub(crate) mod fake_api;
pub(crate) mod fake_dingtalk;
pub(crate) mod fake_feishu;
pub(crate) mod fake_mail;
pub(crate) mod fake_openapi;
pub(crate) mod fake_receiver;
pub(crate) mod fake_slack;
pub(crate) mod fake_teams;
pub(crate) mod fake_wecom;
pub(crate) mod story;
pub(crate) mod workplace;
