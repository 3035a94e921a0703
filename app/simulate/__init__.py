"""A simulated exchange whose users' true behaviour is known, so that figures can be checked against it."""
