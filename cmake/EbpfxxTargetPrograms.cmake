# ebpfxx_target_programs(<target> [KERNEL <version>] [PRECOMPILE] [VERIFY [<kernel>...]])
#
# Compiles the programs in the target's C++ sources, as the target itself is compiled, links them into one object,
# <binary dir>/<target>.bpf.o, and embeds that in the target. KERNEL is the oldest kernel that has to load it (6.1).
# PRECOMPILE makes precompiled headers of <ebpfxx.hpp> for both passes: worth it for a target of several sources, or of one that
# changes often. The host's has what target_precompile_headers() says, too.
# VERIFY loads the programs while the target is built, in the running kernel (host, the default) or in vm:6.1 and vm:6.12, Debian's in
# QEMU: what a kernel refuses is an error of the build. Where the kernel cannot be asked, the build goes on and says so.
# A generator with several configurations makes one for each: <binary dir>/<configuration>/<target>.bpf.o.
#
# All of it happens before the target's own sources are compiled: a fault in a program is reported once, by ebpfxx-cc, which
# says more than a host compiler could. Sources that are added to the target later in the same directory count too.
cmake_policy(PUSH)
cmake_policy(VERSION 3.25)

function(ebpfxx_target_programs target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "PRECOMPILE" "KERNEL" "VERIFY")
  if(NOT TARGET ${target})
    message(FATAL_ERROR "ebpfxx_target_programs: there is no target '${target}'")
  endif()
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "ebpfxx_target_programs(${target}): unknown argument '${arg_UNPARSED_ARGUMENTS}'")
  endif()
  if(arg_PRECOMPILE)
    target_precompile_headers(${target} PRIVATE <ebpfxx.hpp>)
  endif()
  if("VERIFY" IN_LIST arg_KEYWORDS_MISSING_VALUES)
    set(arg_VERIFY host)
  endif()
  list(JOIN arg_VERIFY "," kernels)
  # A deferred call expands its arguments late, when this function's variables are gone.
  cmake_language(EVAL CODE "cmake_language(DEFER CALL _ebpfxx_add_programs [[${target}]] [[${arg_KERNEL}]] [[${arg_PRECOMPILE}]] [[${kernels}]])")
endfunction()

function(_ebpfxx_add_programs target kernel precompile verify)
  _ebpfxx_configurations(configurations in_configuration)
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${target}.ebpfxx${in_configuration}")
  set(object "${CMAKE_CURRENT_BINARY_DIR}${in_configuration}/${target}.bpf.o")
  set(embedding "${folder}/${target}.ebpfxx.cpp")
  set(options "--prefix-map=${CMAKE_SOURCE_DIR}/=" "--prefix-map=${CMAKE_BINARY_DIR}/=")
  if(kernel)
    list(APPEND options "--kernel=${kernel}")
  endif()
  _ebpfxx_write_arguments(${target} "${folder}" arguments)

  set(objects "")
  _ebpfxx_cxx_sources(${target} sources)
  get_target_property(headers ${target} EBPFXX_GENERATED_HEADERS)
  if(NOT headers)
    set(headers "")
  endif()
  set(precompiled "")
  get_target_property(shared ${target} EBPFXX_PRECOMPILED)
  get_target_property(definitions ${target} COMPILE_DEFINITIONS)
  if(precompile)
    _ebpfxx_precompile("${folder}" "#include <ebpfxx.hpp>" "${arguments}" precompiled)
  elseif(shared AND NOT definitions)  # made for targets of the same flags
    set(precompiled "${shared}")
  endif()
  foreach(source IN LISTS sources)
    _ebpfxx_compile_source("${source}" "${folder}" "${arguments}" "${options}" "${headers}" "${precompiled}" source_object)
    list(APPEND objects "${source_object}")
  endforeach()

  set(verification "")
  set(verifier "")
  if(verify)
    set(verification "--verify=${verify}" ${options})
    set(verifier "$<TARGET_FILE:ebpfxx::tool>")
  endif()
  add_custom_command(OUTPUT "${object}" "${embedding}"
    COMMAND "$<TARGET_FILE:ebpfxx::cc>" -o "${object}" --embed "${embedding}" --object-name "${target}" ${verification} ${objects}
    DEPENDS ${objects} "$<TARGET_FILE:ebpfxx::cc>" ${verifier}
    COMMENT "Linking eBPF object ${target}.bpf.o" VERBATIM)
  # A source's properties are found by its path in one configuration.
  foreach(configuration IN LISTS configurations)
    string(REPLACE "$<CONFIG>" "${configuration}" configured "${object};${embedding}")
    list(POP_FRONT configured configured_object)
    set_source_files_properties("${configured}" PROPERTIES
      OBJECT_DEPENDS "${configured_object}"
      INCLUDE_DIRECTORIES "$<TARGET_PROPERTY:ebpfxx::ebpfxx,INTERFACE_INCLUDE_DIRECTORIES>"
      COMPILE_OPTIONS -w
      SKIP_AUTOGEN ON SKIP_PRECOMPILE_HEADERS ON SKIP_UNITY_BUILD_INCLUSION ON)
  endforeach()
  target_sources(${target} PRIVATE "${embedding}")
  get_target_property(type ${target} TYPE)
  if(type STREQUAL "STATIC_LIBRARY")
    # Nothing refers to the embedding, and of an archive a linker takes only what something refers to: what links the library asks for it.
    string(MAKE_C_IDENTIFIER "${target}" name)
    target_link_options(${target} INTERFACE "LINKER:--undefined=ebpfxx_object_${name}_begin")
  endif()
  add_custom_target(${target}_programs DEPENDS "${object}" "${embedding}")
  add_dependencies(${target} ${target}_programs)
