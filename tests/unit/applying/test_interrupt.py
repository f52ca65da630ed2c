"""Ctrl-C once: in good order. Twice: at once."""

import os
import signal

import pytest

from tieout.applying.interrupt import asked_to_stop


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_is_a_request(number):
    told = []
    before = signal.getsignal(number)
    with asked_to_stop(told.append) as asked:
        assert not asked()
        os.kill(os.getpid(), number)
        assert asked()
    assert "Ctrl-C again" in told[0]
    assert signal.getsignal(number) is before


def test_the_second_ctrl_c_ends_at_once():
    with asked_to_stop(lambda _text: None):
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
