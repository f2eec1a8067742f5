"""News are found by their words, through an index that triggers keep.

A migration that makes the table of articles anew on SQLite must make its triggers anew, too.
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# Words are what is between spaces, as in `article.search`: all but ASCII's signs are of a word.
SQLITE = (
    """
CREATE VIRTUAL TABLE news_words USING fts5(search, content='', columnsize=0, tokenize='ascii')""",
    "INSERT INTO news_words (rowid, search) SELECT id, search FROM article WHERE status = 'new'",
    """
CREATE TRIGGER news_words_first AFTER INSERT ON article WHEN new.status = 'new' BEGIN
    INSERT INTO news_words (rowid, search) VALUES (new.id, new.search);
END""",
    # Without its words as they were FTS5 cannot take an article out.
    """
CREATE TRIGGER news_words_anew AFTER UPDATE OF status, search ON article
WHEN new.status IS NOT old.status OR new.search IS NOT old.search BEGIN
    INSERT INTO news_words (news_words, rowid, search)
        SELECT 'delete', old.id, old.search WHERE old.status = 'new';
    INSERT INTO news_words (rowid, search) SELECT new.id, new.search WHERE new.status = 'new';
END""",
    """
CREATE TRIGGER news_words_gone AFTER DELETE ON article WHEN old.status = 'new' BEGIN
    INSERT INTO news_words (news_words, rowid, search) VALUES ('delete', old.id, old.search);
END""",
)
# A table of its own: in an index on articles each look at one would write all its words again.
POSTGRESQL = (
    "CREATE TABLE news_words (article_id integer PRIMARY KEY, words text[] NOT NULL)",
    """
CREATE FUNCTION diembao_words(search text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT array_agg(DISTINCT word) FROM unnest(string_to_array(search, ' ')) AS word
$$""",
    """
INSERT INTO news_words SELECT id, coalesce(diembao_words(search), '{}') FROM article
WHERE status = 'new'""",
    "CREATE INDEX news_words_words ON news_words USING gin (words)",
    """
CREATE FUNCTION diembao_news_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        TRUNCATE news_words;
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM news_words WHERE article_id = OLD.id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO news_words SELECT NEW.id, coalesce(diembao_words(NEW.search), '{}')
            WHERE NEW.status = 'new';
    END IF;
    RETURN NULL;
END $$""",
    """
CREATE TRIGGER news_words_first AFTER INSERT ON article FOR EACH ROW
WHEN (NEW.status = 'new') EXECUTE FUNCTION diembao_news_words()""",
    """
CREATE TRIGGER news_words_anew AFTER UPDATE OF status, search ON article FOR EACH ROW
WHEN (NEW.status <> OLD.status OR NEW.search <> OLD.search)
EXECUTE FUNCTION diembao_news_words()""",
    """
CREATE TRIGGER news_words_gone AFTER DELETE ON article FOR EACH ROW
WHEN (OLD.status = 'new') EXECUTE FUNCTION diembao_news_words()""",
    """
CREATE TRIGGER news_words_all_gone AFTER TRUNCATE ON article
FOR EACH STATEMENT EXECUTE FUNCTION diembao_news_words()""",
)


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    for statement in SQLITE if dialect == "sqlite" else POSTGRESQL:
        op.execute(statement)
