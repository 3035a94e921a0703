// ForewarnAlert: the alert of docs/native.md in SwiftUI, for iOS 18. Apache-2.0.
//
// A SAMPLE THAT IS NOT COMPILED HERE: this repository has no Swift tool chain. Read it beside docs/native.md, and hold your
// copy to clients/golden: `nodes`, `missing` and `press` need no screen.

import Accessibility
import SwiftUI

/// `alert` of an answer. Words stay text and members may be missing: a later service sends what this app does not know.
struct ForewarnAlert: Decodable {
    struct Action: Decodable { var kind: String?, label: String?, url: String?, phone: String? }
    struct Presentation: Decodable { var mode: String?, minDisplaySeconds: Double?, acknowledge: String? }
    var title: String?, body: [String]?, questions: [String]?, actions: [Action]?, presentation: Presentation?
    var typology: String?, severity: String?, language: String?, direction: String?, textStatus: String?, source: String?
    var mode: String { ["banner", "dialog", "interstitial"].first { $0 == presentation?.mode } ?? "dialog" }
    var wait: Double { min(max(presentation?.minDisplaySeconds ?? 0, 0), 60) }
}

/// A file of clients/words, in the bundle as words-en.json and so on.
struct ForewarnWords: Decodable {
    var read, wait, ready, scroll, tick, sample, draft, machine, source, newTab: String

    /// Those of the language, else of the language without its region, else English. A Chinese region stands for its script.
    static func nearest(_ tag: String?) -> ForewarnWords {
        var parts = (tag ?? "en").split(separator: "-").map(String.init)
        if parts.first == "zh", parts.count < 2 || !["Hans", "Hant"].contains(parts[1]) {
            parts.insert(parts.count > 1 && ["TW", "HK", "MO"].contains(parts[1]) ? "Hant" : "Hans", at: 1)
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        while !parts.isEmpty {
            if let url = Bundle.main.url(forResource: "words-" + parts.joined(separator: "-"), withExtension: "json"),
               let data = try? Data(contentsOf: url), let words = try? decoder.decode(ForewarnWords.self, from: data) {
                return words
            }
            parts.removeLast()
        }
        precondition(tag != "en", "words-en.json is not in the bundle")
        return nearest("en")
    }
}

/// What is on the screen, in this order: the nodes of a golden file.
struct ForewarnNode: Identifiable {
    enum Role: String { case heading, text, question, source, notice, button, link, checkbox, timer }
    var id: Int, role: Role, action: String?, text: String, detail: String?, target: URL?
}

/// What your backend sends on unchanged, with `agoMs` taken when it is sent.
struct ForewarnOutcome {
    var outcome: String, assessmentID: String?, at: ContinuousClock.Instant
    var visibleMs: Int, scrolled: Bool, ignoredInputs: Int
    var agoMs: Int { Int((ContinuousClock.now - at) / .milliseconds(1)) }
}

@MainActor @Observable final class ForewarnController: Identifiable {
    static let outcomes = ["cancel": "cancelled", "review": "reviewed", "call": "reviewed", "report": "reported",
                           "proceed": "proceeded"]

    let alert: ForewarnAlert
    let words: ForewarnWords
    let assessmentID: String?
    private let report: (ForewarnOutcome) -> Void
    private(set) var nodes: [ForewarnNode] = []
    private(set) var ticked = false
    private var said: Set<String> = []
    private var visible = Duration.zero
    private var ignoredInputs = 0
    private var last: ContinuousClock.Instant?
    private var since: ContinuousClock.Instant?
    var scrolled = false
    var active = false

    init(alert: ForewarnAlert, assessmentID: String?, words: ForewarnWords, report: @escaping (ForewarnOutcome) -> Void) {
        self.alert = alert
        self.assessmentID = assessmentID
        self.words = words
        self.report = report
        nodes = drawn()
    }

    var isOver: Bool { !said.isDisjoint(with: ["cancelled", "proceeded", "abandoned"]) }
    var hasBox: Bool { nodes.contains { $0.role == .checkbox } }
    private var left: Double { max(alert.wait - visible / .seconds(1), 0) }

    var missingForBox: String {
        if left > 0 { return words.wait.replacingOccurrences(of: "{n}", with: String(Int(left.rounded(.up)))) }
        return hasBox && !scrolled ? words.scroll : ""
    }

    var missing: String { missingForBox.isEmpty && hasBox && !ticked ? words.tick : missingForBox }

