"""The wording of mails, pages and the command line, by language."""
