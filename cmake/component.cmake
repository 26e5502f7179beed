# The three ways to declare a target of ours. Sources are listed by name; there is no GLOB.

# add_component(NAME SOURCES a.cc ... [DEPS other components and libraries ...])
# A static library `tidings_NAME`.
function(add_component name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_library(tidings_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(tidings_${name} PUBLIC tidings_flags ${ARG_DEPS})
endfunction()

# add_component_test(NAME SOURCES a_test.cc ... [DEPS ...] [LABELS unit|contract|golden|threads|slow ...])
# One GoogleTest program that is one ctest entry, working in its source folder (testdata/ is found from there).
function(add_component_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;DEPS;LABELS" ${ARGN})
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE tidings_flags ${ARG_DEPS} GTest::gmock GTest::gtest GTest::gtest_main)
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}")
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT})
endfunction()

# add_fuzz_target(NAME SOURCES a_fuzz.cc DEPS ... CORPUS folder)
# With TIDINGS_FUZZ a libFuzzer program that fuzzes for TIDINGS_FUZZ_SECONDS, what it finds kept in the build folder;
# else a program that replays the corpus. Either way a test with label `fuzz`.
function(add_fuzz_target name)
  cmake_parse_arguments(ARG "" "CORPUS" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE tidings_flags ${ARG_DEPS})
  set(corpus "${CMAKE_CURRENT_SOURCE_DIR}/${ARG_CORPUS}")
  if(TIDINGS_FUZZ)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    set(found "${CMAKE_BINARY_DIR}/corpus/${name}")
    file(MAKE_DIRECTORY "${found}")
    add_test(NAME ${name} COMMAND ${name} -max_total_time=${TIDINGS_FUZZ_SECONDS} -timeout=10 -rss_limit_mb=2048
             -artifact_prefix=${CMAKE_BINARY_DIR}/${name}- "${found}" "${corpus}")
    math(EXPR timeout "${TIDINGS_FUZZ_SECONDS} + 120")
  else()
    target_sources(${name} PRIVATE "${CMAKE_SOURCE_DIR}/tests/fuzz/replay_main.cc")
    add_test(NAME ${name} COMMAND ${name} "${corpus}")
    set(timeout 120)
  endif()
  set_tests_properties(${name} PROPERTIES LABELS fuzz TIMEOUT ${timeout})
endfunction()
