"""The terminal. How one vote travels through it:

    hardware/buttons ─┐
                      ├─▶ booth ─▶ votelog ═▶ (another process) sync/courier ─▶ sync/ward
    ui/ask ───────────┘     │
                            └─▶ lamps, ui/thanks

A press is stamped where it happened, the booth decides what it means, the log makes it durable,
and only then are lamp and screen told to say thank you.
"""

__version__ = "0.1.0"
