"""The declared fields are those that the platform's web client has: same number, same type, same name.

Taken from the field tables of two extractions of the client's own bundle (April and June 2026), in their
notation: `number type name`, `*` for lists. Only what douyinbot declares is listed.
"""

import re
from collections.abc import Iterator

import pytest
from google.protobuf.descriptor import Descriptor, FieldDescriptor

from douyinbot.webcast.pb import douyin_pb2 as pb
from tests.webcast.douyin.reference import OURS, is_packed_user

CLIENT = """
Image: 1 str* url_list; 2 str uri; 6 i32 image_type; 8 Image.Content content
Image.Content: 1 str name; 3 i64 level; 4 str alternative_text
User: 1 i64 id; 2 i64 short_id; 3 str nickname; 4 i32 gender; 9 Image avatar_thumb; 21 Image*
    badge_image_list; 22 User.FollowInfo follow_info; 23 User.PayGrade pay_grade; 24 User.FansClub
    fans_club; 32 User.UserAttr user_attr; 38 str display_id; 46 str sec_uid; 61 Image*
    badge_image_list_v2; 66 i32 mystery_man; 68 str desensitized_nickname; 70 User.Subscribe subscribe; 71
    bool is_anonymous; 73 str webcast_uid; 1024 i64 follow_status; 1028 str id_str
User.FollowInfo: 1 i64 following_count; 2 i64 follower_count; 3 i64 follow_status
User.PayGrade: 6 i64 level
User.FansClub.FansClubData: 1 str club_name; 2 i32 level; 3 i32 user_fans_club_status; 6 i64 anchor_id
User.FansClub: 1 User.FansClub.FansClubData data
User.UserAttr: 1 bool is_muted; 2 bool is_admin; 3 bool is_super_admin
User.Subscribe: 1 bool is_member
TextPiecePatternRef: 1 str key; 2 str default_pattern
TextPiece: 1 i32 type; 11 str string_value; 21 TextPieceUser user_value; 22 TextPieceGift gift_value; 24
    TextPiecePatternRef pattern_ref_value; 25 TextPieceImage image_value
TextPieceImage: 1 Image image
TextPieceUser: 1 User user
TextPieceGift: 1 i64 gift_id; 2 PatternRef name_ref
Text: 1 str key; 2 str default_pattern; 4 TextPiece* pieces
Common: 1 str method; 2 i64 msg_id; 3 i64 room_id; 4 i64 create_time; 7 str describe; 8 Text display_text
GiftStruct: 1 Image image; 2 str describe; 5 i64 id; 10 bool combo; 11 i32 type; 12 i32 diamond_count; 16
    str name; 21 Image icon
ChatMessage: 1 Common common; 2 User user; 3 str content; 15 i64 event_time
EmojiChatMessage: 1 Common common; 2 User user; 3 i64 emoji_id; 4 Text emoji_content; 5 str
    default_content
GiftMessage: 1 Common common; 2 i64 gift_id; 3 i64 fan_ticket_count; 4 i64 group_count; 5 i64
    repeat_count; 6 i64 combo_count; 7 User user; 8 User to_user; 9 i32 repeat_end; 11 i64 group_id; 15
    GiftStruct gift; 17 i64 send_type; 29 i64 total_count; 33 i64 send_time
LikeMessage: 1 Common common; 2 i64 count; 3 i64 total; 5 User user
MemberMessage: 1 Common common; 2 User user; 3 i64 member_count; 9 i64 enter_type; 10 i64 action; 12 i64
    user_id; 18 Text anchor_display_text; 20 i64 user_enter_tip_type; 21 i64 anchor_enter_tip_type
SocialMessage: 1 Common common; 2 User user; 3 i64 share_type; 4 i64 action; 5 str share_target; 6 i64
    follow_count; 8 i64 share_total_count
FansclubMessage: 1 Common common; 2 i32 action; 3 str content; 4 User user
RoomUserSeqMessage: 1 Common common; 2 RoomUserSeqMessage.Contributor* ranks; 3 i64 total; 4 str pop_str;
    6 i64 popularity; 7 i64 total_user; 8 str total_user_str; 9 str total_str
RoomUserSeqMessage.Contributor: 1 i64 score; 2 User user; 3 i64 rank; 6 str score_description; 7 str
    exactly_score
RoomStatsMessage: 1 Common common; 2 str display_short; 3 str display_middle; 4 str display_long; 5 i64
    display_value; 9 i64 total
ControlMessage: 1 Common common; 2 i64 action; 3 str tips
AudioChatMessage: 1 Common common; 2 User user; 3 str content
ScreenChatMessage: 1 Common common; 2 User user; 4 str content; 12 i64 event_time
PrivilegeScreenChatMessage: 1 Common common; 2 User user; 3 str content
HighlightComment: 1 Common common; 7 str content; 8 User user; 9 i32 action_type
AIAutoReplyMessage: 1 Common common; 3 str reply_content
ExhibitionChatMessage: 1 Common common; 2 Text display_text
LinkMicSendEmojiMessage: 1 Common common; 2 User from_user; 4 Image emoji_image_result
ImDeleteMessage: 1 Common common; 2 i64* delete_msg_ids
RoomMessage: 1 Common common; 2 str content
NotifyMessage: 1 Common common; 4 str content; 5 User user
ToastMessage: 1 Common common; 2 str content
NotifyEffectMessage: 1 Common common; 3 Text text
CommonTextMessage: 1 Common common; 2 User user
InRoomBannerMessage: 1 Common common; 2 str extra
RoomVerifyMessage: 1 Common common; 3 str content; 7 str tip_content
RoomManageMessage: 1 Common common; 2 User user; 8 str content
QuizStartMessage: 1 Common common; 2 Text display_text
QuizBetMessage: 1 Common common; 2 i64 quiz_id; 3 map<i64,i64> option_money
HotChatMessage: 1 Common common; 2 str title; 3 str content
RoomIntroMessage: 1 Common common; 2 User user; 4 str intro
RoomAnswerQuestionMessage: 1 Common common; 2 str biz_data
RoomRankMessage: 1 Common common; 2 RoomRankMessage.RoomRank* ranks; 3 Rank* audience_ranks
Rank: 1 User user; 2 i64 score; 3 i64 rank; 9 str exactly_score
RankListAwardMessage: 1 Common common; 4 i64 rank_type; 5 i64 rank; 10 Text text
UpdateFanTicketMessage: 1 Common common; 2 str room_fan_ticket_count_text; 3 i64 room_fan_ticket_count
LinkerContributeMessage: 1 Common common; 2 i64 user_id; 3 i64 total_score; 8 str total_score_str
RoomRankMessage.RoomRank: 1 User user; 2 str score_str
RoomDataSyncMessage: 1 Common common; 3 str syncKey; 5 bytes payload
BindingGiftMessage: 1 GiftMessage msg; 2 Common common
FreeCellGiftMessage: 1 Common common; 2 i64 gift_id; 4 i64 group_count; 5 i64 repeat_count; 6 i64
    combo_count; 7 User user; 8 User to_user
LightGiftMessage: 1 Common common; 2 i64 group_count; 3 i64 repeat_count; 4 i64 combo_count; 5 i64
    to_user_id; 7 GiftInfo gift_info; 10 i64 count; 13 GiftStruct gift_struct
GiftInfo: 1 i64 gift_id; 3 i64 diamond_count
LuckyBoxMessage: 1 Common common; 2 i64 diamond_count; 3 i64 box_id; 4 i64 send_time; 5 i64 delay_time; 7
    str title; 12 User user; 16 i32 box_status
LuckyBoxRewardMessage: 1 Common common; 2 i64 box_id
LuckyBoxEndMessage: 1 Common common; 2 i64 box_id
CommonLuckyMoneyMessage: 1 Common common; 2 i64 diamond_count; 3 i64 luckymoney_id; 5 i64
    delay_time; 6 User user
LuckyMoneyMessage: 1 Common common; 2 User user; 3 i64 luckymoney_id; 4 i64 diamond_count
LotteryEventNewMessage: 1 Common common; 2 i64 lottery_id; 3 i32 lottery_status; 13 i64 prize_count; 14
    i64 lucky_count; 18 str award_name
LotteryEventMessage: 1 Common common; 2 i64 lottery_id; 3 i32 lottery_status
LotteryCandidateEventMessage: 1 Common common; 2 i64 lottery_id; 3 i64 user_id; 4 bool
    participate_success
LotteryBurstMessage: 1 Common common; 2 i64 burst_time_remain_seconds; 3 i64 multiple
LotteryDrawResultEventMessage: 1 Common common; 2 i64 lottery_id; 3 i64* user_ids
LotteryInfoSyncData: 1 i64 lottery_id; 2 i64 lucky_count; 6 i64 prize_count
BattleSettings: 2 i64 battle_id; 3 i64 start_time_ms; 4 i64 duration; 6 i64 channel_id; 40 i64
    battle_status; 42 str battle_id_str
BattleUserInfo: 1 BattleUserInfo.BaseUserInfo user
BattleUserInfo.BaseUserInfo: 1 i64 user_id; 2 str nick_name; 3 Image avatar_thumb; 4 i32 gender
LinkMicBattle: 1 Common common; 2 BattleSettings battle_settings; 6 map<i64,BattleUserInfo> user_infos
LinkMicMethod.UserScores: 1 i64 score; 2 i64 user_id; 21 str user_id_str
BattleScore: 1 i32 score; 2 i64 user_id; 8 str user_id_str
BattleArmy: 1 i64 anchor_id; 2 BattleArmy.RankUser* rank_list; 3 str anchor_id_str
BattleArmy.RankUser: 1 i64 user_id; 2 str nickname; 3 Image avatar_thumb; 4 i64 score
LinkMicBattleFinish: 1 Common common; 2 BattleSettings battle_settings; 3 BattleArmy* battle_armies; 4
    BattleScore* battle_scores; 5 User* anchors; 12 map<i64,BattleUserInfo> user_infos
LinkMicMethod: 1 Common common; 2 i64 message_type; 8 i64 channel_id; 17 LinkMicMethod.UserScores*
    user_scores; 104 i64 battle_id; 114 str battle_id_str
BattleEndPunishMessage: 1 Common common; 2 BattleSettings battle_settings
LinkMicArmies: 1 Common common; 2 map<i64,LinkMicArmies.UserArmies> user_armies_map
LinkMicArmies.UserArmies.UserArmy: 1 i64 user_id; 2 i64 score; 3 str nickname; 4 Image avatar_thumb
LinkMicArmies.UserArmies: 1 LinkMicArmies.UserArmies.UserArmy* user_armies
ListUser: 1 User user
LinkerEnterContent: 1 ListUser* linked_users; 2 i64 user_id
LinkerLeaveContent: 1 i64 user_id; 2 ListUser* linked_users; 3 ListUser user
LinkerLinkedListChangeContent: 1 ListUser* linked_users
LinkMessage: 1 Common common; 2 i64 message_type; 9 LinkerEnterContent enter_content; 10
    LinkerLeaveContent leave_content; 13 LinkerLinkedListChangeContent linked_list_change_content
RoomLinkMicSyncData: 1 ListUser* linked_users
AnchorLinkmicSilenceMessage: 1 Common common; 2 i32 silence_action; 4 str to_user_id
GroupLiveMemberInfo: 1 User user
GroupLiveMemberChangeMessage: 1 Common common; 2 GroupLiveMemberInfo* members
ProductChangeMessage: 1 Common common; 3 str update_toast; 5 i64 total
LiveShoppingMessage: 1 Common common; 2 i32 msg_type; 3 i64 promotion_id; 8 str ecom_notice
LiveEcomMessage: 1 Common common; 2 i32 msg_type; 3 str nick_name; 4 i64 purchase_cnt; 5 str text
LiveEcomGeneralMessage: 1 Common common; 2 str content_type
"""

