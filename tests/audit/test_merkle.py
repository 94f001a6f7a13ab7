"""The tree and its proofs, against the published values and against the definition written down naively."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.audit import merkle

LEAVES = tuple(
    bytes.fromhex(data)
    for data in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
)
"""The leaves of the reference implementation of RFC 6962 (Certificate Transparency), and below the roots of the first
1, 2, … of them, as its tests publish them."""
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def naive_root(leaves):
    """RFC 6962, section 2.1, word by word."""
    if not leaves:
        return merkle.EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = max(1 << n for n in range(len(leaves)) if 1 << n < len(leaves))
    return merkle.node_hash(naive_root(leaves[:k]), naive_root(leaves[k:]))


def naive_inclusion(m, leaves):
    """RFC 6962, section 2.1.1, word by word."""
    if len(leaves) == 1:
        return ()
    k = max(1 << n for n in range(len(leaves)) if 1 << n < len(leaves))
    if m < k:
        return (*naive_inclusion(m, leaves[:k]), naive_root(leaves[k:]))
    return (*naive_inclusion(m - k, leaves[k:]), naive_root(leaves[:k]))


def naive_consistency(m, leaves, whole=True):
    """RFC 6962, section 2.1.2, word by word."""
    if m == len(leaves):
        return () if whole else (naive_root(leaves),)
    k = max(1 << n for n in range(len(leaves)) if 1 << n < len(leaves))
    if m <= k:
        return (*naive_consistency(m, leaves[:k], whole), naive_root(leaves[k:]))
    return (*naive_consistency(m - k, leaves[k:], False), naive_root(leaves[:k]))


def hashes(count):
    return [merkle.leaf_hash(str(n).encode()) for n in range(count)]


def node_over(leaves):
    return lambda level, index: merkle.fold(leaves[index << level : (index + 1) << level])


@pytest.mark.parametrize("size", range(1, 9))
def test_the_published_roots(size):
    leaves = [merkle.leaf_hash(data) for data in LEAVES[:size]]
    assert merkle.root(size, node_over(leaves)).hex() == ROOTS[size - 1]


def test_a_tree_without_leaves():
    assert merkle.root(0, node_over([])) == merkle.EMPTY_ROOT == merkle.Growing().root()


sizes = st.integers(1, 300)


@given(sizes)
def test_roots_are_those_of_the_definition(size):
    leaves = hashes(size)
    growing = merkle.Growing()
    for leaf in leaves:
        growing.add(leaf)
    assert merkle.root(size, node_over(leaves)) == naive_root(leaves) == growing.root()
    assert growing.size == size


@given(sizes, st.data())
def test_inclusion_is_that_of_the_definition_and_leads_to_the_root(size, data):
    leaves, index = hashes(size), data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion(index, size, node_over(leaves))
    assert proof == naive_inclusion(index, leaves)
    assert merkle.root_by_inclusion(leaves[index], index, size, proof) == naive_root(leaves)


@given(sizes, st.data())
def test_consistency_is_that_of_the_definition_and_holds(size, data):
    leaves, first = hashes(size), data.draw(st.integers(1, size))
    proof = merkle.consistency(first, size, node_over(leaves))
    assert proof == naive_consistency(first, leaves)
    assert merkle.is_consistent(first, size, naive_root(leaves[:first]), naive_root(leaves), proof)


def altered(proof, how, at):
    """One change to a proof."""
    found = list(proof)
    if how == "shorter":
        return found[:-1]
    if how == "longer":
        return [*found, merkle.EMPTY_ROOT]
    found[at] = bytes([found[at][0] ^ 1]) + found[at][1:]
    return found


@given(st.integers(2, 200), st.data())
def test_an_altered_inclusion_leads_elsewhere(size, data):
    leaves, index = hashes(size), data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion(index, size, node_over(leaves))
    how = data.draw(st.sampled_from(["shorter", "longer", "flipped"]))
    wrong = altered(proof, how, data.draw(st.integers(0, len(proof) - 1)))
    assert merkle.root_by_inclusion(leaves[index], index, size, wrong) != naive_root(leaves)


@given(st.integers(2, 200), st.data())
def test_an_altered_consistency_does_not_hold(size, data):
    leaves, first = hashes(size), data.draw(st.integers(1, size - 1))
    proof = merkle.consistency(first, size, node_over(leaves))
    how = data.draw(st.sampled_from(["shorter", "longer", "flipped"]))
    wrong = altered(proof, how, data.draw(st.integers(0, len(proof) - 1)))
    assert not merkle.is_consistent(first, size, naive_root(leaves[:first]), naive_root(leaves), wrong)


@given(st.integers(2, 120), st.data())
def test_a_changed_past_is_never_consistent(size, data):
    """Whoever changes an old leaf has no proof that would hold against the root that was seen before: neither the old
    proof nor the one of the new tree."""
    first = data.draw(st.integers(1, size - 1))
    old, new = hashes(size), hashes(size)
    new[data.draw(st.integers(0, first - 1))] = merkle.leaf_hash(b"another past")
    for leaves in (old, new):
        proof = merkle.consistency(first, size, node_over(leaves))
        assert not merkle.is_consistent(first, size, naive_root(old[:first]), naive_root(new), proof)


def test_a_leaf_that_is_not_there_has_no_proof():
    with pytest.raises(ValueError, match="Leaf 3 is not in a tree of 3 leaves"):
        merkle.inclusion(3, 3, node_over(hashes(3)))
    assert merkle.root_by_inclusion(merkle.EMPTY_ROOT, 3, 3, ()) is None
    assert merkle.root_by_inclusion(merkle.EMPTY_ROOT, -1, 3, ()) is None


def test_the_larger_tree_comes_second():
    with pytest.raises(ValueError, match="does not contain"):
        merkle.consistency(4, 3, node_over(hashes(4)))
    assert not merkle.is_consistent(4, 3, b"", b"", ())


def test_what_begins_with_nothing_begins_with_the_empty_root():
    three = naive_root(hashes(3))
    assert merkle.is_consistent(0, 3, merkle.EMPTY_ROOT, three, ())
    assert not merkle.is_consistent(0, 3, three, three, ())
    assert not merkle.is_consistent(3, 3, merkle.EMPTY_ROOT, three, ())
    assert not merkle.is_consistent(3, 6, three, three, ())
