#include "net/tokens.h"

#include <utility>

#include <fmt/format.h>

namespace tidings::net {

absl::StatusOr<std::shared_ptr<Tokens>> LoadTokens(const std::string& path) {
  return Tokens::Load(
      {.files = {path},
       .read = [path]() -> absl::StatusOr<Tokens::Value> {
         auto table = TokenTable::Load(path);
         if (!table.ok()) {
           return table.status();
         }
         return std::make_shared<const TokenTable>(*std::move(table));
       },
       .taken_up =
           [](const TokenTable& table) {
             return fmt::format("{} tokens are accepted from now on", table.tokens().size());
           },
       .kept = "the tokens stay as they were"}
  );
}

}  // namespace tidings::net