SCALARS = {
    FieldDescriptor.TYPE_STRING: "str",
    FieldDescriptor.TYPE_BYTES: "bytes",
    FieldDescriptor.TYPE_BOOL: "bool",
    FieldDescriptor.TYPE_INT32: "i32",
    FieldDescriptor.TYPE_INT64: "i64",
}
PACKAGE = pb.DESCRIPTOR.package + "."


def our_name(type: str) -> str:
    """The client's type in our words; scalars stay as they are."""
    if type.startswith("map<"):
        key, value = type.removeprefix("map<").removesuffix(">").split(",")
        return f"map<{key},{our_name(value)}>"
    return our_name(type[:-1]) + "*" if type.endswith("*") else OURS.get(type, type)


def listed() -> dict[str, list[tuple[int, str, str]]]:
    """The fields of `CLIENT` under our names."""
    text = re.sub(r"\n    ", " ", CLIENT)
    messages = {}
    for line in text.strip().splitlines():
        name, _, fields = line.partition(": ")
        rows = [field.split() for field in fields.split(";")]
        messages[our_name(name)] = [
            (int(number), our_name(type), snake_case(name)) for number, type, name in rows
        ]
    return messages


def snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z])", lambda capital: "_" + capital[1].lower(), name)


def messages(owner: Descriptor | None = None) -> Iterator[Descriptor]:
    """Every message of our .proto, with those inside others."""
    found = pb.DESCRIPTOR.message_types_by_name.values() if owner is None else owner.nested_types
    for descriptor in found:
        if not descriptor.GetOptions().map_entry:
            yield descriptor
            yield from messages(descriptor)


DECLARED = {descriptor.full_name.removeprefix(PACKAGE): descriptor for descriptor in messages()}


def type_name(field: FieldDescriptor) -> str:
    """The type of a declared field in the notation of `CLIENT`."""
    inner = field.message_type
    if inner is None:
        name = "User" if is_packed_user(field) else SCALARS[field.type]
    elif inner.GetOptions().map_entry:
        key, value = inner.fields
        return f"map<{type_name(key)},{type_name(value)}>"
    else:
        name = inner.full_name.removeprefix(PACKAGE)
    return f"{name}*" if field.default_value == [] else name


def test_every_declared_message_is_listed() -> None:
    assert set(listed()) == set(DECLARED)


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_declared_fields_are_those_of_the_platforms_client(name: str) -> None:
    declared = [(field.number, type_name(field), field.name) for field in DECLARED[name].fields]
    assert sorted(declared) == sorted(listed()[name])
