"""The mutants themselves: which faults are planted, and that the tree is whole again after each."""

import ast

import pytest

from mutation.mutants import mutants

SOURCE = '''
"""A docstring stays."""
from elsewhere import something

__all__ = ["f"]
LIMIT: int = 7


@something(cached=True)
def f(a: "int", b=True) -> "int":
    """Another one."""
    if a < LIMIT and not b:
        raise ValueError("words of errors stay")
    a.sum += 1
    for each in a:
        continue
    return "text" if a is None else a + 2
'''


def planted(source):
    """Return the mutants of a source in words, without their lines."""
    return [str(each).partition(": ")[2] for each in mutants(source)]


def test_the_faults_that_people_make():
    """Each operator, constant, branch and statement once; nothing that is only read or only said."""
    assert sorted(planted(SOURCE)) == sorted(
        [
            "7  ->  8",
            "True  ->  False",
            "if a < LIMIT and (not b):  ->  if not (a < LIMIT and (not b)):",
            "a < LIMIT and (not b)  ->  Or",
            "a < LIMIT  ->  LtE",
            "not b  ->  b",
            "raise ValueError('words of errors stay')  ->  pass",
            "a.sum += 1  ->  pass",
            "a.sum += 1  ->  Sub",
            "1  ->  2",
            "continue  ->  break",
            "return 'text' if a is None else a + 2  ->  return None",
            "'text' if a is None else a + 2  ->  a + 2 if a is None else 'text'",
            "'text'  ->  'text?'",
            "a is None  ->  IsNot",
            "a + 2  ->  Sub",
            "2  ->  3",
        ]
    )


def test_lines_are_told():
    """A mutant says where it is."""
    assert [each.line for each in mutants("a = 1\nb = a < 2\n")] == [1, 2, 2]


def test_the_tree_is_whole_again_after_each():
    """Mutants share a tree: what one plants is gone when the next is compiled."""
    made = mutants("a = 1 + 2\n")
    found = []
    for each in [*made, *made]:
        space = {}
        exec(each.compile("here"), space)
        found.append(space["a"])
    assert sorted(found[:3]) == [-1, 4, 4]
    assert found[3:] == found[:3]


@pytest.mark.parametrize(
    "source",
    [
        "if TYPE_CHECKING:\n    a = 1\n",
        "x = f'{1 + 1}'\n",
        "__slots__ = ('a',)\n",
        "T = TypeVar('T')\n",
        "A: TypeAlias = 'int | str'\n",
    ],
)
def test_what_is_left_alone(source):
    """What only type checkers read, formatted texts, and lists of names."""
    assert planted(source) == []
    ast.parse(source)
