# Functions that every CMakeLists.txt below uses.

option(VSTORE_WERROR "Warnings are errors (development and CI)" OFF)
option(VSTORE_FUZZ "The targets of tests/fuzz are libFuzzer's (clang only)" OFF)
set(VSTORE_SANITIZE "" CACHE STRING "Sanitizers: 'address,undefined' or 'thread'")

add_library(vstore_flags INTERFACE)
target_compile_options(vstore_flags INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wno-missing-field-initializers>
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<BOOL:${VSTORE_WERROR}>>:-Werror>
  # GCC 12 sees overflows in std::string at -O3 that are not there (its bugs 105329, 105651).
  $<$<AND:$<COMPILE_LANG_AND_ID:CXX,GNU>,$<CONFIG:Release>>:-Wno-restrict -Wno-stringop-overflow>)
if(VSTORE_SANITIZE)
  add_compile_options(-fsanitize=${VSTORE_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${VSTORE_SANITIZE})
endif()

if(VSTORE_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES Clang)
    message(FATAL_ERROR "VSTORE_FUZZ needs clang: cmake --preset fuzz")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link -fno-sanitize-recover=all)
endif()

# With VSTORE_PCH, what nearly every file includes is parsed once for each target. Builds without it show which file
# forgot an include, so it is for scripts/test.sh, which builds from nothing.
option(VSTORE_PCH "Precompile common headers" OFF)
function(vstore_precompile target)
  if(VSTORE_PCH)
    target_precompile_headers(${target} PRIVATE <algorithm> <functional> <map> <memory> <mutex> <optional> <set> <string>
                                                <string_view> <unordered_map> <vector>)
  endif()
endfunction()

# vstore_module(NAME SOURCES a.cc ... DEPENDS base os ... LIBRARIES PkgConfig::zstd ...)
#
# One layer of libstore: a static library vstore_NAME that knows only the layers it names, so that a
# link fails when an include points upwards. libvstore itself is made of the objects of all layers.
function(vstore_module name)
  cmake_parse_arguments(M "" "" "SOURCES;DEPENDS;LIBRARIES" ${ARGN})
  add_library(vstore_${name} STATIC ${M_SOURCES})
  target_include_directories(vstore_${name} PUBLIC
    ${PROJECT_SOURCE_DIR}/libstore/include ${PROJECT_SOURCE_DIR}/libstore/src
    ${PROJECT_BINARY_DIR}/libstore/include)
  target_link_libraries(vstore_${name} PRIVATE vstore_flags)
  foreach(dep IN LISTS M_DEPENDS)
    target_link_libraries(vstore_${name} PUBLIC vstore_${dep})
  endforeach()
  target_link_libraries(vstore_${name} PUBLIC ${M_LIBRARIES})
  vstore_precompile(vstore_${name})
  set_property(GLOBAL APPEND PROPERTY VSTORE_MODULES vstore_${name})
endfunction()

# vstore_test(NAME SOURCES ... LINK vstore_tree ... [LABELS ...] [TIMEOUT s])
#
# One doctest executable, one ctest entry.
function(vstore_test name)
  cmake_parse_arguments(T "" "TIMEOUT" "SOURCES;LINK;LABELS" ${ARGN})
  add_executable(${name} ${T_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(${name} PRIVATE vstore_flags vstore_test_main doctest::doctest ${T_LINK})
  add_test(NAME ${name} COMMAND ${name})
  if(NOT T_TIMEOUT)
    set(T_TIMEOUT 300)
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${T_TIMEOUT} LABELS "${T_LABELS}")
endfunction()
