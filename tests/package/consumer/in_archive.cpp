#include "programs.hpp"

void open_in_archive() { open_of_archive(); }
