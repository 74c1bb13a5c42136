"""Random lives of promises, and what holds of all of them."""

import pytest

pytest.register_assert_rewrite("tests.statemachine.laws", "tests.statemachine.life", "tests.statemachine.machine")
