// ForewarnAlert: the alert of docs/native.md in Jetpack Compose (Material 3), for API 26 and later. Apache-2.0.
//
// A SAMPLE THAT IS NOT COMPILED HERE: this repository has no Android tool chain. Read it beside docs/native.md, and hold your
// copy to clients/golden: `nodes`, `missing` and `press` need no screen.

package org.example.forewarn

import android.content.*
import android.net.Uri
import android.os.*
import androidx.browser.customtabs.CustomTabsIntent
import androidx.compose.foundation.layout.*
import androidx.compose.foundation.*
import androidx.compose.foundation.selection.toggleable
import androidx.compose.material3.*
import androidx.compose.runtime.*
import androidx.compose.ui.*
import androidx.compose.ui.focus.*
import androidx.compose.ui.layout.*
import androidx.compose.ui.platform.*
import androidx.compose.ui.semantics.*
import androidx.compose.ui.text.intl.LocaleList
import androidx.compose.ui.unit.*
import androidx.compose.ui.window.*
import androidx.lifecycle.Lifecycle
import androidx.lifecycle.compose.*
import kotlin.math.ceil
import kotlinx.coroutines.delay
import kotlinx.serialization.*
import kotlinx.serialization.json.Json

/** Takes words and members of a later version, and null where a member has a default. */
val forewarnJson = Json { ignoreUnknownKeys = true; coerceInputValues = true }

/** `alert` of an answer. Words stay text: a later service sends some that this app does not know. */
@Serializable
data class ForewarnAlert(
    val title: String = "", val body: List<String> = emptyList(), val questions: List<String> = emptyList(),
    val actions: List<Action> = emptyList(), val presentation: Presentation = Presentation(), val typology: String = "general",
    val severity: String = "caution", val language: String = "en", val direction: String = "ltr",
    @SerialName("text_status") val textStatus: String = "", val source: String? = null,
) {
    @Serializable data class Action(val kind: String = "", val label: String = "", val url: String? = null, val phone: String? = null)

    @Serializable
    data class Presentation(
        val mode: String = "", val acknowledge: String = "", @SerialName("min_display_seconds") val seconds: Double = 0.0)

    val mode get() = listOf("banner", "dialog", "interstitial").find { it == presentation.mode } ?: "dialog"
    val waitMs get() = (presentation.seconds.coerceIn(0.0, 60.0) * 1000).toLong()
}

/** A file of clients/words, in assets/words. */
@Serializable
data class ForewarnWords(
    val read: String, val wait: String, val ready: String, val scroll: String, val tick: String, val sample: String,
    val draft: String, val machine: String, val source: String, @SerialName("new_tab") val newTab: String,
) {
    companion object {
        /** Those of the language, else without its region, else English. A Chinese region stands for its script. */
        fun nearest(tag: String, context: Context): ForewarnWords {
            val parts = tag.split("-").toMutableList()
            if (parts[0] == "zh" && parts.getOrNull(1) !in setOf("Hans", "Hant")) {
                parts.add(1, if (parts.getOrNull(1) in setOf("TW", "HK", "MO")) "Hant" else "Hans")
            }
            val there = context.assets.list("words").orEmpty()
            val name = parts.indices.reversed().map { parts.take(it + 1).joinToString("-") }.find { "$it.json" in there } ?: "en"
            return forewarnJson.decodeFromString(context.assets.open("words/$name.json").bufferedReader().use { it.readText() })
        }
    }
}

enum class ForewarnRole { HEADING, TEXT, QUESTION, SOURCE, NOTICE, BUTTON, LINK, CHECKBOX, TIMER }

/** What is on the screen: a node of a golden file. */
data class ForewarnNode(
    val role: ForewarnRole, val text: String, val action: String? = null, val detail: String? = null, val target: String? = null)

/** What your backend sends on unchanged, with `agoMs` taken when it is sent. */
class ForewarnOutcome(
    val outcome: String, val assessmentId: String?, val visibleMs: Long, val scrolled: Boolean, val ignoredInputs: Int,
    private val now: () -> Long) {
    private val at = now()
    val agoMs get() = now() - at
}

