from hypothesis import given
from hypothesis import strategies as st

from installation.player.order import Order

ORDERS = st.builds(
    Order, st.text(), st.integers(1, 10**9), st.integers(-1, 10**4), st.floats(0, 1e9, allow_nan=False), st.booleans()
)


@given(ORDERS)
def test_what_is_written_is_read_and_is_one_line(order: Order) -> None:
    written = order.encode()
    assert written.endswith("\n")
    assert written.count("\n") == 1
    assert Order.decode(written) == order


def test_without_words_it_means_black() -> None:
    assert Order() == Order(show="", iteration=1, cue=-1, position_s=0.0, at_wrap=False)
