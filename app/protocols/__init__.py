"""The protocols, measures and score tables as data: one TOML file per protocol version, every criterion cited."""
