-- The id is that of Stripe's event, which is delivered until somebody has answered.
CREATE TABLE checkouts (
    event_id TEXT PRIMARY KEY,
    session TEXT NOT NULL,
    received_at TEXT NOT NULL
) STRICT;
