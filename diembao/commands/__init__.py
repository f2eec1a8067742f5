"""The commands, a module each: ``arguments(parser)`` and ``run(arguments) -> exit code``.

This table is all that ``diembao --help`` needs; a module is imported when its command is run.
"""

from messages.catalogue import N_

COMMANDS = {
    "demo": N_("the main job in front of you, without network"),
    "crawl": N_("one crawl by hand, now"),
    "backfill": N_("years of an outlet's past, by its sitemaps and listings"),
    "run": N_("the daemon: polling, deliveries, web page"),
    "worker": N_("a further machine's share of the work, on PostgreSQL"),
    "sources": N_("the outlets: list, show, check, add, enable, disable, OPML"),
    "seeds": N_("what counts as known from the start: list, add, check"),
    "articles": N_("the archive: list, show, search, export"),
    "stories": N_("articles of one event: list, show, merge, split"),
    "analyze": N_("judge texts given as JSON lines, without network or database"),
    "extract": N_("what the extractor makes of a saved page"),
    "evaluate": N_("precision and recall on labelled texts"),
    "subscribe": N_("a new subscription: mail address or webhook"),
    "subscriptions": N_("list, show, pause, resume, remove, test, rotate-secret"),
    "digest": N_("preview what is new for a subscription, or send it now"),
    "deliveries": N_("the outbox with every attempt: list, show, retry, replay"),
    "doctor": N_("what is wrong with this installation and how to mend it"),
    "db": N_("the database: upgrade, backup, restore, prune, copy"),
    "settings": N_("the settings in effect and where they come from"),
}
