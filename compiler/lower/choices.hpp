#pragma once

#include "base/translation_unit.hpp"

namespace ebpfxx::cc {

/// Keeps `condition ? one : other` a branch where a side is a constant in constant evaluation only, as that of an
/// operation that does nothing there. clang 19 takes such a side for one that is cheap and harmless, and runs both
/// (isCheapEnoughToEvaluateUnconditionally in its CGExprScalar.cpp).
void keep_choices(TranslationUnit& unit);

}  // namespace ebpfxx::cc
