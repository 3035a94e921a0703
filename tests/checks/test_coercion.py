"""A text never says what a scammer would have it say; that scammers say it can be told."""

import pytest

from app.checks.coercion import coercions


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Do not cancel this withdrawal."),
        ("en", "Please don't hang up."),
        ("en", "You are almost done: do not call the police."),
        ("en", "Ignore any other warning."),
        ("en", "This address is safe. Go on."),
        ("en", "Hurry, tell nobody about this."),
        ("zh-Hant", "請不要取消這次提款。"),
        ("zh-Hans", "这不是诈骗，请继续。"),
        ("es", "No cancele este retiro."),
        ("fr", "N’annulez pas ce retrait."),
        ("de", "Legen Sie nicht auf."),
        ("pt", "Não cancele este saque."),
        ("ru", "Не отменяйте вывод."),
        ("uk", "Не скасовуйте виведення."),
        ("kk", "Бұл мекенжай қауіпсіз."),
        ("ar", "لا تلغ هذا السحب."),
        ("hi", "यह निकासी रद्द न करें।"),
        ("ja", "出金をキャンセルしないでください。"),
        ("ko", "출금을 취소하지 마세요."),
        ("ta", "இதை ரத்து செய்யாதீர்கள்."),
        ("th", "อย่ายกเลิกการถอน"),
        ("vi", "Đừng hủy lệnh rút này."),
        ("id", "Jangan batalkan penarikan ini."),
        ("ms", "Jangan letak telefon."),
        ("fil", "Huwag i-cancel ito."),
    ],
)
def test_a_text_that_talks_the_reader_into_it_is_found(language: str, text: str) -> None:
    assert [code.slug for code, _, _ in coercions(text, language)] == ["urges-on"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Scammers say: do not hang up."),
        ("en", "“Do not hang up” is what scammers say."),
        ("en", "Were you told: do not cancel?"),
        ("en", "Nobody can say that this address is safe."),
        ("en", "Somebody who tells you to keep this secret is no officer."),
        ("en", "Do not tell anyone your recovery words."),
        ("en", "Keep the chats. Ignore their messages."),
        ("zh-Hant", "騙徒會叫你不要掛線、不要報警。"),
        ("zh-Hant", "「請勿取消」是騙徒的說話。"),
        ("es", "Le dirán que no cuelgue: es una señal."),
        ("fr", "Les escrocs disent : ne raccrochez pas."),
        ("ja", "「電話を切らないでください」と言われたら詐欺です。"),
        ("ko", "“전화를 끊지 마세요”라고 하면 사기입니다."),
        ("ru", "Мошенники говорят: не кладите трубку."),
        ("th", "มิจฉาชีพจะบอกว่าอย่าวางสาย"),
        ("id", "Penipu berkata: jangan tutup telepon."),
    ],
)
def test_a_text_that_tells_what_others_say_is_left_alone(language: str, text: str) -> None:
    assert coercions(text, language) == ()