endfunction()

# The build's configurations, and what to put into a path that each needs for itself: nothing where there is only one.
function(_ebpfxx_configurations result in_path)
  get_property(several GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
  if(several)
    set(${result} "${CMAKE_CONFIGURATION_TYPES}" PARENT_SCOPE)
    set(${in_path} "/$<CONFIG>" PARENT_SCOPE)
  else()
    set(${result} "None" PARENT_SCOPE)  # a build without a type is one, too
    if(CMAKE_BUILD_TYPE)
      set(${result} "${CMAKE_BUILD_TYPE}" PARENT_SCOPE)
    endif()
    set(${in_path} "" PARENT_SCOPE)
  endif()
endfunction()

# The device pass's precompiled header.
function(_ebpfxx_precompile folder includes arguments result)
  set(header "${folder}/precompiled.hpp")
  file(GENERATE OUTPUT "${header}" CONTENT "${includes}\n")
  add_custom_command(OUTPUT "${header}.pch"
    COMMAND "$<TARGET_FILE:ebpfxx::cc>" --precompile -o "${header}.pch" --depfile "${header}.pch.d" --arguments "${arguments}" --
      "${CMAKE_CXX_COMPILER}" -c "${header}"
    DEPENDS "${header}" "${arguments}" "$<TARGET_FILE:ebpfxx::cc>"
    DEPFILE "${header}.pch.d"
    COMMENT "Precompiling headers for eBPF programs" VERBATIM)
  set(${result} "${header}.pch" PARENT_SCOPE)
endfunction()

function(_ebpfxx_compile_source source folder arguments options headers precompiled result)
  file(RELATIVE_PATH name "${CMAKE_CURRENT_SOURCE_DIR}" "${source}")
  string(MAKE_C_IDENTIFIER "${name}" name)
  set(object "${folder}/${name}.bpf.o")
  get_source_file_property(definitions "${source}" COMPILE_DEFINITIONS)
  get_source_file_property(includes "${source}" INCLUDE_DIRECTORIES)
  get_source_file_property(flags "${source}" COMPILE_OPTIONS)
  foreach(property IN ITEMS definitions includes flags)
    if(NOT ${property})  # NOTFOUND
      set(${property} "")
    endif()
  endforeach()
  set(own "")
  foreach(definition IN LISTS definitions)
    list(APPEND own "$<$<BOOL:${definition}>:-D${definition}>")
  endforeach()
  foreach(include IN LISTS includes)
    list(APPEND own "$<$<BOOL:${include}>:-I${include}>")
  endforeach()
  foreach(flag IN LISTS flags)
    list(APPEND own "$<$<BOOL:${flag}>:${flag}>")
  endforeach()
  if(precompiled AND NOT own)  # with flags of its own it would be refused
    list(APPEND options --precompiled "${precompiled}")
  else()
    set(precompiled "")
  endif()
  add_custom_command(OUTPUT "${object}"
    COMMAND "$<TARGET_FILE:ebpfxx::cc>" --part -o "${object}" --depfile "${object}.d" ${options} --arguments "${arguments}" --
      "${CMAKE_CXX_COMPILER}" ${own} -c "${source}"
    DEPENDS "${source}" "${arguments}" "$<TARGET_FILE:ebpfxx::cc>" ${headers} ${precompiled}
    DEPFILE "${object}.d"
    COMMENT "Building eBPF object ${name}.bpf.o" COMMAND_EXPAND_LISTS VERBATIM)
  set(${result} "${object}" PARENT_SCOPE)
endfunction()

# The target's C++ sources, as absolute paths.
function(_ebpfxx_cxx_sources target result)
  get_target_property(listed ${target} SOURCES)
  set(sources "")
  foreach(source IN LISTS listed)
    if(source MATCHES "\\$<")
      continue()
    endif()
    get_source_file_property(language "${source}" LANGUAGE)
    if(source MATCHES "\\.(cpp|cc|cxx|c\\+\\+|C|CPP)$" OR language STREQUAL "CXX")
      cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" NORMALIZE)
      list(APPEND sources "${source}")
    endif()
  endforeach()
  set(${result} "${sources}" PARENT_SCOPE)
endfunction()

# Writes the target's compile flags, one a line. A file, because only file(GENERATE) evaluates $<COMPILE_LANGUAGE> in them.
function(_ebpfxx_write_arguments target folder result)
  set(lines "")
  separate_arguments(flags NATIVE_COMMAND "${CMAKE_CXX_FLAGS}")
  foreach(flag IN LISTS flags)
    string(APPEND lines "${flag}\n")
  endforeach()
  _ebpfxx_configurations(configurations in_configuration)
  foreach(configuration IN LISTS configurations)
    string(TOUPPER "${configuration}" upper)
    separate_arguments(flags NATIVE_COMMAND "${CMAKE_CXX_FLAGS_${upper}}")
    foreach(flag IN LISTS flags)
      string(APPEND lines "$<$<CONFIG:${configuration}>:${flag}\n>")
    endforeach()
  endforeach()
  if(CMAKE_SYSROOT)
    string(APPEND lines "--sysroot=${CMAKE_SYSROOT}\n")
  endif()

  set(wanted "$<TARGET_PROPERTY:${target},CXX_STANDARD>")
  set(features "$<TARGET_PROPERTY:${target},COMPILE_FEATURES>")
  set(standard "$<IF:$<OR:$<IN_LIST:cxx_std_23,${features}>,$<VERSION_GREATER_EQUAL:0${wanted},23>>,23,20>")
  set(extensions "$<TARGET_PROPERTY:${target},CXX_EXTENSIONS>")
  string(APPEND lines "-std=$<IF:$<OR:$<BOOL:${extensions}>,$<STREQUAL:${extensions},>>,gnu,c>++${standard}\n")
  set(includes "$<TARGET_PROPERTY:${target},INCLUDE_DIRECTORIES>")
  set(definitions "$<TARGET_PROPERTY:${target},COMPILE_DEFINITIONS>")
  set(options "$<TARGET_PROPERTY:${target},COMPILE_OPTIONS>")
  string(APPEND lines "$<$<BOOL:${definitions}>:-D$<JOIN:${definitions},\n-D>\n>")
  string(APPEND lines "$<$<BOOL:${includes}>:-I$<JOIN:$<REMOVE_DUPLICATES:${includes}>,\n-I>\n>")
  string(APPEND lines "$<$<BOOL:${options}>:$<JOIN:${options},\n>\n>")

  # CMake gives a precompiled header to the compiler by itself; the source relies on what it includes.
  set(precompiled "${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${target}.dir${in_configuration}/cmake_pch.hxx")
  string(APPEND lines "$<$<BOOL:$<TARGET_PROPERTY:${target},PRECOMPILE_HEADERS>>:-include\n${precompiled}\n>")

  file(GENERATE OUTPUT "${folder}/arguments.$<COMPILE_LANGUAGE>" CONTENT "${lines}" TARGET ${target})
  set(${result} "${folder}/arguments.CXX" PARENT_SCOPE)
endfunction()

cmake_policy(POP)
