"""The console: reports over HTTP, and the dashboard that shows them. DuckDB runs here, never in the service."""
