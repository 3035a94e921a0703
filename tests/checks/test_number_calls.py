"""A number in words is a number to call where the text asks for a call; elsewhere it counts people, days and coins."""

import pytest

from app.checks.number_calls import numbers_to_call

# 116, 901, 1442, 2317 and 9999 as the Unicode CLDR spells them.
CALLS = {
    "ar": (
        "اتصل على {}.",
        [
            "مائة وستة عشر",
            "تسعة مائة وواحد",
            "ألف وأربعة مائة وإثنان وأربعون",
            "ألفين وثلاثة مائة وسبعة عشر",
            "تسعة آلاف وتسعة مائة وتسعة وتسعون",
        ],
    ),
    "de": (
        "Rufen Sie {} an.",
        [
            "einhundertsechzehn",
            "neunhunderteins",
            "eintausendvierhundertzweiundvierzig",
            "zweitausenddreihundertsiebzehn",
            "neuntausendneunhundertneunundneunzig",
        ],
    ),
    "en": (
        "Call {} now.",
        [
            "one hundred sixteen",
            "nine hundred one",
            "one thousand four hundred forty-two",
            "two thousand three hundred seventeen",
            "nine thousand nine hundred ninety-nine",
        ],
    ),
    "es": (
        "Llame al {}.",
        [
            "ciento dieciséis",
            "novecientos uno",
            "mil cuatrocientos cuarenta y dos",
            "dos mil trescientos diecisiete",
            "nueve mil novecientos noventa y nueve",
        ],
    ),
    "fil": (
        "Tumawag sa {}.",
        [
            "isáng daán at labíng-anim",
            "siyám na daán at isá",
            "isáng libó’t ápat na daán at ápat na pû’t dalawá",
            "dalawáng libó’t tatlóng daán at labíng-pitó",
            "siyám na libó’t siyám na daán at siyám na pû’t siyám",
        ],
    ),
    "fr": (
        "Appelez le {}.",
        [
            "cent seize",
            "neuf cent un",
            "mille quatre cent quarante-deux",
            "deux mille trois cent dix-sept",
            "neuf mille neuf cent quatre-vingt-dix-neuf",
        ],
    ),
    "hi": (
        "{} पर फ़ोन करें।",
        ["एक सौ सोलह", "नौ सौ एक", "एक हज़ार चार सौ बयालीस", "दो हज़ार तीन सौ सत्रह", "नौ हज़ार नौ सौ निन्यानबे"],
    ),
    "id": (
        "Hubungi {}.",
        [
            "seratus enam belas",
            "sembilan ratus satu",
            "seribu empat ratus empat puluh dua",
            "dua ribu tiga ratus tujuh belas",
            "sembilan ribu sembilan ratus sembilan puluh sembilan",
        ],
    ),
    "it": (
        "Chiami il {}.",
        [
            "centosedici",
            "novecentouno",
            "millequattrocentoquarantadue",
            "duemilatrecentodiciassette",
            "novemilanovecentonovantanove",
        ],
    ),
    "ja": ("{}に電話してください。", ["百十六", "九百一", "千四百四十二", "二千三百十七", "九千九百九十九"]),
    "kk": (
        "{} нөміріне қоңырау шалыңыз.",
        [
            "жүз он алты",
            "тоғыз жүз бір",
            "мың төрт жүз қырық екі",
            "екі мың үш жүз он жеті",
            "тоғыз мың тоғыз жүз тоқсан тоғыз",
        ],
    ),
    "ko": ("{}로 전화하세요.", ["백십육", "구백일", "천사백사십이", "이천삼백십칠", "구천구백구십구"]),
    "ms": (
        "Hubungi {}.",
        [
            "seratus enam belas",
            "sembilan ratus satu",
            "seribu empat ratus empat puluh dua",
            "dua ribu tiga ratus tujuh belas",
            "sembilan ribu sembilan ratus sembilan puluh sembilan",
        ],
    ),
    "nl": (
        "Bel {}.",
        [
            "honderdzestien",
            "negenhonderdeen",
            "duizendvierhonderdtweeënveertig",
            "tweeduizenddriehonderdzeventien",
            "negenduizendnegenhonderdnegenennegentig",
        ],
    ),
    "pl": (
        "Zadzwoń pod {}.",
        [
            "sto szesnaście",
            "dziewięćset jeden",
            "tysiąc czterysta czterdzieści dwa",
            "dwa tysiące trzysta siedemnaście",
            "dziewięć tysięcy dziewięćset dziewięćdziesiąt dziewięć",
        ],
    ),
    "pt": (
        "Ligue para {}.",
        [
            "cento e dezesseis",
            "novecentos e um",
            "mil quatrocentos e quarenta e dois",
            "dois mil trezentos e dezessete",
            "nove mil novecentos e noventa e nove",
        ],
    ),
    "ru": (
        "Позвоните по номеру {}.",
        [
            "сто шестнадцать",
            "девятьсот один",
            "одна тысяча четыреста сорок два",
            "две тысячи триста семнадцать",
            "девять тысяч девятьсот девяносто девять",
        ],
    ),
    "sv": (
        "Ring {}.",
        [
            "etthundrasexton",
            "niohundraett",
            "ettusen fyrahundrafyrtiotvå",
            "tvåtusen trehundrasjutton",
            "niotusen niohundranittionio",
        ],
    ),
    "ta": (
        "{} எண்ணை அழைக்கவும்.",
        [
            "நூறு பதினாறு",
            "தொள்ளாயிரம் ஒன்று",
            "ஒன்று ஆயிரம் நாநூறூ நாற்பது இரண்டு",
            "இரண்டு ஆயிரம் முந்நூறு பதினேழு",
            "ஒன்பது ஆயிரம் தொள்ளாயிரம் தொண்ணூறு ஒன்பது",
        ],
    ),
    "th": ("โทร{}เพื่อสอบถาม", ["หนึ่งร้อยสิบหก", "เก้าร้อยหนึ่ง", "หนึ่งพันสี่ร้อยสี่สิบสอง", "สองพันสามร้อยสิบเจ็ด", "เก้าพันเก้าร้อยเก้าสิบเก้า"]),
    "tr": (
        "{} numarasını arayın.",
        [
            "yüz on altı",
            "dokuz yüz bir",
            "bin dört yüz kırk iki",
            "iki bin üç yüz on yedi",
            "dokuz bin dokuz yüz doksan dokuz",
        ],
    ),
    "uk": (
        "Зателефонуйте за номером {}.",
        [
            "сто шістнадцять",
            "девʼятсот один",
            "одна тисяча чотириста сорок два",
            "дві тисячі триста сімнадцять",
            "девʼять тисяч девʼятсот девʼяносто девʼять",
        ],
    ),
    "vi": (
        "Gọi {} để hỏi.",
        [
            "một trăm mười sáu",
            "chín trăm lẻ một",
            "một nghìn bốn trăm bốn mươi hai",
            "hai nghìn ba trăm mười bảy",
            "chín nghìn chín trăm chín mươi chín",
        ],
    ),
    "zh": ("请致电{}咨询。", ["一百一十六", "九百〇一", "一千四百四十二", "二千三百一十七", "九千九百九十九"]),
}

