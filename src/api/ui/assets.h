#pragma once

#include <span>
#include <string_view>

/// The page as the binary carries it: built from web/, or nothing with -DTIDINGS_UI=OFF.
namespace tidings::ui {

/// What the page loads. The name has a hash of the content, so that it never changes.
struct Asset {
  std::string_view name;
  std::string_view content_type;
  std::string_view gzip;
};

std::span<const Asset> Assets();

/// The page itself, in which kRootMark stands for the way from its address to `/ui/`; empty when
/// the binary carries no page.
std::string_view PageTemplate();

inline constexpr std::string_view kRootMark = "%ROOT%";

}  // namespace tidings::ui
