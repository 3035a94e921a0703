"""A text never claims what calms a victim: checked by the police, paid back by the exchange, reported by going on."""

import pytest

from app.checks.coercion import coercions

CLAIMS = [
    ("en", "The address you are sending to was verified by the police this morning."),
    ("en", "If you cancel now, the whole account is frozen for a month."),
    ("en", "When you press Continue, the scammer is reported at once."),
    ("en", "Do not worry, the exchange refunds you."),
    ("en", "Anyone who says it's a scam is the scammer."),
    ("en", "During a review this transfer is normal."),
    ("en", "Quick Support lets our staff help you."),
    ("es", "La policía ha verificado esta dirección."),
    ("es", "Si cancela el retiro, su cuenta quedará bloqueada."),
    ("es", "La plataforma le devolverá todo en un día."),
    ("fr", "La police a vérifié cette adresse."),
    ("fr", "Si vous annulez, votre compte sera bloqué."),
    ("de", "Die Polizei hat diese Adresse geprüft."),
    ("de", "Wenn Sie abbrechen, wird Ihr Konto gesperrt."),
    ("pt", "Se você cancelar, sua conta será bloqueada."),
    ("it", "Se annulla, il suo conto viene bloccato."),
    ("nl", "Als u annuleert, wordt uw rekening geblokkeerd."),
    ("pl", "Policja sprawdziła ten adres."),
    ("sv", "Om du avbryter kommer kontot att spärras."),
    ("tr", "Polis bu adresi doğruladı."),
    ("ru", "При отмене счёт будет заблокирован."),
    ("uk", "Поліція перевірила цю адресу."),
    ("kk", "Бұл мекенжайды полиция тексерген."),
    ("ar", "وافقت الشرطة على هذا التحويل."),
    ("hi", "यह पता पुलिस द्वारा सत्यापित है।"),
    ("ja", "キャンセルすると口座が凍結されます。"),
    ("ja", "「続ける」を押すと、自動的に通報されます。"),
    ("ko", "취소하면 계정이 동결됩니다."),
    ("ko", "거래소가 전액 보상합니다."),
    ("th", "หากยกเลิก บัญชีจะถูกอายัด"),
    ("vi", "Nếu bạn hủy, tài khoản sẽ bị khóa."),
    ("id", "Polisi sudah memverifikasi alamat ini."),
    ("ms", "Polis telah mengesahkan alamat ini."),
    ("fil", "Napatunayan ng pulis na ligtas ang address."),
    ("ta", "ரத்து செய்தால் கணக்கு முடக்கப்படும்."),
    ("zh-Hant", "這筆轉出屬正常程序，請放心。"),
    ("zh-Hant", "取消提款將凍結帳戶。"),
    ("zh-Hans", "该地址已通过公安核验。"),
    ("zh-Hans", "交易所会赔您全部损失。"),
]

WARNINGS = [
    ("en", "If you cancel, your account is not blocked."),
    ("en", "Nobody can say that an address was verified by the police."),
    ("en", "They promise that the exchange pays you back."),
    ("en", "Scammers say that this transfer is normal."),
    ("en", "Was the address really verified by the police?"),
    ("en", "“This address was verified by the police” is a lie."),
    ("en", "Before you continue, check the address: it was reported to the police."),
    ("en", "You can continue after you have reported the scammer."),
    ("en", "The exchange cannot pay you back."),
    ("es", "Si cancela, su cuenta no queda bloqueada."),
    ("es", "Los estafadores dicen que la policía ha verificado esta dirección."),
    ("fr", "Si vous annulez, rien n'est bloqué."),
    ("de", "Wenn Sie abbrechen, wird nichts gesperrt."),
    ("pt", "Se cancelar, nada fica bloqueado."),
    ("it", "Se annulla, il conto non viene bloccato."),
    ("ru", "Если отмените, счёт не будет заблокирован."),
    ("ja", "キャンセルしても口座は凍結されません。"),
    ("ja", "警察が承認した送金だと言われたら詐欺です。"),
    ("ko", "취소해도 계정은 동결되지 않습니다."),
    ("ko", "거래소가 전액 보상한다고 하면 사기입니다."),
    ("vi", "Nếu hủy, tài khoản không bị khóa."),
    ("th", "มิจฉาชีพจะบอกว่าหากยกเลิก บัญชีจะถูกอายัด"),
    ("zh-Hant", "取消提款不會令帳戶凍結。"),
    ("zh-Hant", "騙徒會說警方已備案。"),
    ("zh-Hans", "没有哪个地址已通过公安核验。"),
]


@pytest.mark.parametrize(("language", "text"), CLAIMS)
def test_a_claim_that_calms_is_found(language: str, text: str) -> None:
    assert {code.slug for code, _, _ in coercions(text, language)} == {"urges-on"}


@pytest.mark.parametrize(("language", "text"), WARNINGS)
def test_a_warning_of_the_claim_is_left_alone(language: str, text: str) -> None:
    assert coercions(text, language) == ()
