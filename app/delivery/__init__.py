"""What runs on its own clock: escalation timers, webhooks, the canary; calls services."""
