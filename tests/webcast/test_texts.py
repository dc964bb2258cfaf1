"""The platform's texts: patterns with numbered places, as recorded messages have them."""

import pytest

from douyinbot.webcast.pb import douyin_pb2 as pb
from douyinbot.webcast.texts import named_user, render

Piece = pb.TextPiece
LAOTIE = pb.User(id=5, nickname="老铁")


def words(text: str) -> pb.TextPiece:
    return Piece(type=1, string_value=text)


def person(user: pb.User) -> pb.TextPiece:
    return Piece(type=11, user_value=Piece.UserValue(user=user))


def gift(name: str) -> pb.TextPiece:
    return Piece(
        type=12, gift_value=Piece.GiftValue(gift_id=463, name_ref=pb.PatternRef(default_pattern=name))
    )


def pattern(text: str) -> pb.TextPiece:
    return Piece(type=14, pattern_ref_value=pb.PatternRef(key="k", default_pattern=text))


def picture(url: str) -> pb.TextPiece:
    return Piece(type=15, image_value=Piece.ImageValue(image=pb.Image(url_list=[url])))


@pytest.mark.parametrize(
    ("template", "pieces", "shown"),
    [
        ("{0:user} 关注了主播", [person(LAOTIE)], "老铁 关注了主播"),
        ("{0:user} 来了{1:string}", [person(LAOTIE), words("")], "老铁 来了"),
        ("{0:user} 送出 {1:gift}", [person(LAOTIE), gift("小心心")], "老铁 送出 小心心"),
        ("{0:string}{1:pattern}", [words("恭喜"), pattern("升级")], "恭喜升级"),
        ("{1:string}先{0:string}", [words("后"), words("他")], "他先后"),
        ("{0:user}{0:user}", [person(LAOTIE)], "老铁老铁"),
        ("看 {4:image}{0:string}", [words("这里"), picture("https://p3/x")], "看 这里"),
        ("{0:image}欢迎", [picture("https://p3/x")], "欢迎"),
        ("欢迎 {7:string}", [words("谁")], "欢迎"),
        ("{0}和{x:y}", [words("一")], "一和{x:y}"),
        ("没有位置", [words("多余")], "没有位置"),
        ("", [words("只有"), person(LAOTIE)], "只有老铁"),
        ("", [], ""),
    ],
)
def test_pieces_go_to_their_places(template: str, pieces: list[pb.TextPiece], shown: str) -> None:
    assert render(pb.Text(default_pattern=template, pieces=pieces)) == shown


def test_what_a_viewer_is_called_is_never_taken_for_a_place() -> None:
    names = [person(pb.User(nickname="{1:string}")), words("秘密")]
    assert render(pb.Text(default_pattern="{0:user} 来了", pieces=names)) == "{1:string} 来了"


def test_the_first_person_named_is_who_it_is_about() -> None:
    second = pb.User(id=6, nickname="小明")
    text = pb.Text(pieces=[words("x"), person(LAOTIE), person(second)])
    assert named_user(text) == LAOTIE
    assert named_user(pb.Text(pieces=[words("x")])) is None
