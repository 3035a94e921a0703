"""What the service is compared with over HTTP: each a process of its own, answering the same requests."""