/** One alert on the screen. Keep it in a ViewModel whose onCleared calls `leave`: a rotation is no new alert. */
class ForewarnState(
    val alert: ForewarnAlert, val assessmentId: String?, val words: ForewarnWords,
    private val now: () -> Long = SystemClock::elapsedRealtime, private val report: (ForewarnOutcome) -> Unit,
) {
    private val said = mutableStateListOf<String>()
    private var last: Long? = null
    private var since: Long? = null
    private var ignoredInputs = 0
    private var visibleMs by mutableLongStateOf(0)
    var scrolled by mutableStateOf(false)
    var ticked by mutableStateOf(false)
    val nodes = drawn()
    val isOver get() = said.any { it in setOf("cancelled", "proceeded", "abandoned") }
    val left get() = (alert.waitMs - visibleMs).coerceAtLeast(0)
    private val hasBox get() = nodes.any { it.role == ForewarnRole.CHECKBOX }
    val missingForBox
        get() = if (left > 0) words.wait.replace("{n}", ceil(left / 1000.0).toInt().toString())
        else if (hasBox && !scrolled) words.scroll else ""
    val missing get() = missingForBox.ifEmpty { if (hasBox && !ticked) words.tick else "" }

    /** Five times a second. A longer gap means that the app stood still, so it counts for half a second at most. */
    fun look(visible: Boolean) {
        val time = now()
        if (visible && since == null) since = time.also { say("shown") }
        if (visible) last?.let { visibleMs += (time - it).coerceAtMost(500) }
        last = time.takeIf { visible }
    }

    /** Returns the page or number to open. */
    fun press(node: ForewarnNode): String? {
        if (isOver || isEarly()) return null
        val blocked = when (node.action) { "acknowledge" -> missingForBox; "proceed" -> missing; else -> "" }
        if (blocked.isNotEmpty()) return null
        OUTCOMES[node.action.orEmpty()]?.let(::say) ?: run { ticked = !ticked }
        return node.target
    }

    /** Gone without a decision. Without `shown` there is nothing to leave. */
    fun leave() { if ("shown" in said) say("abandoned") }
    fun back() { if (!isEarly()) leave() }
    private fun isEarly() = (now() - (since ?: now()) < 700).also { if (it) ignoredInputs++ }

    private fun say(outcome: String) {
        if (isOver || outcome in said) return
        said += outcome
        report(ForewarnOutcome(outcome, assessmentId, visibleMs, scrolled, ignoredInputs, now))
    }

    private fun drawn(): List<ForewarnNode> = buildList {
        fun each(role: ForewarnRole, texts: List<String>) = texts.filter(String::isNotBlank).forEach { add(ForewarnNode(role, it)) }
        add(ForewarnNode(ForewarnRole.HEADING, alert.title))
        each(ForewarnRole.TEXT, alert.body)
        each(ForewarnRole.QUESTION, alert.questions)
        each(ForewarnRole.SOURCE, listOfNotNull(alert.source?.ifEmpty { null }?.let { words.source.replace("{name}", it) }))
        val notices = mapOf("sample" to words.sample, "draft" to words.draft, "machine" to words.machine)
        each(ForewarnRole.NOTICE, listOfNotNull(notices[alert.textStatus]))
        for (kind in OUTCOMES.keys) for (action in alert.actions.filter { it.kind == kind && it.label.isNotBlank() }) {
            val asks = kind == "proceed" && alert.presentation.acknowledge == "checkbox"
            if (asks) add(ForewarnNode(ForewarnRole.CHECKBOX, words.read, "acknowledge"))
            if (kind == "cancel" || kind == "proceed") add(ForewarnNode(ForewarnRole.BUTTON, action.label, kind))
            else targetOf(action)?.let { (target, detail) ->
                add(ForewarnNode(ForewarnRole.LINK, action.label, kind, detail.takeIf { it !in action.label }, target))
            }
            if (kind == "proceed") add(ForewarnNode(ForewarnRole.TIMER, ""))
        }
    }

    companion object {
        val OUTCOMES = linkedMapOf("cancel" to "cancelled", "review" to "reviewed", "call" to "reviewed", "report" to "reported",
            "proceed" to "proceeded")

        /** HTTPS pages without credentials and telephone numbers; nothing else. */
        fun targetOf(action: ForewarnAlert.Action): Pair<String, String>? {
            val phone = action.phone.orEmpty()
            if (Regex("[+*#0-9][0-9 ()*#-]{1,23}").matches(phone)) {
                return "tel:" + phone.replace(Regex("[ ()-]"), "").replace("#", "%23") to phone
            }
            val page = Uri.parse(action.url.orEmpty())
            val host = page.host
            if (page.scheme != "https" || page.userInfo != null || host.isNullOrEmpty()) return null
            return "$page" to host.removePrefix("www.")
        }
    }
}

