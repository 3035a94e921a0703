"""A deployment whose only rule matches bitcoin in Hong Kong."""

OLDER_SECRET = "the-secret-before-0123456789abcdef"
ONE_RULE = {
    "rules/facts.yaml": "facts:\n  asset: {type: text, means: What is sent., values: {BTC: Bitcoin}}\n",
    "rules/typologies.yaml": "typologies:\n  general: {name: General, description: Any scam.}\n",
    "rules/hk/region.yaml": "name: Hong Kong\npartner: {name: Hong Kong Police Force}\nlanguages: [en]\n",
    "rules/hk/bitcoin.yaml": "typology: general\nseverity: info\nrationale: All.\nmessage: m\nwhen: {asset: BTC}\n",
    "locales/hk/en.yaml": (
        "language: en\nstatus: official\ndefaults: {actions: {cancel: Cancel, proceed: Proceed}}\n"
        "messages:\n  m: {title: Take a moment, body: [Ask somebody you trust.]}\n"
    ),
}
