"""The service's processes: a parent that holds the sockets, and workers that answer."""
