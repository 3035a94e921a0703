"""What the service is compared with over HTTP: separate processes that answer the same requests."""