    /// Five times a second. A longer gap means that the app stood still, so it counts for half a second at most.
    func look(_ now: ContinuousClock.Instant = .now) {
        guard active else { last = nil; return }
        if since == nil { since = now; say("shown") }
        let waited = left > 0
        if let last { visible += min(now - last, .milliseconds(500)) }
        last = now
        if waited, left == 0, nodes.contains(where: { $0.action == "proceed" }) {
            AccessibilityNotification.Announcement(missing.isEmpty ? words.ready : missing).post()
        }
    }

    /// Returns the page or number to open.
    func press(_ node: ForewarnNode) -> URL? {
        guard let since, !isOver else { return nil }
        guard ContinuousClock.now - since >= .milliseconds(700) else { ignoredInputs += 1; return nil }
        let blocked = node.role == .checkbox ? missingForBox : node.action == "proceed" ? missing : ""
        guard blocked.isEmpty else { AccessibilityNotification.Announcement(blocked).post(); return nil }
        if let outcome = Self.outcomes[node.action ?? ""] { say(outcome) } else { ticked.toggle() }
        return node.target
    }

    /// Gone without a decision. Without `shown` there is nothing to leave.
    func leave() { if said.contains("shown") { say("abandoned") } }

    private func say(_ outcome: String) {
        guard !isOver, said.insert(outcome).inserted else { return }
        report(ForewarnOutcome(outcome: outcome, assessmentID: assessmentID, at: .now, visibleMs: Int(visible / .milliseconds(1)),
                               scrolled: scrolled, ignoredInputs: ignoredInputs))
    }

    private func drawn() -> [ForewarnNode] {
        var made: [ForewarnNode] = []
        func add(_ role: ForewarnNode.Role, _ text: String, _ action: String? = nil, detail: String? = nil, target: URL? = nil) {
            made.append(ForewarnNode(id: made.count, role: role, action: action, text: text, detail: detail, target: target))
        }
        func filled(_ texts: [String]?) -> [String] { (texts ?? []).filter { !$0.allSatisfy(\.isWhitespace) } }
        add(.heading, alert.title ?? "")
        filled(alert.body).forEach { add(.text, $0) }
        filled(alert.questions).forEach { add(.question, $0) }
        if let name = alert.source, !name.isEmpty { add(.source, words.source.replacingOccurrences(of: "{name}", with: name)) }
        let notices = ["sample": words.sample, "draft": words.draft, "machine": words.machine]
        if let notice = notices[alert.textStatus ?? ""] { add(.notice, notice) }
        for kind in ["cancel", "review", "call", "report", "proceed"] {
            for action in alert.actions ?? [] where action.kind == kind && !filled([action.label ?? ""]).isEmpty {
                let label = action.label ?? ""
                if ["review", "call", "report"].contains(kind) {
                    guard let (url, detail) = Self.target(of: action) else { continue }
                    add(.link, label, kind, detail: label.contains(detail) ? nil : detail, target: url)
                } else {
                    let asks = kind == "proceed" && alert.presentation?.acknowledge == "checkbox"
                    if asks { add(.checkbox, words.read, "acknowledge") }
                    add(.button, label, kind)
                    if kind == "proceed" { add(.timer, "") }
                }
            }
        }
        return made
    }

    /// HTTPS pages without credentials and telephone numbers; nothing else.
    static func target(of action: ForewarnAlert.Action) -> (URL, String)? {
        if let phone = action.phone, phone.wholeMatch(of: #/[+*#0-9][0-9 ()*#\-]{1,23}/#) != nil {
            let dialled = phone.filter { !" ()-".contains($0) }.replacingOccurrences(of: "#", with: "%23")
            return URL(string: "tel:" + dialled).map { ($0, phone) }
        }
        guard let url = action.url.flatMap(URL.init(string:)), url.scheme == "https", url.user() == nil,
              let host = url.host() else { return nil }
        return (url, host.hasPrefix("www.") ? String(host.dropFirst(4)) : host)
    }
}

struct ForewarnAlertView: View {
    var controller: ForewarnController
    @Environment(\.dismiss) private var dismiss
    @Environment(\.scenePhase) private var scenePhase
    @Environment(\.openURL) private var openURL
    @Environment(\.dynamicTypeSize) private var textSize
    @AccessibilityFocusState private var titleFocused: Bool

