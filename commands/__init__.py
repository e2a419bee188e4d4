"""The commands, each imported when it runs or its help is asked for. Heavy imports wait until a command needs them."""
