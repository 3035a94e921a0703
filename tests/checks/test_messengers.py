"""No text sends its reader to a messenger, or has codes read out; that scammers do so can be told."""

import pytest

from app.checks.solicitations import solicitations

ASKS = [
    ("en", "Find the Hong Kong Anti-Scam Desk on WhatsApp."),
    ("en", "Please add our officer on Telegram for the next step."),
    ("en", "Contact us on WeChat."),
    ("en", "Read the six digits that just arrived to the officer."),
    ("en", "Have your paper ready and read the backup words to our agent."),
    ("en", "Download Team Viewer."),
    ("zh-Hant", "請在 WhatsApp 搜尋「警隊支援」。"),
    ("zh-Hant", "請把六位數字念給警員聽。"),
    ("zh-Hans", "请添加微信好友继续办理。"),
    ("zh-Hans", "让客服看到您的屏幕。"),
    ("es", "Agregue al agente en WhatsApp."),
    ("es", "Léale al agente los seis dígitos."),
    ("fr", "Ajoutez notre agent sur WhatsApp."),
    ("fr", "Lisez-lui les six chiffres reçus."),
    ("de", "Suchen Sie «Polizei Hilfe» auf Telegram."),
    ("de", "Lesen Sie dem Beamten die sechs Ziffern vor."),
    ("pt", "Adicione o agente no WhatsApp."),
    ("ru", "Найдите «Полиция поддержка» в Телеграме."),
    ("ru", "Прочитайте сотруднику шесть цифр из СМС."),
    ("uk", "Додайте слідчого у Вайбері."),
    ("kk", "Телеграмнан полицияны іздеңіз."),
    ("ar", "أضف الضابط على واتساب."),
    ("hi", "टेलीग्राम पर पुलिस सहायता खोजें।"),
    ("hi", "अधिकारी को छह अंक बताएँ।"),
    ("ta", "டெலிகிராமில் காவல் உதவியைத் தேடுங்கள்."),
    ("th", "กรุณาแอดไลน์เจ้าหน้าที่"),
    ("th", "อ่านเลขหกหลักให้เจ้าหน้าที่ฟัง"),
    ("vi", "Hãy kết bạn Zalo với cán bộ."),
    ("id", "Cari akun polisi di Telegram."),
    ("id", "Bacakan enam digit itu kepada petugas."),
    ("ms", "Tambah pegawai di WhatsApp."),
    ("fil", "Hanapin ang Anti-Scam PH sa Telegram."),
    ("ja", "Telegramで「警察支援」を検索してください。"),
    ("ja", "届いた六桁の数字を担当者に教えましょう。"),
    ("ko", "카카오톡에서 '경찰 상담'을 검색하세요."),
    ("ko", "여섯 자리 번호를 불러 주세요."),
]

WARNS = [
    ("en", "Scammers ask you to search for them on Telegram."),
    ("en", "Never add an officer on WhatsApp."),
    ("en", "Did somebody tell you to add them on Telegram?"),
    ("en", "Block the number on WhatsApp and report it."),
    ("en", "Add up what you have paid so far."),
    ("en", "Look up the helpline in your bank's app."),
    ("en", "Hold the line and find somebody you trust."),
    ("en", "Read this warning before you enter any code."),
    ("en", "No officer has you read six digits to him."),
    ("zh-Hant", "騙徒會叫你在 Telegram 搜尋「專員」。"),
    ("zh-Hant", "警方不會用WhatsApp聯絡你。"),
    ("zh-Hans", "骗子会让你把六位数字读给他。"),
    ("es", "Los estafadores le piden que los busque en Telegram."),
    ("es", "Nadie de la policía le pide seis dígitos."),
    ("fr", "La police ne vous demande jamais de l'ajouter sur WhatsApp."),
    ("de", "Die Polizei schreibt nie über WhatsApp. Suchen Sie Rat bei Angehörigen."),
    ("pt", "Golpistas pedem para adicionar no WhatsApp."),
    ("ru", "Мошенники просят: найдите нас в Телеграме."),
    ("ar", "لا تضف أحداً على تيليغرام."),
    ("hi", "पुलिस टेलीग्राम पर खोजने को नहीं कहती।"),
    ("th", "ตำรวจไม่ให้แอดไลน์"),
    ("th", "ค้นหาข้อมูลทางออนไลน์ก่อนตัดสินใจ"),
    ("vi", "Công an không yêu cầu kết bạn Zalo."),
    ("id", "Polisi tidak meminta dihubungi lewat Telegram."),
    ("ja", "LINEで友だちに追加してくださいと言われたら詐欺です。"),
    ("ja", "オンラインで検索してください。"),
    ("ko", "온라인에서 검색하세요."),
    ("ko", "경찰은 텔레그램으로 연락하지 않습니다."),
]


@pytest.mark.parametrize(("language", "text"), ASKS)
def test_a_request_is_found(language: str, text: str) -> None:
    assert {code.slug for code, _, _ in solicitations(text, language)} == {"asks-reader"}


@pytest.mark.parametrize(("language", "text"), WARNS)
def test_a_warning_of_it_is_left_alone(language: str, text: str) -> None:
    assert solicitations(text, language) == ()
