"""Days of news, wishes, failures and power cuts; `tests.scheduler.campaign` runs whole weeks."""

from tests.scheduler.campaign import Campaign, faults


def test_every_fitting_article_is_told_exactly_once_whatever_fails(database):
    address = database.engine.url.set(drivername=database.engine.dialect.name)
    campaign = Campaign(
        address.render_as_string(hide_password=False),
        days=1, readers=12, articles_a_day=20, seed=7,
    )  # fmt: skip
    try:
        campaign.run()
        contents = sum(len(got) for got in campaign.receivers.taken.values())
        tries = sum(got.total() for got in campaign.receivers.taken.values())
        assert faults(campaign) == []
    finally:
        campaign.database.close()
    # Something did happen, and go wrong.
    assert campaign.power.cuts >= 2
    assert contents >= 15
    assert sum(campaign.receivers.failures.values()) >= 2
    assert tries >= contents
