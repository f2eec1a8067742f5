"""From stored rows to what readers are told."""

from collections.abc import Mapping, Sequence

from sqlmodel import Session

from alerts.digest import ArticleView, EntityView, TopicView
from storage.polling import states
from storage.reading import TaggedArticle, story_articles, tagged, topic_name


def source_names(session: Session) -> Mapping[str, str]:
    """Give the sources' names by id."""
    return {source: state.name for source, state in states(session).items()}


def view(found: TaggedArticle, names: Mapping[str, str], language: str) -> ArticleView:
    """Give an article as readers see it, topics named in their language."""
    article = found.article
    return ArticleView(
        id=str(article.id),
        url=article.url,
        canonical_url=article.canonical_url,
        source=article.source,
        source_name=names.get(article.source, article.source),
        title=article.title,
        lead=article.lead,
        authors=tuple(article.authors),
        image=article.image,
        published_at=article.published_at,
        first_seen_at=article.first_seen_at,
        revised_at=article.revised_at,
        language=article.language,
        content_hash=article.content_hash,
        relevance=article.relevance,
        status=article.status,
        duplicate_of=str(article.duplicate_of) if article.duplicate_of else None,
        seed=article.seed,
        similarity=article.similarity,
        story=str(article.story_id),
        topics=tuple(
            TopicView(slug, topic_name(slug, language), score, tuple(evidence))
            for slug, score, evidence in found.topics
        ),
        entities=tuple(
            EntityView(entity.id, entity.name, entity.type, tuple(mentions))
            for entity, mentions in found.entities
        ),
    )


def with_copies(
    session: Session, found: Sequence[TaggedArticle], language: str
) -> list[ArticleView]:
    """Give articles together with the copies of them that other outlets carry."""
    names = source_names(session)
    told = {item.article.id for item in found}
    stories = story_articles(session, [item.article.story_id for item in found])
    copies = [
        article
        for group in stories.values()
        for article in group
        if article.id not in told and article.duplicate_of in told
    ]
    everything = [*found, *tagged(session, copies)]
    return [view(item, names, language) for item in everything]
