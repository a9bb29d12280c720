#define DOCTEST_CONFIG_DISABLE
#include "../../kernel/map_kind_test.cpp"

#include "../fuzz.hpp"

namespace {

[[maybe_unused]] const auto registered =
    fuzz::Registration()
        .natively_only("count_marks", "the kernel drives keys of an LRU map out early and by CPU; natively it is exact")
        .both("find_site", find_site, sites, sites6)
        .both("change_site", change_site, sites)
        .since(6, 13, "earlier ones refuse to change an entry of a full trie");

}  // namespace