/** Over the screen, or for a banner where you put it. */
@Composable
fun ForewarnScreen(state: ForewarnState) {
    if (state.isOver) return
    if (state.alert.mode == "banner") return Card { Panel(state) }
    val full = state.alert.mode == "interstitial"
    Dialog(state::back, DialogProperties(dismissOnClickOutside = false, usePlatformDefaultWidth = !full)) {
        val view = LocalView.current
        SideEffect { // no other app may lie over the alert, or tap through what lies over it
            view.filterTouchesWhenObscured = true
            if (Build.VERSION.SDK_INT >= 31) (view.parent as? DialogWindowProvider)?.window?.setHideOverlayWindows(true)
        }
        Surface(if (full) Modifier.fillMaxSize() else Modifier) { Panel(state) }
    }
}

@Composable
private fun Panel(state: ForewarnState) {
    val title = remember { FocusRequester() }
    val resumed = LocalLifecycleOwner.current.lifecycle.currentStateAsState().value.isAtLeast(Lifecycle.State.RESUMED)
    val visible by rememberUpdatedState(resumed && LocalWindowInfo.current.isWindowFocused)
    LaunchedEffect(state) { while (!state.isOver) { state.look(visible); delay(200) } }
    LaunchedEffect(state) { if (state.alert.mode != "banner") title.requestFocus() }
    val (actions, texts) = state.nodes.partition { it.action != null || it.role == ForewarnRole.TIMER }
    // Cancel, and what comes before the helpline, stay in sight; not with very large text, where they would cover all else.
    val pins = state.alert.mode != "banner" && LocalDensity.current.fontScale < 1.5f
    val pinned = if (pins) actions.indexOfLast { it.action == "cancel" || it.action == "call" } else -1
    val direction = if (state.alert.direction == "rtl") LayoutDirection.Rtl else LayoutDirection.Ltr
    val style = LocalTextStyle.current.copy(localeList = LocaleList(state.alert.language))
    CompositionLocalProvider(LocalLayoutDirection provides direction, LocalTextStyle provides style) {
        Column(Modifier.padding(16.dp)) {
            val scroll = Modifier.weight(1f, fill = false).verticalScroll(rememberScrollState())
            Column(if (state.alert.mode == "banner") Modifier else scroll, Arrangement.spacedBy(12.dp)) {
                texts.forEach { Node(it, state, title) }
                Spacer(Modifier.height(1.dp).onGloballyPositioned { if (it.boundsInWindow().height > 0) state.scrolled = true })
                actions.drop(pinned + 1).forEach { Node(it, state, title) }
            }
            actions.take(pinned + 1).forEach { Node(it, state, title) }
        }
    }
}

@Composable
private fun Node(node: ForewarnNode, state: ForewarnState, title: FocusRequester) {
    val context = LocalContext.current
    val wide = Modifier.fillMaxWidth().heightIn(min = 48.dp)
    val press: () -> Unit = { state.press(node)?.let { launch(it, context) } }
    when (node.role) {
        ForewarnRole.HEADING ->
            Text(node.text, Modifier.focusRequester(title).focusTarget().semantics { heading() }, fontSize = 22.sp)
        ForewarnRole.TEXT, ForewarnRole.QUESTION -> Text(node.text)
        ForewarnRole.SOURCE, ForewarnRole.NOTICE -> Text(node.text, color = MaterialTheme.colorScheme.onSurfaceVariant)
        ForewarnRole.TIMER -> Text(state.missing, Modifier.semantics {
            if (state.left == 0L) { // spoken once, and not every second
                liveRegion = LiveRegionMode.Polite
                contentDescription = state.missing.ifEmpty { state.words.ready }
            }
        })
        ForewarnRole.CHECKBOX -> {
            val box = wide.toggleable(state.ticked, role = Role.Checkbox) { press() }
            Row(box.semantics { stateDescription = state.missingForBox }) { Checkbox(state.ticked, null); Text(node.text) }
        }
        ForewarnRole.LINK -> OutlinedButton(press, wide) {
            Text(listOfNotNull(node.text, node.detail?.let { "\u2066$it\u2069" }).joinToString(" ")) // left to right
        }
        ForewarnRole.BUTTON -> when (node.action) {
            "cancel" -> Button(press, wide) { Text(node.text) }
            else -> TextButton(press, wide.semantics { stateDescription = state.missing }) { Text(node.text) }
        }
    }
}

private fun launch(target: String, context: Context) {
    val page = Uri.parse(target)
    if (page.scheme == "tel") context.startActivity(Intent(Intent.ACTION_DIAL, page)) // shows the number, does not call
    else CustomTabsIntent.Builder().build().launchUrl(context, page)
}
