//! What a person should do about a refusal.

use crate::model::text::{Words, words};

pub(super) const COPY_APP: Words = words!(
    "Copy the app's key and secret (Client ID and Client Secret) again from its page on \
     open-dev.dingtalk.com to where `app_key` and `app_secret` refer to."
);

pub(super) const PERMIT: Words = words!(
    "Give the app the permission that the answer names (for messages: qyapi_robot_sendmsg) on \
     its page on open-dev.dingtalk.com."
);

pub(super) const ALLOW_IP: Words =
    words!("Add this machine's public IPv4 address to the app's allowed addresses.");

pub(super) const BUY_QUOTA: Words = words!(
    "The organisation's DingTalk calls of this month are used up: an admin can buy more, or \
     wait for the next month; then resume the target."
);

pub(super) const CHECK_ROBOT: Words = words!(
    "Compare the target's `robot_code` and `conversation` with the app's page, and see that its \
     robot is switched on and in this group."
);

pub(super) const NEW_GROUP: Words = words!(
    "The group is gone, or the robot is no longer in it: add it to a group and write that \
     group's `conversation`."
);

pub(super) const CHANGE_CONTENT: Words =
    words!("DingTalk holds a link or the content for improper: change the text and its links.");

pub(super) const CHECK_PEOPLE: Words = words!(
    "Check the `dingtalk` user ids of these people: DingTalk knows no such member any more. \
     `dingdong redrive` then tries them once more."
);

pub(super) const NO_DING: Words = words!(
    "DING is not to be had: the organisation's edition or its quota does not allow it. Delete \
     the target's `ding`, or have an admin buy it."
);

pub(super) const TOO_LATE: Words = words!(
    "A message to people can be taken back for a day, one to a group as long as the robot is in \
     it."
);

pub(super) const PERMIT_DIRECTORY: Words = words!(
    "Give the app the permission qyapi_get_member_by_mobile on its page on open-dev.dingtalk.com, \
     or write the `dingtalk` user ids of these people; then `dingdong redrive`."
);

pub(super) const CHECK_MOBILES: Words = words!(
    "Check the mobiles of these people, or write their `dingtalk` user ids: no member of the \
     organisation has such a number. `dingdong redrive` then tries them once more."
);
