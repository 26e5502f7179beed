# Every third-party library, by one name each. All of them are Debian 12 packages (tools/packages.txt).
find_package(Threads REQUIRED)
find_package(absl REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(simdjson REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(CURL REQUIRED)
if(NOT TIDINGS_SANITIZE)
  set(Protobuf_USE_STATIC_LIBS ON)
endif()
find_package(Protobuf REQUIRED)
find_package(GTest REQUIRED)
find_package(prometheus-cpp REQUIRED COMPONENTS core)
find_package(pegtl REQUIRED)
find_package(RocksDB REQUIRED)
# ThreadSanitizer can be told to leave a library alone only if it is a shared one (tools/tsan.supp).
set(TIDINGS_ROCKSDB RocksDB::rocksdb)
if(TIDINGS_SANITIZE STREQUAL "thread")
  set(TIDINGS_ROCKSDB RocksDB::rocksdb-shared)
endif()
find_package(Boost 1.81 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(nghttp2 REQUIRED IMPORTED_TARGET libnghttp2)
# Not `zstd`: RocksDB's own find module uses the variables of that name.
pkg_check_modules(LIBZSTD REQUIRED IMPORTED_TARGET GLOBAL libzstd)
add_library(PkgConfig::zstd ALIAS PkgConfig::LIBZSTD)
pkg_check_modules(systemd REQUIRED IMPORTED_TARGET libsystemd)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)

# Debian's CMake files name the shared libraries. Where an archive stands beside one, it is linked
# instead: each shared library costs every start of the command line, and must be found on a machine
# that has other ones. Not with sanitizers: see RocksDB above.
function(tidings_link_archives pattern)
  get_directory_property(targets IMPORTED_TARGETS)
  list(FILTER targets INCLUDE REGEX "${pattern}")
  foreach(target IN LISTS targets)
    get_target_property(shared ${target} IMPORTED_LOCATION_NONE)
    string(REGEX REPLACE "[.]so.*$" ".a" archive "${shared}")
    if(shared AND EXISTS "${archive}")
      set_target_properties(${target} PROPERTIES IMPORTED_LOCATION_NONE "${archive}")
    endif()
  endforeach()
endfunction()
if(NOT TIDINGS_SANITIZE)
  tidings_link_archives("^(absl::|yaml-cpp|lz4::|Snappy::)")
endif()

find_library(RAPIDCHECK_LIBRARY rapidcheck REQUIRED)
add_library(rapidcheck::rapidcheck INTERFACE IMPORTED)
target_link_libraries(rapidcheck::rapidcheck INTERFACE "${RAPIDCHECK_LIBRARY}")

find_library(JEMALLOC_LIBRARY libjemalloc_pic.a REQUIRED)
add_library(jemalloc::jemalloc INTERFACE IMPORTED)
target_link_libraries(jemalloc::jemalloc INTERFACE "${JEMALLOC_LIBRARY}" Threads::Threads ${CMAKE_DL_LIBS})

# Only as a client, in tests.
pkg_check_modules(grpcpp REQUIRED IMPORTED_TARGET grpc++)

# Widths of characters on a terminal.
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET libutf8proc)