READ_OUT = [
    ("en", "Dial the eighteen, after that a pair of twos, and a three at the end."),
    ("en", "Phone our helpline on two thousand and eight."),
    ("en", "Call nine one one."),
    ("es", "Llame al novecientos, ciento dieciséis, ciento diecisiete."),
    ("fr", "Composez le trois mille neuf cent dix-neuf pour être aidé."),
    ("de", "Wählen Sie die hundertsechzehn, danach die hundertsiebzehn."),
    ("pt", "Disque cento e noventa e sete agora."),
    ("it", "Telefoni al millecinquecentoventidue, subito."),
    ("ar", "اتصل بالرقم تسعمئة وواحد ألف."),
    ("hi", "उन्नीस सौ तीस पर कॉल करें।"),
    ("th", "ติดต่อสายด่วนหนึ่งพันสี่ร้อยสี่สิบเอ็ด"),
    ("ko", "천삼백구십사번으로 연락하세요."),
    ("ja", "九千百十番へお電話を。"),
    ("zh-Hant", "請致電熱線一千八百二十二或求助。"),
    ("vi", "Gọi số một trăm mười ba."),
    ("tr", "Yüz elli beş numaralı hattı arayın."),
    ("hu", "Call nine one one."),  # English numbers can be dialled from every text
]

