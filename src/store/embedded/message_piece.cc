#include "store/embedded/message_piece.h"

#include <algorithm>
#include <array>
#include <functional>

namespace tidings::embedded {
namespace {

constexpr size_t kLeastBytes = 2;
/// Bounds what hundreds of parameters of an event with a long message cost.
constexpr size_t kSearchedBytes = 1024;

constexpr std::array<bool, 256> MakePieceBytes() {
  std::array<bool, 256> is_piece{};
  for (size_t byte = 0; byte < is_piece.size(); ++byte) {
    const auto c = static_cast<char>(byte);
    is_piece[byte] = byte >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '/';
  }
  return is_piece;
}

bool IsPieceByte(char c) {
  static constexpr std::array<bool, 256> kIsPiece = MakePieceBytes();
  return kIsPiece[static_cast<unsigned char>(c)];
}

bool IsWholePiece(std::string_view message, size_t at, size_t size) {
  return (at == 0 || !IsPieceByte(message[at - 1])) && PieceAt(message, at).size() == size;
}

/// Where `value` begins, if it views bytes of the message.
std::optional<size_t> PlaceWithin(std::string_view message, std::string_view value) {
  const std::less_equal<> is_up_to;
  if (!is_up_to(message.data(), value.data()) ||
      !is_up_to(value.data() + value.size(), message.data() + message.size())) {
    return std::nullopt;
  }
  return static_cast<size_t>(value.data() - message.data());
}

}  // namespace

std::string_view PieceAt(std::string_view message, size_t at) {
  const std::string_view rest = message.substr(at);
  const auto* const end =
      std::find_if(rest.begin(), rest.end(), [](char c) { return !IsPieceByte(c); });
  return rest.substr(0, static_cast<size_t>(end - rest.begin()));
}

std::optional<size_t> FindPiece(std::string_view message, std::string_view value) {
  if (value.size() < kLeastBytes) {
    return std::nullopt;
  }
  if (const std::optional<size_t> at = PlaceWithin(message, value)) {
    if (IsWholePiece(message, *at, value.size())) {
      return at;
    }
  }
  const std::string_view searched = message.substr(0, kSearchedBytes);
  for (size_t at = searched.find(value); at != std::string_view::npos;
       at = searched.find(value, at + 1)) {
    if (IsWholePiece(message, at, value.size())) {
      return at;
    }
  }
  return std::nullopt;
}

bool IsPieceOf(std::string_view message, std::string_view value) {
  const std::optional<size_t> at = PlaceWithin(message, value);
  return at && !value.empty() && IsWholePiece(message, *at, value.size());
}

}  // namespace tidings::embedded
