"""A made-up exchange whose users' true behaviour is known: what measures can be measured with it."""
