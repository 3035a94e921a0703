"""A number that is read out is a number; counting is not."""

import pytest

from app.checks.number_words import spelled_numbers


@pytest.mark.parametrize(
    "text",
    [
        "Call one eight two two two.",
        "Dial Nine-nine-nine-one now.",
        "Call one double two two.",
        "Our new line: one eight two, two two.",
        "Call one (eight) two “two” two.",
        "Dial one/eight/two/two/two",
        "Call eighteen twenty-two two.",
        "Dial 1 eight 2 two 2",
        "Call uno ocho dos dos dos",
        "Rufen Sie einszwodreivier an",
        "Appelez le zéro huit cinq six.",
        "Appelez le zero un deux trois",
        "Llame al noventa y uno, veintidós, treinta y tres",
        "Звоните: один семь ноль два.",
        "Қоңырау шалыңыз: бір сегіз екі екі",
        "Gọi một một ba không.",
        "請致電一八二二二",
        "請致電一、八、二、二、二",
        "請致電一-八-二-二-二",
        "請致電一8二2二",
        "請致電⼀⼋⼆⼆⼆",
        "請致電㈠㈧㈡㈡㈡",
        "请拨打么八二二二",
        "拨打 一 三 九 四",
        "電話は一三九四です",
        "いちはちにににに電話",
        "イチハチニニニ",
        "일팔이이이로 전화하세요",
        "공일공-일이삼사",
        "일 팔 이 이 이",
        "โทร หนึ่งแปดสองสอง",
        "اتصل على واحد ثمانية اثنان اثنان",
        "कॉल करें एक आठ दो दो दो",
        "அழைக்கவும் ஒன்று எட்டு இரண்டு இரண்டு",
    ],
)
def test_a_number_read_out_is_found(text: str) -> None:
    assert [code.slug for code, _, _ in spelled_numbers(text)] == ["digits"]


@pytest.mark.parametrize(
    "text",
    [
        "One or two, two or three people; five hundred and one.",
        "Someone told no one: there is only one.",
        "It takes 10-15 days, one day more or less.",
        "逐一查證，三三兩兩，一五一十，二十一。",
        "二零二六年以來，這類騙案增加了三成。",
        "一度、二人、三つ。",
        "いちど送ると戻りません。にどと送らないでください。",
        "이 일이 이렇게 급한가요? 사이가 오래됐나요?",
        "หนึ่งหรือสองครั้งแรกถอนได้จริง",
        "एक या दो बार सोचें",
        "Un ou deux, et même quatre-vingt-dix-neuf.",
        "Uno de cada cuatro, en dos o tres semanas.",
        "Um, dois ou três pagamentos.",
        "Один-два раза, три-четыре раза.",
        "Không một ai hai lòng. Một hai lần, ba bốn lần.",
    ],
)
def test_counting_is_left_alone(text: str) -> None:
    assert list(spelled_numbers(text)) == []
