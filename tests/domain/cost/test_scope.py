from app.domain.cost.scope import NOT_PRICED


def test_what_is_left_out_is_said_with_its_reason_once() -> None:
    assert len({omission.what for omission in NOT_PRICED}) == len(NOT_PRICED)
    assert all(omission.what and omission.why for omission in NOT_PRICED)
