/// How jemalloc is to work, which takes the place of the C library's allocator: that keeps what
/// compaction has freed in one area for each thread, and grows for hours under load.

// The name and the type are jemalloc's; it reads them before anything else runs.
// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables)
extern "C" const char* malloc_conf;
const char* malloc_conf =
    // Freed pages go back to the system also when nothing is allocated any more.
    "background_thread:true,"
    // Bytes. Most buffers of compaction are kept like others, since the next job takes them again;
    // what a large body was inflated into goes back at once.
    "oversize_threshold:33554432";
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)
