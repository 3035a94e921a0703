"""Italian, Dutch, Polish, Swedish and Turkish texts are judged as all others: by what they ask, not by who writes."""

import pytest

from app.checks.coercion import coercions
from app.checks.solicitations import solicitations
from app.checks.tone import names_safe_action, tone_warnings

ASKS = [
    ("it", "Trasferisca subito tutti i suoi fondi al portafoglio sicuro e comunichi il codice di verifica."),
    ("it", "Per proteggere il conto, ci fornisca la frase segreta."),
    ("it", "Inserisci qui le parole di recupero."),
    ("it", "Deve comunicare il codice al nostro agente."),
    ("it", "Non riagganci e sposti il denaro sul nuovo conto."),
    ("it", "Installi AnyDesk, così il nostro tecnico la aiuta."),
    ("it", "Cerchi «Polizia Postale Aiuto» su Telegram."),
    ("nl", "Maak uw geld nu over naar de veilige rekening."),
    ("nl", "Voer uw herstelwoorden in om door te gaan."),
    ("nl", "U moet de code doorgeven aan onze medewerker."),
    ("nl", "Installeer TeamViewer zodat wij kunnen helpen."),
    ("nl", "Zoek ons team op Telegram."),
    ("pl", "Przelej wszystkie środki na bezpieczne konto."),
    ("pl", "Proszę podać kod z SMS naszemu pracownikowi."),
    ("pl", "Musisz podać hasło, aby kontynuować."),
    ("pl", "Zainstaluj AnyDesk."),
    ("pl", "Dodaj policjanta na WhatsApp."),
    ("sv", "För över dina pengar till det säkra kontot."),
    ("sv", "Vänligen uppge koden till vår handläggare."),
    ("sv", "Du måste ange dina återställningsord."),
    ("sv", "Ladda ner AnyDesk nu."),
    ("sv", "Sök efter polisens hjälp på Telegram."),
    ("tr", "Paranızı güvenli hesaba gönderin."),
    ("tr", "Doğrulama kodunu görevlimize söyleyin."),
    ("tr", "Kurtarma kelimelerinizi giriniz."),
    ("tr", "AnyDesk uygulamasını indirin."),
    ("tr", "Telegram'da polis hesabını arayın."),
]

WARNS = [
    ("it", "Non comunichi a nessuno codici, password o parole di recupero."),
    ("it", "I truffatori dicono: trasferisca i fondi su un conto sicuro."),
    ("it", "Le chiedono di installare AnyDesk? Riagganci."),
    ("it", "Cambi la password e avvisi la banca."),
    ("it", "Prima di inviare denaro, ne parli con una persona fidata."),
    ("it", "Sta per inviare {amount} {asset} a {destination}."),
    ("nl", "Geef niemand uw codes of herstelwoorden."),
    ("nl", "Oplichters zeggen: maak uw geld over naar een veilige rekening."),
    ("nl", "Verander uw wachtwoord en bel uw bank."),
    ("nl", "Praat eerst met iemand die u vertrouwt voordat u geld stuurt."),
    ("nl", "U staat op het punt {amount} {asset} te versturen."),
    ("pl", "Nikomu nie podawaj kodów ani haseł."),
    ("pl", "Oszuści mówią: przelej środki na bezpieczne konto."),
    ("pl", "Zmień hasło i zadzwoń do banku."),
    ("pl", "Zanim wyślesz pieniądze, porozmawiaj z kimś bliskim."),
    ("sv", "Ge aldrig dina koder eller lösenord till någon."),
    ("sv", "Bedragare säger: för över pengarna till ett säkert konto."),
    ("sv", "Byt lösenord och ring din bank."),
    ("sv", "Prata med någon du litar på innan du skickar pengar."),
    ("tr", "Kodlarınızı ve şifrelerinizi kimseye söylemeyin."),
    ("tr", "Dolandırıcılar paranızı güvenli hesaba gönderin der."),
    ("tr", "Şifrenizi değiştirin ve bankanızı arayın."),
    ("tr", "Para göndermeden önce bir yakınınızla konuşun."),
]

URGES = [
    ("it", "Non riagganci e non annulli."),
    ("it", "Non annulli: questo indirizzo è sicuro."),
    ("nl", "Hang niet op."),
    ("nl", "Dit is geen oplichting, u kunt gerust doorgaan."),
    ("pl", "Proszę się nie rozłączać."),
    ("pl", "To nie jest oszustwo."),
    ("sv", "Lägg inte på."),
    ("sv", "Adressen är säker, fortsätt."),
    ("tr", "İptal etmeyin, işlem sürüyor."),
    ("tr", "Lütfen telefonu kapatmayın."),
]

TELLS = [
    ("it", "I truffatori dicono: non riagganci."),
    ("it", "«Non annulli» è una frase da truffatore."),
    ("nl", "Oplichters zeggen: hang niet op."),
    ("pl", "Oszust powie: „nie rozłączaj się”."),
    ("sv", "Bedragare säger: lägg inte på."),
    ("tr", "Dolandırıcılar size telefonu kapatmayın der."),
]

KIND = [
    ("it", "Si fermi e ne parli con una persona fidata."),
    ("nl", "Stop en praat met iemand die u vertrouwt."),
    ("pl", "Zatrzymaj się i zadzwoń do kogoś bliskiego."),
    ("sv", "Stanna upp och prata med någon du litar på."),
    ("tr", "Durun ve bir yakınınızla konuşun."),
]

UNKIND = [
    ("it", "È colpa sua.", "blame"),
    ("it", "Recupererà il suo denaro, è garantito.", "promise"),
    ("nl", "Dat was dom.", "blame"),
    ("pl", "Gwarantujemy zwrot.", "promise"),
    ("sv", "Det är ditt eget fel.", "blame"),
    ("tr", "Tamamen güvenli bir adres.", "promise"),
]


@pytest.mark.parametrize(("language", "text"), ASKS)
def test_a_request_is_found(language: str, text: str) -> None:
    assert {code.slug for code, _, _ in solicitations(text, language)} == {"asks-reader"}


@pytest.mark.parametrize(("language", "text"), [*WARNS, *KIND])
def test_a_warning_is_left_alone(language: str, text: str) -> None:
    assert (*solicitations(text, language), *coercions(text, language)) == ()


@pytest.mark.parametrize(("language", "text"), URGES)
def test_urging_on_is_found(language: str, text: str) -> None:
    assert [code.slug for code, _, _ in coercions(text, language)] == ["urges-on"]


@pytest.mark.parametrize(("language", "text"), TELLS)
def test_telling_what_scammers_say_is_left_alone(language: str, text: str) -> None:
    assert coercions(text, language) == ()


@pytest.mark.parametrize(("language", "text"), KIND)
def test_a_safe_action_is_known(language: str, text: str) -> None:
    assert names_safe_action([text], language)
    assert tone_warnings(text, language) == ()


@pytest.mark.parametrize(("language", "text", "code"), UNKIND)
def test_blame_and_promises_are_found(language: str, text: str, code: str) -> None:
    assert code in {each.code.slug for each in tone_warnings(text, language)}