COUNTED = [
    ("en", "Three hundred people lost their money last year."),
    ("en", "Call one or two friends before you send."),
    ("en", "They call three hundred people a day."),
    ("en", "Call two thousand times if you must."),
    ("en", "Phone a friend, or two."),
    ("es", "Llame a dos o tres familiares."),
    ("es", "Más de novecientos mil euros perdidos."),
    ("es", "Llame a novecientos clientes."),
    ("fr", "Appelez un ou deux proches."),
    ("fr", "Deux cent trente victimes ont appelé la police."),
    ("de", "Rufen Sie ein oder zwei Freunde an."),
    ("de", "Dreihundertfünfzig Menschen riefen an."),
    ("pt", "Ligue para um ou dois amigos."),
    ("it", "Chiami uno o due amici."),
    ("ru", "Позвоните двум или трём близким."),
    ("ru", "Двести тридцать человек потеряли деньги."),
    ("ar", "اتصل بشخصين أو ثلاثة قبل الإرسال."),
    ("ar", "خسر ثلاثمئة شخص أموالهم."),
    ("hi", "एक या दो दोस्तों को फ़ोन करें।"),
    ("hi", "तीन सौ लोग ठगे गए।"),
    ("th", "โทรหาเพื่อนหนึ่งหรือสองคน"),
    ("th", "มีผู้เสียหายสามร้อยคน"),
    ("ko", "두세 사람에게 전화하세요."),
    ("ko", "이 일로 전화하세요."),
    ("ja", "二、三人に電話してください。"),
    ("ja", "三百人が被害に遭いました。"),
    ("zh-Hans", "请致电一两位家人。"),
    ("zh-Hant", "今年有三百二十人受騙。"),
    ("zh-Hant", "三十日內致電查詢。"),
    ("vi", "Gọi cho một hai người thân."),
    ("id", "Hubungi satu atau dua teman."),
    ("tr", "İki üç yakınınızı arayın."),
    ("tr", "Hemen arayın: yüz elli kişi kandırıldı."),
    ("hi", "तुरंत फ़ोन करें: तीन सौ पचास लोग ठगे गए।"),
]


@pytest.mark.parametrize(
    ("language", "text"),
    [(language, call.format(number)) for language, (call, numbers) in CALLS.items() for number in numbers],
)
def test_a_number_in_words_is_found(language: str, text: str) -> None:
    assert [code.slug for code, _, _ in numbers_to_call(text, language)] == ["digits"]


@pytest.mark.parametrize(("language", "text"), READ_OUT)
def test_a_number_in_other_words_is_found(language: str, text: str) -> None:
    assert [code.slug for code, _, _ in numbers_to_call(text, language)] == ["digits"]


@pytest.mark.parametrize(
    ("language", "text"), [("de", "Rufen Sie " + "einund" * 90 + "x"), ("es", "Llame al " + "uno " * 90 + "unox")]
)
def test_a_long_run_is_read_once(language: str, text: str) -> None:
    """It would never end if each way to split it were tried."""
    numbers_to_call(text, language)


@pytest.mark.parametrize(("language", "text"), COUNTED)
def test_counting_is_left_alone(language: str, text: str) -> None:
    assert numbers_to_call(text, language) == ()
