/* <forewarn-alert>: shows an alert of POST /v1/assessments and reports what the user does. See docs/component.md.
   One file, no dependencies, no inline styles; loads as a module or as a plain script. Apache-2.0. */
{
  const WORDS = {
    en: ["I have read this warning", "You can continue in {n} s", "You can continue now", "To continue, first tick the box above", "Sample text, not issued by any police force", "Draft text, not approved yet", "Machine translation, not checked yet", "Source: {name}", "opens in a new tab"],
    ar: ["قرأتُ هذا التحذير", "يمكنك المتابعة بعد {n} ث", "يمكنك المتابعة الآن", "للمتابعة، ضع علامة في المربع أعلاه أولاً", "نص تجريبي لم تصدره أي جهة شرطية", "مسودة لم تُعتمد بعد", "ترجمة آلية لم تُراجَع بعد", "المصدر: {name}", "يُفتح في علامة تبويب جديدة"],
    de: ["Ich habe diese Warnung gelesen", "Weiter in {n} s möglich", "Sie können jetzt fortfahren", "Setzen Sie zuerst oben das Häkchen, um fortzufahren", "Mustertext, von keiner Polizei herausgegeben", "Entwurf, noch nicht freigegeben", "Maschinelle Übersetzung, noch nicht geprüft", "Quelle: {name}", "öffnet einen neuen Tab"],
    es: ["He leído esta advertencia", "Podrá continuar en {n} s", "Ya puede continuar", "Para continuar, marque antes la casilla de arriba", "Texto de muestra, no emitido por ninguna policía", "Borrador, aún sin aprobar", "Traducción automática, aún sin revisar", "Fuente: {name}", "se abre en otra pestaña"],
    fil: ["Nabasa ko ang babalang ito", "Makakapagpatuloy ka sa loob ng {n} s", "Maaari ka nang magpatuloy", "Para magpatuloy, lagyan muna ng tsek ang kahon sa itaas", "Halimbawang teksto, hindi galing sa pulisya", "Burador, hindi pa naaprubahan", "Salin ng makina, hindi pa nasusuri", "Pinagmulan: {name}", "magbubukas sa bagong tab"],
    fr: ["J’ai lu cet avertissement", "Vous pourrez continuer dans {n} s", "Vous pouvez maintenant continuer", "Pour continuer, cochez d’abord la case ci-dessus", "Texte d’exemple, qui n’émane d’aucune police", "Projet de texte, pas encore approuvé", "Traduction automatique, pas encore vérifiée", "Source : {name}", "s’ouvre dans un nouvel onglet"],
    hi: ["मैंने यह चेतावनी पढ़ ली है", "आप {n} सेकंड में आगे बढ़ सकते हैं", "अब आप आगे बढ़ सकते हैं", "आगे बढ़ने के लिए पहले ऊपर के बॉक्स पर निशान लगाएँ", "नमूना पाठ, किसी पुलिस ने जारी नहीं किया है", "मसौदा, अभी स्वीकृत नहीं", "मशीनी अनुवाद, अभी जाँचा नहीं गया", "स्रोत: {name}", "नए टैब में खुलेगा"],
    id: ["Saya sudah membaca peringatan ini", "Anda dapat melanjutkan dalam {n} dtk", "Anda dapat melanjutkan sekarang", "Untuk melanjutkan, centang dulu kotak di atas", "Teks contoh, tidak diterbitkan oleh kepolisian mana pun", "Rancangan, belum disetujui", "Terjemahan mesin, belum diperiksa", "Sumber: {name}", "dibuka di tab baru"],
    it: ["Ho letto questo avviso", "Potrà continuare tra {n} s", "Ora può continuare", "Per continuare, spunti prima la casella qui sopra", "Testo di esempio, non emesso da alcuna forza di polizia", "Bozza, non ancora approvata", "Traduzione automatica, non ancora verificata", "Fonte: {name}", "si apre in una nuova scheda"],
    ja: ["この警告を読みました", "あと{n}秒で続けられます", "続けられるようになりました", "続けるには、先に上のチェックボックスにチェックを入れてください", "見本の文章です。警察が発表したものではありません", "下書きです。まだ承認されていません", "機械翻訳です。まだ確認されていません", "出典：{name}", "新しいタブで開きます"],
    kk: ["Мен бұл ескертуді оқыдым", "{n} с кейін жалғастыра аласыз", "Енді жалғастыра аласыз", "Жалғастыру үшін алдымен жоғарыдағы ұяшықты белгілеңіз", "Үлгі мәтін, оны ешбір полиция органы шығармаған", "Жоба, әлі бекітілмеген", "Машиналық аударма, әлі тексерілмеген", "Дереккөз: {name}", "жаңа қойындыда ашылады"],
    ko: ["이 경고를 읽었습니다", "{n}초 후에 계속할 수 있습니다", "이제 계속할 수 있습니다", "계속하려면 먼저 위의 확인란을 선택하세요", "예시 문구이며 경찰이 발표한 것이 아닙니다", "초안이며 아직 승인되지 않았습니다", "기계 번역이며 아직 검토되지 않았습니다", "출처: {name}", "새 탭에서 열림"],
    ms: ["Saya telah membaca amaran ini", "Anda boleh teruskan dalam {n} s", "Anda boleh teruskan sekarang", "Untuk teruskan, tandakan kotak di atas dahulu", "Teks contoh, tidak dikeluarkan oleh mana-mana pasukan polis", "Draf, belum diluluskan", "Terjemahan mesin, belum disemak", "Sumber: {name}", "dibuka dalam tab baharu"],
    nl: ["Ik heb deze waarschuwing gelezen", "U kunt doorgaan over {n} s", "U kunt nu doorgaan", "Vink eerst het vakje hierboven aan om door te gaan", "Voorbeeldtekst, niet afkomstig van de politie", "Concepttekst, nog niet goedgekeurd", "Machinevertaling, nog niet gecontroleerd", "Bron: {name}", "wordt geopend in een nieuw tabblad"],
    pl: ["Przeczytałem(-am) to ostrzeżenie", "Możesz kontynuować za {n} s", "Możesz teraz kontynuować", "Aby kontynuować, najpierw zaznacz pole powyżej", "Tekst przykładowy, niewydany przez żadną policję", "Wersja robocza, jeszcze niezatwierdzona", "Tłumaczenie maszynowe, jeszcze niesprawdzone", "Źródło: {name}", "otwiera się w nowej karcie"],
    pt: ["Li este aviso", "Poderá continuar dentro de {n} s", "Já pode continuar", "Para continuar, assinale primeiro a caixa acima", "Texto de exemplo, não emitido por nenhuma polícia", "Rascunho, ainda não aprovado", "Tradução automática, ainda não revista", "Fonte: {name}", "abre num novo separador"],
    "pt-BR": ["Li este aviso", "Você poderá continuar em {n} s", "Agora você pode continuar", "Para continuar, marque antes a caixa acima", "Texto de exemplo, não emitido por nenhuma polícia", "Rascunho, ainda não aprovado", "Tradução automática, ainda não revisada", "Fonte: {name}", "abre em uma nova guia"],
    ru: ["Я прочитал(а) это предупреждение", "Продолжить можно через {n} с", "Теперь можно продолжить", "Чтобы продолжить, сначала поставьте отметку выше", "Образец текста, не выпущен никакой полицией", "Черновик, ещё не утверждён", "Машинный перевод, ещё не проверен", "Источник: {name}", "откроется в новой вкладке"],
    sv: ["Jag har läst den här varningen", "Du kan fortsätta om {n} s", "Du kan fortsätta nu", "Kryssa först i rutan ovan för att fortsätta", "Exempeltext, inte utfärdad av någon polismyndighet", "Utkast, ännu inte godkänt", "Maskinöversättning, ännu inte granskad", "Källa: {name}", "öppnas i en ny flik"],
    ta: ["இந்த எச்சரிக்கையைப் படித்தேன்", "{n} வினாடிகளில் நீங்கள் தொடரலாம்", "இப்போது நீங்கள் தொடரலாம்", "தொடர, முதலில் மேலே உள்ள பெட்டியைக் குறியிடவும்", "மாதிரி உரை, எந்தக் காவல்துறையும் வெளியிட்டதல்ல", "வரைவு, இன்னும் அங்கீகரிக்கப்படவில்லை", "இயந்திர மொழிபெயர்ப்பு, இன்னும் சரிபார்க்கப்படவில்லை", "ஆதாரம்: {name}", "புதிய தாவலில் திறக்கும்"],
    th: ["ฉันได้อ่านคำเตือนนี้แล้ว", "ดำเนินการต่อได้ในอีก {n} วินาที", "ดำเนินการต่อได้แล้ว", "หากต้องการดำเนินการต่อ โปรดทำเครื่องหมายในช่องด้านบนก่อน", "ข้อความตัวอย่าง ไม่ได้ออกโดยตำรวจ", "ฉบับร่าง ยังไม่ได้รับอนุมัติ", "แปลด้วยเครื่อง ยังไม่ได้ตรวจทาน", "ที่มา: {name}", "เปิดในแท็บใหม่"],
    tr: ["Bu uyarıyı okudum", "{n} sn sonra devam edebilirsiniz", "Artık devam edebilirsiniz", "Devam etmek için önce yukarıdaki kutuyu işaretleyin", "Örnek metin, hiçbir polis teşkilatı tarafından yayımlanmamıştır", "Taslak metin, henüz onaylanmadı", "Makine çevirisi, henüz kontrol edilmedi", "Kaynak: {name}", "yeni sekmede açılır"],
    uk: ["Я прочитав(-ла) це попередження", "Продовжити можна через {n} с", "Тепер можна продовжити", "Щоб продовжити, спершу поставте позначку вище", "Зразок тексту, не виданий жодною поліцією", "Чернетка, ще не затверджена", "Машинний переклад, ще не перевірений", "Джерело: {name}", "відкриється в новій вкладці"],
    vi: ["Tôi đã đọc cảnh báo này", "Bạn có thể tiếp tục sau {n} giây", "Bạn có thể tiếp tục ngay bây giờ", "Để tiếp tục, hãy đánh dấu vào ô phía trên trước", "Văn bản mẫu, không do cơ quan công an nào ban hành", "Bản nháp, chưa được phê duyệt", "Bản dịch máy, chưa được kiểm tra", "Nguồn: {name}", "mở trong thẻ mới"],
    "zh-Hans": ["我已阅读此警告", "{n} 秒后可以继续", "现在可以继续", "如要继续，请先勾选上方的方框", "样本文字，并非由任何警方发布", "草稿，尚未核准", "机器翻译，尚未审核", "来源：{name}", "在新标签页中打开"],
    "zh-Hant": ["我已閱讀此警告", "{n} 秒後可以繼續", "現在可以繼續", "如要繼續，請先勾選上方的方格", "樣本文字，並非由任何警方發出", "草稿，尚未核准", "機器翻譯，尚未審核", "來源：{name}", "在新分頁開啟"],
  };
  const [READ, WAIT, READY, TICK, SAMPLE, DRAFT, MACHINE, SOURCE, NEW_TAB] = Array(9).keys();
  const STATUS = { sample: SAMPLE, draft: DRAFT, machine: MACHINE };
  const MODES = ["banner", "dialog", "interstitial"];
  const SEVERITIES = ["info", "caution", "high", "critical"];
  const ACTION_ORDER = ["cancel", "review", "call", "report", "proceed"];
  const OUTCOME_OF = { cancel: "cancelled", review: "reviewed", call: "reviewed", report: "reported", proceed: "proceeded" };
  const FINAL_OUTCOMES = ["cancelled", "proceeded", "abandoned"];

  const SHEET = new CSSStyleSheet();
  SHEET.replaceSync(`
:host {
  color-scheme: light dark;
  --_paper: var(--forewarn-surface, #ffffff);
  --_ink: var(--forewarn-ink, #16191d);
  --_soft: var(--forewarn-soft, #565e68);
  --_line: var(--forewarn-line, #d5d9de);
  --_edge: #767e88;
  --_button: var(--forewarn-button, #0b5c55);
  --_button-ink: var(--forewarn-button-ink, #ffffff);
  --_link: var(--forewarn-link, #0b5c55);
  --_focus: var(--forewarn-focus, #0a58ca);
  --_shade: rgb(12 16 20 / 0.58);
  --_sign: #1f5f8b; --_tint: #e8f1f8;
  display: block;
}
:host([hidden]) { display: none; }
:host([theme="light"]) { color-scheme: light; }
:host([theme="dark"]) { color-scheme: dark; }
.caution { --_sign: #8a5300; --_tint: #fdf1dc; }
.high { --_sign: #b3400a; --_tint: #fdeee4; }
.critical { --_sign: #b3151f; --_tint: #fdebec; }
@supports (color: light-dark(#000, #fff)) {
  :host {
    --_paper: var(--forewarn-surface, light-dark(#ffffff, #181c20));
    --_ink: var(--forewarn-ink, light-dark(#16191d, #eceff2));
    --_soft: var(--forewarn-soft, light-dark(#565e68, #a9b2bc));
    --_line: var(--forewarn-line, light-dark(#d5d9de, #363d45));
    --_edge: light-dark(#767e88, #87919c);
    --_button: var(--forewarn-button, light-dark(#0b5c55, #6fd6c7));
    --_button-ink: var(--forewarn-button-ink, light-dark(#ffffff, #06211e));
    --_link: var(--forewarn-link, light-dark(#0b5c55, #6fd6c7));
    --_focus: var(--forewarn-focus, light-dark(#0a58ca, #8ab8ff));
    --_sign: light-dark(#1f5f8b, #8cc4ee); --_tint: light-dark(#e8f1f8, #172b3a);
  }
  .caution { --_sign: light-dark(#8a5300, #f2bd62); --_tint: light-dark(#fdf1dc, #33270f); }
  .high { --_sign: light-dark(#b3400a, #ffab7d); --_tint: light-dark(#fdeee4, #3a2114); }
  .critical { --_sign: light-dark(#b3151f, #ff9ea3); --_tint: light-dark(#fdebec, #3d191c); }
}
*, *::before, *::after { box-sizing: border-box; }
h2, p, ul { margin: 0; padding: 0; }

.alert {
  color: var(--_ink); background: var(--_paper); text-align: start;
  font: 400 1rem/1.5 var(--forewarn-font, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif);
  overflow-wrap: anywhere; line-break: strict; -webkit-text-size-adjust: 100%;
}
dialog { position: fixed; inset: 0; margin: auto; padding: 0; border: 0; max-width: none; max-height: none; }
dialog::backdrop { background: rgb(12 16 20 / 0.58); }
dialog.is-dialog { width: min(30rem, calc(100vw - 2rem)); height: fit-content; max-height: calc(100dvh - 2rem); border-radius: var(--forewarn-radius, 0.875rem); overflow: auto; overscroll-behavior: contain; }
dialog.is-interstitial { width: 100vw; height: 100dvh; overflow: auto; overscroll-behavior: contain; }
.inside { padding: 1.5rem; display: grid; gap: 1rem; align-content: start; }
.is-interstitial .inside { max-width: 38rem; min-height: 100%; margin-inline: auto; padding: max(1.5rem, min(8vh, 4.5rem)) 1.25rem 2rem; }

.frame { position: relative; }
.frame.is-dialog { display: grid; place-items: center; min-height: 100%; padding: 1rem; background: var(--_shade); }
.frame.is-dialog > .alert { border-radius: var(--forewarn-radius, 0.875rem); width: min(30rem, 100%); }
.frame.is-interstitial > .alert { min-height: 100%; }
.frame.is-interstitial { min-height: 100%; display: grid; }
.frame.is-interstitial .inside { padding-block-start: 1.75rem; }

.head { display: flex; gap: 0.75rem; align-items: flex-start; }
.is-interstitial .head, .is-dialog .head { flex-direction: column; }
.sign { flex: none; width: 2.75rem; height: 2.75rem; padding: 0.5625rem; border-radius: 50%; color: var(--_sign); background: var(--_tint); }
.sign svg { display: block; width: 100%; height: 100%; }
h2 { font-size: 1.375rem; line-height: 1.3; font-weight: 700; text-wrap: balance; }
h2:focus { outline: none; }
.body { display: grid; gap: 0.75rem; }
.questions { list-style: none; display: grid; gap: 0.5rem; padding: 0.875rem 1rem; background: var(--_tint); border-radius: 0.625rem; }
.questions li { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0.625rem; font-weight: 600; }
.questions li::before { content: "?"; content: "?" / ""; width: 1.375rem; height: 1.375rem; margin-block-start: 0.0625rem; display: grid; place-items: center; border-radius: 50%; font-size: 0.8125rem; line-height: 1; font-weight: 700; color: var(--_paper); background: var(--_sign); }
[dir="rtl"] .questions li::before { content: "؟"; content: "؟" / ""; }
.source { font-size: 0.875rem; color: var(--_soft); }
.notice { font-size: 0.8125rem; line-height: 1.4; color: var(--_soft); border: 1px dashed var(--_edge); border-radius: 0.375rem; padding: 0.25rem 0.625rem; justify-self: start; }

.actions { display: grid; gap: 0.625rem; }
/* The safe button stays visible while the user scrolls. */
:is(.is-dialog, .is-interstitial) .actions { display: contents; }
:is(.is-dialog, .is-interstitial) .cancel { position: sticky; inset-block-end: 0.75rem; z-index: 1; box-shadow: 0 0 0 0.75rem var(--_paper); }
:is(dialog, .frame.is-dialog > .alert, .frame.is-interstitial > .alert) { scroll-padding-block: 1rem 5.5rem; }
.action:is(.review, .call, .report) { margin-block-start: -0.375rem; }
.is-banner .action { margin: 0; }
.action {
  display: flex; flex-wrap: wrap; align-items: center; justify-content: center; gap: 0 0.5rem; width: 100%; min-height: 3rem; padding: 0.5rem 1rem;
  font: inherit; font-weight: 600; text-align: center; text-decoration: none; cursor: pointer;
  color: var(--_link); background: none; border: 1.5px solid var(--_edge); border-radius: var(--forewarn-button-radius, 0.625rem);
}
.action:hover { border-color: currentColor; }
.cancel, .cancel:hover { color: var(--_button-ink); background: var(--_button); border-color: var(--_button); }
.detail { font-weight: 400; color: var(--_soft); font-size: 0.9375rem; unicode-bidi: isolate; }
.go { display: grid; gap: 0.625rem; padding-block-start: 0.875rem; border-block-start: 1px solid var(--_line); }
.read { display: flex; gap: 0.625rem; align-items: flex-start; cursor: pointer; padding-block: 0.25rem; }
.read input { flex: none; width: 1.375rem; height: 1.375rem; margin: 0.0625rem 0 0; accent-color: var(--_button); cursor: pointer; }
.proceed { border-color: transparent; color: var(--_soft); font-weight: 400; text-decoration: underline; text-underline-offset: 0.2em; min-height: 2.75rem; }
.proceed[aria-disabled="true"] { cursor: not-allowed; text-decoration: none; }
.proceed[aria-disabled="true"]:hover { border-color: transparent; }
.wait { font-size: 0.875rem; color: var(--_soft); text-align: center; font-variant-numeric: tabular-nums; }
.wait:empty { display: none; }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
:focus-visible { outline: 3px solid var(--_focus); outline-offset: 2px; }
.cancel:focus-visible { box-shadow: 0 0 0 0.75rem var(--_paper); }

.is-banner.alert { border: 1px solid var(--_line); border-inline-start: 4px solid var(--_sign); border-radius: var(--forewarn-radius, 0.625rem); }
.is-banner .inside { padding: 1rem; gap: 0.75rem; }
.is-banner .sign { width: 2rem; height: 2rem; padding: 0.375rem; }
.is-banner h2 { font-size: 1.0625rem; padding-block-start: 0.1875rem; }
.is-banner .questions { padding: 0; background: none; font-size: 0.9375rem; }
.is-banner .questions li { font-weight: 400; }
.is-banner .actions { display: flex; flex-wrap: wrap; align-items: center; }
.is-banner .action { width: auto; min-height: 2.75rem; flex: 0 1 auto; }
.is-banner .go { border: 0; padding: 0; margin: 0; flex: 0 1 auto; }

@media (prefers-reduced-motion: no-preference) {
  dialog.is-dialog[open] { animation: rise 180ms ease-out; }
  dialog.is-dialog[open]::backdrop { animation: fade 180ms ease-out; }
  @keyframes rise { from { transform: translateY(0.75rem); } }
  @keyframes fade { from { opacity: 0; } }
}
@media (forced-colors: active) {
  .alert, .action, .questions { border: 1px solid CanvasText; }
  .cancel { border-width: 3px; }
}
`);

  const SIGNS = {
    info: ["M12 10.5v6.5", "M12 7.2v.1", "M12 2.8a9.2 9.2 0 1 0 0 18.4a9.2 9.2 0 0 0 0-18.4z"],
    warning: ["M12 3.2L22 20.4H2z", "M12 9.6v5", "M12 17.5v.1"],
    stop: ["M8 2.6h8L21.4 8v8L16 21.4H8L2.6 16V8z", "M12 7.4v5.8", "M12 16.5v.1"],
  };
  const SIGN_OF = { info: "info", caution: "warning", high: "warning", critical: "stop" };

  const createElement = (tag, { text, part, ...attributes } = {}, children = []) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) if (value !== undefined && value !== null) element.setAttribute(name, value);
    if (part) element.setAttribute("part", part);
    if (text !== undefined) element.textContent = text;
    element.append(...children.filter(Boolean));
    return element;
  };

  const sign = (severity) => {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    for (const [name, value] of Object.entries({ viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": "2.2", "stroke-linecap": "round", "stroke-linejoin": "round", focusable: "false" })) svg.setAttribute(name, value);
    for (const d of SIGNS[SIGN_OF[severity]]) svg.appendChild(document.createElementNS(space, "path")).setAttribute("d", d);
    return createElement("div", { class: "sign", part: "sign", "aria-hidden": "true" }, [svg]);
  };

  const text = (value) => (typeof value === "string" ? value : "");
  const texts = (value) => (Array.isArray(value) ? value.filter((one) => typeof one === "string" && one.trim()) : []);
  const oneOf = (value, allowed, otherwise) => (allowed.includes(value) ? value : otherwise);

  /* An alert may only link to HTTPS pages and telephone numbers; other links are not rendered. */
  const httpsUrl = (url) => {
    try {
      const parsed = new URL(text(url));
      return parsed.protocol === "https:" && !parsed.username ? parsed : null;
    } catch {
      return null;
    }
  };
  const telephoneUrl = (phone) => (/^[+*#0-9][0-9 ()*#-]{1,23}$/.test(text(phone)) ? `tel:${phone.replace(/[ ()-]/g, "").replaceAll("#", "%23")}` : null);

  /* The closest language with words: the tag itself, then without its region (Chinese regions by their script), then English. */
  const wordsFor = (language) => {
    const parts = text(language).split("-");
    if (parts[0] === "zh" && !/^Han[st]$/.test(parts[1] ?? "")) parts.splice(1, 0, ["TW", "HK", "MO"].includes(parts[1]) ? "Hant" : "Hans");
    for (; parts.length; parts.pop()) if (Object.hasOwn(WORDS, parts.join("-"))) return WORDS[parts.join("-")];
    return WORDS.en;
  };

  class ForewarnAlert extends HTMLElement {
    static observedAttributes = ["alert", "placement"];
    static languages = Object.freeze(Object.keys(WORDS));

    #alert = null;
    #root = this.attachShadow({ mode: "open" });
    #rendered = null; /* what is on screen: its elements and the outcomes reported */
    #focusedBefore = null; /* the element that had the focus */

    constructor() {
      super();
      this.#root.adoptedStyleSheets = [SHEET];
    }

    /** The alert object of an answer, or null. Setting it redraws the element. */
    get alert() {
      return this.#alert;
    }
    set alert(value) {
      this.#alert = value && typeof value === "object" ? value : null;
      if (this.isConnected) this.#render();
    }

    /** Included in every event, to identify the withdrawal. Attribute `assessment-id`. */
    get assessmentId() {
      return this.getAttribute("assessment-id");
    }
    set assessmentId(value) {
      if (value === null || value === undefined) this.removeAttribute("assessment-id");
      else this.setAttribute("assessment-id", value);
    }

    attributeChangedCallback(name, before, now) {
      if (before === now) return;
      if (name === "alert") {
        try {
          this.alert = JSON.parse(now);
        } catch {
          this.alert = null;
        }
      } else if (this.isConnected) this.#render();
    }

    connectedCallback() {
      /* Properties set before this file loaded are own properties of the element. */
      for (const name of ["assessmentId", "alert"]) {
        if (!Object.hasOwn(this, name)) continue;
        const value = this[name];
        delete this[name];
        this[name] = value;
      }
      if (!this.#rendered) this.#render();
      else if (this.#rendered.modal) this.#reopen(this.#rendered.panel);
    }

    disconnectedCallback() {
      /* An element that was only moved is connected again by then. */
      queueMicrotask(() => {
        if (this.isConnected) return;
        this.#abandon();
        this.#clear();
      });
    }

    #render() {
      this.#abandon();
      this.#clear();
      const alert = this.#alert;
      if (!alert || !text(alert.title).trim()) return;
      const shown = alert.presentation ?? {};
      const mode = oneOf(shown.mode, MODES, "dialog");
      const severity = oneOf(alert.severity, SEVERITIES, "caution");
      const inline = this.getAttribute("placement") === "inline";
      const modal = mode !== "banner" && !inline;
      const words = wordsFor(alert.language);
      const rendered = { words, modal, reported: new Set(), left: Math.min(Math.max(Number(shown.min_display_seconds) || 0, 0), 60) * 1000, read: shown.acknowledge !== "checkbox" };

      const status = oneOf(text(alert.text_status), Object.keys(STATUS), null);
      rendered.title = createElement("h2", { id: "title", part: "title", text: alert.title, tabindex: "-1" });
      rendered.proceedButton = null;
      rendered.live = createElement("p", { class: "sr", role: "status" });
      const described = texts(alert.body).length ? "body" : null;
      const inside = createElement("div", { class: "inside", part: "content" }, [
        createElement("div", { class: "head" }, [sign(severity), rendered.title]),
        described && createElement("div", { class: "body", id: "body", part: "body" }, texts(alert.body).map((one) => createElement("p", { text: one }))),
        texts(alert.questions).length > 0 && createElement("ul", { class: "questions", part: "questions", role: "list" }, texts(alert.questions).map((one) => createElement("li", {}, [createElement("span", { text: one })]))),
        text(alert.source) && createElement("p", { class: "source", part: "source", text: words[SOURCE].replace("{name}", () => alert.source) }),
        status && createElement("p", { class: "notice", part: "notice", text: words[STATUS[status]] }),
        this.#actions(alert, rendered),
        rendered.live,
      ]);
      const dir = alert.direction === "rtl" ? "rtl" : "ltr";
      const named = { lang: text(alert.language) || null, dir, part: `panel ${mode}`, "aria-labelledby": "title" };
      const panel = createElement(modal ? "dialog" : "section", { class: `alert is-${mode} ${severity}`, ...named, role: inline ? "group" : mode === "banner" ? "region" : "alertdialog", "aria-describedby": mode === "banner" ? null : described }, [inside]);
      const frame = inline && mode !== "banner" ? createElement("div", { class: `frame is-${mode}`, part: "frame" }, [panel]) : panel;
      this.#rendered = Object.assign(rendered, { panel, stop: new AbortController() });
      this.#root.append(frame);
      this.#watch(rendered);
      if (modal) this.#open(rendered);
      else if (mode === "banner" && !inline) requestAnimationFrame(() => { rendered.live.textContent = alert.title; });
      this.#update(rendered);
    }

    #actions(alert, rendered) {
      const given = Array.isArray(alert.actions) ? alert.actions.filter((one) => one && ACTION_ORDER.includes(one.kind)) : [];
      const sorted = given.sort((one, other) => ACTION_ORDER.indexOf(one.kind) - ACTION_ORDER.indexOf(other.kind));
      const made = sorted.map((action) => this.#action(action, rendered)).filter(Boolean);
      return createElement("div", { class: "actions", part: "actions" }, made);
    }

    #action(action, rendered) {
      const { kind } = action;
      const label = text(action.label);
      if (!label.trim()) return null;
      if (kind === "proceed") return this.#proceed(label, rendered);
      const attributes = { class: `action ${kind}`, part: `action ${kind}` };
      let made;
      if (kind === "cancel") {
        made = createElement("button", { ...attributes, type: "button", text: label });
      } else {
        const page = httpsUrl(action.url);
        const number = telephoneUrl(action.phone);
        if (!page && !number) return null;
        const detail = number ? text(action.phone) : page.host.replace(/^www\./, "");
        const links = number ? { href: number } : { href: page.href, target: "_blank", rel: "noopener noreferrer" };
        made = createElement("a", { ...attributes, ...links }, [
          createElement("span", { text: label }),
          !label.includes(detail) && createElement("span", { class: "detail", dir: "ltr", text: detail }),
          !number && createElement("span", { class: "sr", text: `(${rendered.words[NEW_TAB]})` }),
        ]);
      }
      made.addEventListener("click", () => this.#report(OUTCOME_OF[kind]));
      return made;
    }

    #proceed(label, rendered) {
      const box = rendered.read ? null : createElement("input", { type: "checkbox", part: "checkbox" });
      box?.addEventListener("change", () => {
        rendered.read = box.checked;
        this.#update(rendered);
      });
      rendered.proceedButton = createElement("button", { class: "action proceed", part: "action proceed", type: "button", text: label, "aria-describedby": "wait" });
      rendered.proceedButton.addEventListener("click", () => {
        if (rendered.left <= 0 && rendered.read) this.#report("proceeded");
        else this.#announce(rendered, this.#blockedBecause(rendered));
      });
      rendered.wait = createElement("p", { class: "wait", part: "countdown", id: "wait" });
      return createElement("div", { class: "go", part: "go" }, [
        box && createElement("label", { class: "read", part: "acknowledge" }, [box, createElement("span", { text: rendered.words[READ] })]),
        rendered.proceedButton,
        rendered.wait,
      ]);
    }

    #blockedBecause(rendered) {
      if (rendered.left > 0) return rendered.words[WAIT].replace("{n}", String(Math.ceil(rendered.left / 1000)));
      return rendered.read ? "" : rendered.words[TICK];
    }

    #update(rendered) {
      if (!rendered.proceedButton) return;
      const reason = this.#blockedBecause(rendered);
      if (rendered.wait.textContent !== reason) rendered.wait.textContent = reason;
      rendered.proceedButton.setAttribute("aria-disabled", String(reason !== ""));
    }

    /* Screen readers announce the same words again only if the region was empty in between. */
    #announce(rendered, words) {
      rendered.live.textContent = "";
      requestAnimationFrame(() => { rendered.live.textContent = words; });
    }

    #open(rendered) {
      const { panel } = rendered;
      const focused = document.activeElement;
      this.#focusedBefore = focused && focused !== document.body ? focused : null;
      panel.addEventListener("cancel", (event) => {
        event.preventDefault();
        this.#report("abandoned");
      });
      /* Browsers close the dialog on a second Escape regardless; this too counts as abandoned. */
      panel.addEventListener("close", () => {
        if (this.#rendered === rendered) this.#report("abandoned");
      });
      panel.addEventListener("keydown", (event) => this.#keepInside(event, panel));
      panel.showModal();
      panel.scrollTop = 0;
      rendered.title.focus({ preventScroll: true });
    }

    /* Moving an element removes it from the top layer. */
    #reopen(panel) {
      if (panel.matches(":modal")) return;
      panel.removeAttribute("open");
      panel.showModal();
    }

    /* Tab cycles within the alert; the modal dialog makes everything else inert. */
    #keepInside(event, panel) {
      if (event.key !== "Tab") return;
      const focusable = [...panel.querySelectorAll("a[href], button, input")];
      const now = focusable.indexOf(this.#root.activeElement);
      const next = event.shiftKey ? (now <= 0 ? focusable.at(-1) : null) : now === focusable.length - 1 ? focusable[0] : null;
      if (next) {
        event.preventDefault();
        next.focus();
      }
    }

    /* Reports `shown` once the alert is visible; the countdown runs only while it is. */
    #watch(rendered) {
      const { panel, stop } = rendered;
      let intersecting = false;
      let last = null;
      let timer = null;
      const visible = () => intersecting && document.visibilityState === "visible";
      const tick = () => {
        const now = performance.now();
        if (last !== null) rendered.left -= now - last;
        last = visible() ? now : null;
        this.#update(rendered);
        if (rendered.left > 0) return;
        clearInterval(timer);
        timer = null;
        if (rendered.proceedButton) this.#announce(rendered, this.#blockedBecause(rendered) || rendered.words[READY]);
      };
      const onVisibilityChange = () => {
        if (visible()) this.#report("shown");
        if (rendered.left > 0) {
          if (timer === null && visible()) timer = setInterval(tick, 200);
          if (timer !== null) tick();
          if (!visible()) {
            clearInterval(timer);
            timer = null;
          }
        }
      };
      const observer = new IntersectionObserver((entries) => {
        intersecting = entries.at(-1).isIntersecting;
        onVisibilityChange();
      });
      observer.observe(panel);
      const { signal } = stop;
      document.addEventListener("visibilitychange", onVisibilityChange, { signal });
      window.addEventListener("pagehide", () => this.#abandon(), { signal });
      signal.addEventListener("abort", () => {
        observer.disconnect();
        clearInterval(timer);
      });
    }

    /* Removed without a decision. An alert that was never visible is not abandoned. */
    #abandon() {
      if (this.#rendered?.reported.has("shown")) this.#report("abandoned");
    }

    #report(outcome) {
      const rendered = this.#rendered;
      if (!rendered || rendered.reported.has(outcome) || FINAL_OUTCOMES.some((end) => rendered.reported.has(end))) return;
      rendered.reported.add(outcome);
      this.dispatchEvent(new CustomEvent("forewarn-outcome", { bubbles: true, composed: true, detail: { outcome, assessment_id: this.assessmentId } }));
      if (FINAL_OUTCOMES.includes(outcome) && this.#rendered === rendered) this.#clear();
    }

    #clear() {
      const rendered = this.#rendered;
      if (!rendered) return;
      this.#rendered = null;
      rendered.stop.abort();
      if (rendered.modal && rendered.panel.open) rendered.panel.close();
      this.#root.replaceChildren();
      if (rendered.modal && this.#focusedBefore?.isConnected) this.#focusedBefore.focus();
      this.#focusedBefore = null;
    }
  }

  if (!customElements.get("forewarn-alert")) customElements.define("forewarn-alert", ForewarnAlert);
}
