"""Assesses a withdrawal: match, choose, render, record. Nothing here waits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.domain.rule import Rule
from app.service.active_rulebook import ActiveRulebook
from app.service.api_keys import Client
from app.service.clock import Stamp
from app.service.identity import Identity
from app.service.language_choice import choose_language
from app.service.prepared_alert import encode
from app.service.rulebook import Jurisdiction, Rulebook
from app.service.withdrawal_decoder import Withdrawal

_NO_ALERT: Sequence[bytes] = (b'"alert":null}',)
_NO_ALERT_EVENT = encode(
    dict.fromkeys(("rule_id", "rule_region", "typology", "severity", "variant", "language", "text_status"))
)[1:-1]


@dataclass(slots=True)
class Answer:
    """The answer and its event as JSON, and the rule whose alert is shown."""

    body: bytes
    event: bytes
    rule: Rule | None


class Assessor:
    """Answers assessments from the active rulebook. `clock` gives seconds since the epoch."""

    def __init__(self, identity: Identity, active: ActiveRulebook, clock: Callable[[], float]) -> None:
        self._identity = identity
        self._active = active
        self._clock = clock
        self._stamp = Stamp()

    def assess(self, withdrawal: Withdrawal, client: Client) -> Answer | None:
        """The answer, whose event must be recorded before it is sent. None if there is no rulebook yet."""
        rulebook = self._active.rulebook
        if rulebook is None:
            return None
        now = self._clock()
        context = withdrawal.context()
        jurisdiction = rulebook.jurisdiction(withdrawal.region)
        matches = jurisdiction.rules.match(context, jurisdiction.calendar.day(now))
        address = withdrawal.destination.address if withdrawal.destination else None
        assessment_id, user, destination = self._identity.names(withdrawal.user_id, withdrawal.withdrawal_id, address)
        if matches.count:
            rule = matches.named.rules[0]
            alert, alert_event = self._alert(rulebook, jurisdiction, rule, withdrawal, user)
        else:
            rule, alert, alert_event = None, _NO_ALERT, _NO_ALERT_EVENT
        matched = b'"matched":[%b],"matched_count":%d,' % (matches.named.ids, matches.count)
        revision = rulebook.revision.encode()
        # A join of 19 parts takes 0.12 microseconds, a format with as many places 0.20.
        event = b"".join(
            (
                b'{"v":1,"event":"assessment","time":"',
                self._stamp.text(now).encode(),
                b'","assessment_id":"',
                assessment_id,
                b'",',
                client.event,
                b',"user":"',
                user,
                b'","destination":null,"region":"'
                if destination is None
                else b'","destination":"%b","region":"' % destination,
                withdrawal.region.encode(),
                b'","revision":"',
                revision,
                b'",',
                alert_event,
                b",",
                matched,
                b'"facts":{',
                rulebook.fact_encoder.encode(context),
                b"}}",
            )
        )
        stale = b'","stale":true,' if self._active.stale else b'","stale":false,'
        body = b"".join((b'{"assessment_id":"', assessment_id, b'","revision":"', revision, stale, matched, *alert))
        return Answer(body, event, rule)

    def _alert(
        self, rulebook: Rulebook, jurisdiction: Jurisdiction, rule: Rule, withdrawal: Withdrawal, user: bytes
    ) -> tuple[Sequence[bytes], bytes]:
        """The alert as the last member of the answer, in parts, and the event's members about it."""
        owner = rulebook.owner(rule)
        language = choose_language(withdrawal.languages or (), owner.region.languages)
        wording = owner.wording(rule, language, user, self._identity.variant_key)
        prepared = rulebook.prepared[rule.id]
        fixed = wording.fixed
        filled = (
            (fixed,) if fixed is not None else wording.fill(withdrawal.shown(jurisdiction.amount_formats[language]))
        )
        alert = (prepared.head, *filled, prepared.presentation)
        return alert, prepared.event + wording.event
