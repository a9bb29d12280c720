#pragma once

/// Each opens the program of its source from what the build embedded, which needs no rights; throws when it is not
/// there.
void open_egress();
void open_in_archive();
void open_in_library();
void open_ingress();
void open_of_archive();
void open_second();
void open_tracing();
