# The target `api-reference`: pages of all public names in docs/api of the build folder, from the headers' `///` comments. Not part of
# `all`, and only there when Doxygen is. A comment that Doxygen does not understand is an error; that none is missing is for the
# test style.api to say, which sees what macros make, too.
find_package(Doxygen QUIET)
if(NOT DOXYGEN_FOUND)
  return()
endif()

set(DOXYGEN_PROJECT_NAME ebpfxx)
set(DOXYGEN_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/docs/api")
file(MAKE_DIRECTORY "${DOXYGEN_OUTPUT_DIRECTORY}")
set(DOXYGEN_GENERATE_LATEX NO)
set(DOXYGEN_QUIET YES)
set(DOXYGEN_WARN_AS_ERROR FAIL_ON_WARNINGS)
set(DOXYGEN_WARN_IF_UNDOCUMENTED NO)
set(DOXYGEN_EXTRACT_ALL YES)
set(DOXYGEN_HIDE_FRIEND_COMPOUNDS YES)
set(DOXYGEN_HAVE_DOT NO)
set(DOXYGEN_JAVADOC_AUTOBRIEF YES)
set(DOXYGEN_STRIP_FROM_PATH "${PROJECT_SOURCE_DIR}/include" "${PROJECT_SOURCE_DIR}/runtime/include")
set(DOXYGEN_EXCLUDE_SYMBOLS "*::detail::*" "ebpfxx::abi" "ebpfxx::native_interface" "ebpfxx::explain")
# fmt.hpp and doctest.hpp specialise templates of others, and name nothing of ours.
set(DOXYGEN_EXCLUDE_PATTERNS "*/detail/*" "*/explain/*" "*/text/fmt.hpp" "*/testing/doctest.hpp")
# Refused overloads are deleted functions, which exist for their messages.
set(DOXYGEN_MACRO_EXPANSION YES)
set(DOXYGEN_INCLUDE_PATH "${PROJECT_SOURCE_DIR}/include" "${PROJECT_SOURCE_DIR}/runtime/include")
set(DOXYGEN_EXPAND_ONLY_PREDEF YES)
set(DOXYGEN_PREDEFINED "EBPFXX_REFUSE(...)==delete" "EBPFXX_ANNOTATE(...)=")
doxygen_add_docs(api-reference include runtime/include COMMENT "Writing the API reference to docs/api/html/index.html")
