#include "api/ui/assets.h"

namespace tidings::ui {

std::span<const Asset> Assets() {
  return {};
}

std::string_view PageTemplate() {
  return {};
}

}  // namespace tidings::ui
