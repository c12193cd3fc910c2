"""The watchdog's children and how it hears of them: the player, those that tell in lines of JSON, and the lock."""
