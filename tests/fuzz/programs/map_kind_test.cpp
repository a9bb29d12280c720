#define DOCTEST_CONFIG_DISABLE
#include "../../kernel/map_kind_test.cpp"

#include "../fuzz.hpp"

namespace {

[[maybe_unused]] const auto registered = fuzz::Registration()
                                             .both("count_marks", count_marks, recent, recent_per_cpu)
                                             .both("find_site", find_site, sites, sites6)
                                             .both("change_site", change_site, sites)
                                             .since(6, 13, "earlier ones refuse to change an entry of a full trie");

}  // namespace
