"""Live values: server-sent events fed by the outbox."""
