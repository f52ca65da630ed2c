"""Books in a folder of their own: empty, and with one invoice."""

import pytest
from bookshop import Shop
from documents import invoice


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path)


@pytest.fixture
def booked(shop):
    shop.write(None, invoice())
    return shop