    /// Cancel, and what comes before the helpline, stay in sight; not at very large text, where they would cover all else.
    private var pinned: Int {
        let leading = controller.nodes.filter { ["cancel", "review", "call"].contains($0.action) }
        let last = leading.last { $0.action == "call" } ?? leading.first { $0.action == "cancel" }
        return controller.alert.mode == "banner" || textSize.isAccessibilitySize ? -1 : last?.id ?? -1
    }

    var body: some View {
        let actions = controller.nodes.filter { $0.action != nil || $0.role == .timer }
        VStack(spacing: 0) {
            ScrollView {
                VStack(alignment: .leading, spacing: 16) {
                    ForEach(controller.nodes.filter { $0.action == nil && $0.role != .timer }) { draw($0) }
                    Color.clear.frame(height: 1).accessibilityHidden(true)
                        .onScrollVisibilityChange { if $0 { controller.scrolled = true } }
                    ForEach(actions.filter { $0.id > pinned }) { draw($0) }
                }.padding()
            }
            VStack(spacing: 10) { ForEach(actions.filter { $0.id <= pinned }) { draw($0) } }.padding()
        }
        .environment(\.layoutDirection, controller.alert.direction == "rtl" ? .rightToLeft : .leftToRight)
        .typesettingLanguage(Locale.Language(identifier: controller.alert.language ?? "en"))
        .interactiveDismissDisabled()
        .accessibilityAction(.escape) { controller.leave() }
        .onChange(of: scenePhase, initial: true) { controller.active = scenePhase == .active }
        .task { while !Task.isCancelled { controller.look(); try? await Task.sleep(for: .milliseconds(200)) } }
        .onAppear { titleFocused = controller.alert.mode != "banner" }
        .onChange(of: controller.isOver) { if controller.alert.mode != "banner" { dismiss() } }
        .onDisappear { controller.leave() }
    }

    @ViewBuilder private func draw(_ node: ForewarnNode) -> some View {
        switch node.role {
        case .heading: spoken(node.text).font(.title2.bold()).accessibilityAddTraits(.isHeader).accessibilityFocused($titleFocused)
        case .text: spoken(node.text)
        case .question: Label { spoken(node.text).bold() } icon: { Image(systemName: "questionmark.circle") }
        case .source, .notice: spoken(node.text).font(.footnote).foregroundStyle(.secondary)
        case .timer: Text(verbatim: controller.missing).font(.footnote).monospacedDigit().foregroundStyle(.secondary)
        case .checkbox:
            Toggle(isOn: Binding { controller.ticked } set: { _ in _ = controller.press(node) }) { spoken(node.text) }
                .accessibilityHint(controller.missingForBox)
        case .button where node.action == "cancel":
            Button { press(node) } label: { spoken(node.text).frame(maxWidth: .infinity, minHeight: 44) }
                .buttonStyle(.borderedProminent)
        case .button:
            Button { press(node) } label: { spoken(node.text).frame(maxWidth: .infinity, minHeight: 44) }
                .opacity(controller.missing.isEmpty ? 1 : 0.6).accessibilityHint(controller.missing)
        case .link:
            Button { press(node) } label: {
                VStack {
                    spoken(node.text)
                    if let detail = node.detail { Text(verbatim: "\u{2066}\(detail)\u{2069}").font(.footnote) } // left to right
                }.frame(maxWidth: .infinity, minHeight: 44)
            }.buttonStyle(.bordered).accessibilityAddTraits(.isLink)
        }
    }

    private func press(_ node: ForewarnNode) { if let url = controller.press(node) { openURL(url) } }

    /// Tells VoiceOver the language of the alert, which may differ from the app's.
    private func spoken(_ text: String) -> Text {
        var attributed = AttributedString(text)
        attributed.languageIdentifier = controller.alert.language
        return Text(attributed)
    }
}

extension View {
    /// Over the view as the alert's mode says. Put a banner's `ForewarnAlertView` into your own layout.
    func forewarnAlert(_ controller: Binding<ForewarnController?>) -> some View {
        func shown(_ mode: String) -> Binding<ForewarnController?> {
            Binding { controller.wrappedValue.flatMap { $0.alert.mode == mode ? $0 : nil } } set: { controller.wrappedValue = $0 }
        }
        return sheet(item: shown("dialog")) { ForewarnAlertView(controller: $0) }
            .fullScreenCover(item: shown("interstitial")) { ForewarnAlertView(controller: $0) }
    }
}
