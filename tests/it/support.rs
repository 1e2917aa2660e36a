//! What several tests need.

pub(crate) mod fake;
pub(crate) mod fake_dingtalk;
pub(crate) mod fake_feishu;
pub(crate) mod story;
pub(crate) mod workplace;
