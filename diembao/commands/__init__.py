"""The commands, a module each: ``arguments(parser)`` and ``run(arguments) -> exit code``.

This table is all that ``diembao --help`` needs; a module is imported when its command is run.
"""

COMMANDS = {
    "demo": "the main job in front of you, without network",
    "crawl": "one crawl by hand, now",
    "run": "the daemon: polling, deliveries, web page",
    "sources": "the outlets: list, show, check, enable, disable",
    "seeds": "what counts as known from the start: list, add, check",
    "articles": "the archive: list, show, search, export",
    "analyze": "judge texts given as JSON lines, without network or database",
    "extract": "what the extractor makes of a saved page",
    "evaluate": "precision and recall on labelled texts",
    "subscribe": "a new subscription: mail address or webhook",
    "subscriptions": "list, show, pause, resume, remove, test, rotate-secret",
    "digest": "preview what is new for a subscription, or send it now",
    "deliveries": "the outbox with every attempt: list, show, retry, replay",
    "doctor": "what is wrong with this installation and how to mend it",
    "db": "the database: upgrade, backup",
    "settings": "the settings in effect and where they come from",
}
