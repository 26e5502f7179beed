#include "store/embedded/cold_page.h"

#include <algorithm>
#include <bit>
#include <optional>

#include "base/status.h"
#include "store/embedded/bytes.h"
#include "store/embedded/compression.h"
#include "store/embedded/dictionary.h"
#include "store/embedded/message_piece.h"

namespace tidings::embedded {
namespace {

/// Far above what kPageRows rows of the greatest limits can hold.
constexpr size_t kMaxSectionBytes = size_t{64} << 20;
constexpr size_t kMaxRows = 4096;

enum class IdForm : uint8_t { kTexts = 0, kUuids = 1 };

enum class ClockForm : uint8_t {
  kOfTimes = 0,   ///< every register won with max(start, end)
  kOne = 1,       ///< every register won with the clock that follows
  kExplicit = 2,  ///< one clock per text field, and one behind each parameter
};

enum class ValueForm : uint8_t {
  kFalse = 0,
  kTrue = 1,
  kInteger = 2,
  kDouble = 3,
  kText = 4,
  kPiece = 5  ///< a piece of the message
};

int64_t ClockOfTimes(const EventView& event) {
  return std::max(event.start, event.end);
}

/// The clock that all registers share; kOfTimes where there is none or it is the times'.
struct RowClock {
  ClockForm form = ClockForm::kOfTimes;
  int64_t clock = 0;
};

RowClock FindClock(const EventView& event) {
  std::optional<int64_t> common;
  bool is_one = true;
  const auto add = [&](int64_t clock) {
    is_one = is_one && common.value_or(clock) == clock;
    common = clock;
  };
  for (size_t i = 0; i < kTextFieldCount; ++i) {
    if (!event.text.values[i].empty()) {
      add(event.text_clock[i]);
    }
  }
  for (const Parameter& parameter : event.parameters) {
    add(parameter.clock);
  }
  if (!is_one) {
    return {.form = ClockForm::kExplicit};
  }
  const int64_t clock = common.value_or(ClockOfTimes(event));
  return {
      .form = clock == ClockOfTimes(event) ? ClockForm::kOfTimes : ClockForm::kOne, .clock = clock};
}

/// A row's values as they are written and read: pieces of the message are told by how far they
/// begin behind the end of the piece before, or before it.
class ValueCoder {
 public:
  explicit ValueCoder(std::string_view message) : message_(message) {}

  void Append(ByteWriter& writer, const Value& value) {
    if (const auto* const text = std::get_if<std::string_view>(&value)) {
      AppendText(writer, *text);
    } else if (const auto* const integer = std::get_if<int64_t>(&value)) {
      AppendForm(writer, ValueForm::kInteger);
      writer.Signed(*integer);
    } else if (const auto* const number = std::get_if<double>(&value)) {
      AppendForm(writer, ValueForm::kDouble);
      writer.Fixed64(std::bit_cast<uint64_t>(*number));
    } else {
      AppendForm(writer, *std::get_if<bool>(&value) ? ValueForm::kTrue : ValueForm::kFalse);
    }
  }

  /// False for a form that is none, and for a piece that is none.
  bool Read(ByteReader& reader, Value& value) {
    switch (static_cast<ValueForm>(reader.U8())) {
      case ValueForm::kFalse:
        value = false;
        return true;
      case ValueForm::kTrue:
        value = true;
        return true;
      case ValueForm::kInteger:
        value = reader.Signed();
        return true;
      case ValueForm::kDouble:
        value = std::bit_cast<double>(reader.Fixed64());
        return true;
      case ValueForm::kText:
        value = reader.Text();
        return true;
      case ValueForm::kPiece:
        return ReadPiece(reader, value);
    }
    return false;
  }

 private:
  static void AppendForm(ByteWriter& writer, ValueForm form) {
    writer.U8(static_cast<uint8_t>(form));
  }

  void AppendText(ByteWriter& writer, std::string_view text) {
    if (const std::optional<size_t> at = FindPiece(message_, text)) {
      AppendForm(writer, ValueForm::kPiece);
      writer.Signed(static_cast<int64_t>(*at) - static_cast<int64_t>(end_of_piece_));
      end_of_piece_ = *at + text.size();
    } else {
      AppendForm(writer, ValueForm::kText);
      writer.Text(text);
    }
  }

  bool ReadPiece(ByteReader& reader, Value& value) {
    const uint64_t at = end_of_piece_ + static_cast<uint64_t>(reader.Signed());
    if (at >= message_.size()) {
      return false;
    }
    const std::string_view piece = PieceAt(message_, at);
    end_of_piece_ = at + piece.size();
    value = piece;
    return !piece.empty();
  }

  const std::string_view message_;
  uint64_t end_of_piece_ = 0;
};

/// The clocks of the text fields, and of parameters where they have none of their own.
struct RowClocks {
  ClockForm form = ClockForm::kOfTimes;
  int64_t one = 0;
  std::array<int64_t, kTextFieldCount> texts{};
};

/// False for a form that is none.
bool ReadClocks(ByteReader& reader, const EventView& event, RowClocks& clocks) {
  clocks.form = static_cast<ClockForm>(reader.U8());
  if (clocks.form > ClockForm::kExplicit) {
    return false;
  }
  clocks.one = clocks.form == ClockForm::kOne ? reader.Signed() : ClockOfTimes(event);
  clocks.texts.fill(clocks.one);
  if (clocks.form == ClockForm::kExplicit) {
    for (int64_t& clock : clocks.texts) {
      clock = reader.Signed();
    }
  }
  return true;
}

/// A row of the rest section, walked once: `sink.Begin(count)`, then `sink.Add(key code,
/// parameter)` for each parameter. False when it is malformed.
template <typename Sink>
bool WalkRow(ByteReader& reader, EventView& event, Sink& sink) {
  RowClocks clocks;
  if (!ReadClocks(reader, event, clocks)) {
    return false;
  }
  event.text[TextField::kMessage] = reader.Text();
  for (size_t i = 0; i < kTextFieldCount; ++i) {
    event.text_clock[i] = event.text.values[i].empty() ? 0 : clocks.texts[i];
  }
  const uint64_t count = reader.Varint();
  sink.Begin(count);
  ValueCoder values(event.text[TextField::kMessage]);
  for (uint64_t i = 0; i < count && reader.ok(); ++i) {
    const uint64_t key = reader.Varint();
    Parameter parameter;
    if (!values.Read(reader, parameter.value)) {
      return false;
    }
    parameter.clock = clocks.form == ClockForm::kExplicit ? reader.Signed() : clocks.one;
    if (!sink.Add(key, parameter)) {
      return false;
    }
  }
  return reader.ok();
}

/// Looks whether every parameter's key is known.
struct KeyCheck {
  size_t known_keys = 0;

  void Begin(uint64_t /*count*/) {}
  bool Add(uint64_t key, const Parameter& /*parameter*/) const { return key < known_keys; }
};

/// Collects the parameters of a row that was checked before.
struct ParameterCollector {
  const std::vector<std::string_view>& keys;
  Arena& arena;
  std::span<Parameter> parameters;
  size_t count = 0;

  void Begin(uint64_t size) { parameters = arena.AllocateArray<Parameter>(size); }
  bool Add(uint64_t key, const Parameter& parameter) {
    parameters[count] = parameter;
    parameters[count].key = keys[key];
    ++count;
    return true;
  }
};

/// A string of this capacity is on the heap: views into it survive its move.
constexpr size_t kHeapBytes = 64;

void AppendIds(std::string& out, const std::vector<std::string_view>& ids) {
  ByteWriter writer(out);
  std::string packed(ids.size() * kUuidBytes, '\0');
  bool are_uuids = true;
  for (size_t i = 0; i < ids.size() && are_uuids; ++i) {
    are_uuids = PackUuid(ids[i], packed.data() + i * kUuidBytes);
  }
  writer.U8(static_cast<uint8_t>(are_uuids ? IdForm::kUuids : IdForm::kTexts));
  if (are_uuids) {
    writer.Raw(packed);
    return;
  }
  std::string texts;
  ByteWriter text_writer(texts);
  for (const std::string_view id : ids) {
    text_writer.Text(id);
  }
  AppendCompressed(out, texts);
}

/// The front of a page's payload.
struct IdSection {
  IdForm form = IdForm::kTexts;
  uint64_t rows = 0;
  /// Of kUuids: views into the payload.
  std::string_view uuids;
  /// Of kTexts: each with its length before it.
  std::string texts;
};

/// Takes it off.
absl::Status TakeIds(std::string_view& payload, IdSection& ids) {
  ByteReader reader(payload);
  ids.rows = reader.Varint();
  ids.form = static_cast<IdForm>(reader.U8());
  if (!reader.ok() || ids.rows > kMaxRows || ids.form > IdForm::kUuids) {
    return DataLoss(
        "a page claims {} rows with ids of form {}", ids.rows, static_cast<int>(ids.form)
    );
  }
  if (ids.form == IdForm::kUuids) {
    ids.uuids = reader.Raw(ids.rows * kUuidBytes);
    payload = reader.Rest();
    return reader.ok() ? absl::OkStatus() : DataLoss("a page ends within its ids");
  }
  payload = reader.Rest();
  ids.texts.reserve(kHeapBytes);
  return TakeCompressed(payload, kMaxSectionBytes, ids.texts);
}

/// Views of `text`.
absl::Status SplitIds(std::string_view text, uint64_t rows, std::vector<std::string_view>& ids) {
  ByteReader texts(text);
  for (uint64_t i = 0; i < rows; ++i) {
    ids.push_back(texts.Text());
  }
  return texts.ok() ? absl::OkStatus() : DataLoss("a page's ids are cut off");
}

std::string UnpackUuids(std::string_view packed) {
  std::string text;
  text.reserve(kHeapBytes);
  text.resize(packed.size() / kUuidBytes * kUuidTextBytes);
  for (size_t i = 0; i * kUuidBytes < packed.size(); ++i) {
    UnpackUuid(packed.data() + i * kUuidBytes, text.data() + i * kUuidTextBytes);
  }
  return text;
}

}  // namespace

void ColdPageBuilder::Add(const EventView& event) {
  ids_.push_back(event.id);
  next_key_ = 0;
  ByteWriter writer(rows_);
  const RowClock clock = FindClock(event);
  writer.U8(static_cast<uint8_t>(clock.form));
  if (clock.form == ClockForm::kOne) {
    writer.Signed(clock.clock);
  }
  if (clock.form == ClockForm::kExplicit) {
    for (const int64_t one : event.text_clock) {
      writer.Signed(one);
    }
  }
  writer.Text(event.text[TextField::kMessage]);
  AddParameters(event, clock.form == ClockForm::kExplicit);
}

void ColdPageBuilder::AddParameters(const EventView& event, bool with_clocks) {
  ByteWriter writer(rows_);
  ValueCoder values(event.text[TextField::kMessage]);
  writer.Varint(event.parameters.size());
  for (const Parameter& parameter : event.parameters) {
    writer.Varint(KeyCode(parameter.key));
    values.Append(writer, parameter.value);
    if (with_clocks) {
      writer.Signed(parameter.clock);
    }
  }
}

uint64_t ColdPageBuilder::KeyCode(std::string_view key) {
  for (size_t i = 0; i < keys_.size(); ++i) {
    const size_t code = (next_key_ + i) % keys_.size();
    // Keys of one page of a block that is rewritten are the same bytes.
    const bool is_same = keys_[code].data() == key.data() && keys_[code].size() == key.size();
    if (is_same || keys_[code] == key) {
      next_key_ = code + 1;
      return code;
    }
  }
  keys_.push_back(key);
  next_key_ = keys_.size();
  return keys_.size() - 1;
}

std::string ColdPageBuilder::Finish(uint64_t place) {
  std::string value = BeginSealed();
  ByteWriter(value).Varint(ids_.size());
  AppendIds(value, ids_);
  std::string rest;
  ByteWriter writer(rest);
  writer.Varint(keys_.size());
  for (const std::string_view key : keys_) {
    writer.Text(key);
  }
  rest.append(rows_);
  AppendCompressed(value, rest);
  Seal(value, ValueKind::kPage, place);
  ids_.clear();
  keys_.clear();
  rows_.clear();
  return value;
}

absl::StatusOr<std::shared_ptr<const ColdPage>> ColdPage::Read(
    std::string_view value, uint64_t place
) {
  absl::StatusOr<std::string_view> payload = Unseal(value, ValueKind::kPage, place);
  if (!payload.ok()) {
    return payload.status();
  }
  auto page = std::make_shared<ColdPage>();
  if (absl::Status status = page->ReadIds(*payload); !status.ok()) {
    return status;
  }
  if (absl::Status status = TakeCompressed(*payload, kMaxSectionBytes, page->rest_); !status.ok()) {
    return status;
  }
  if (!page->ReadRows()) {
    return DataLoss("a page's rows are malformed");
  }
  return page;
}

absl::Status ColdPage::ReadIds(std::string_view& payload) {
  IdSection ids;
  if (absl::Status status = TakeIds(payload, ids); !status.ok()) {
    return status;
  }
  if (ids.form == IdForm::kTexts) {
    id_text_ = std::move(ids.texts);
    return SplitIds(id_text_, ids.rows, ids_);
  }
  id_text_ = UnpackUuids(ids.uuids);
  ids_.reserve(ids.rows);
  for (size_t i = 0; i < ids.rows; ++i) {
    ids_.emplace_back(id_text_.data() + i * kUuidTextBytes, kUuidTextBytes);
  }
  return absl::OkStatus();
}

bool ColdPage::ReadRows() {
  ByteReader reader(rest_);
  if (!ReadDictionary(reader, rest_.size(), keys_)) {
    return false;
  }
  KeyCheck check{.known_keys = keys_.size()};
  offsets_.reserve(ids_.size());
  EventView ignored;
  for (size_t row = 0; row < ids_.size(); ++row) {
    offsets_.push_back(static_cast<uint32_t>(rest_.size() - reader.left()));
    if (!WalkRow(reader, ignored, check)) {
      return false;
    }
  }
  return reader.AtEnd();
}

void ColdPage::Fill(size_t row, EventView& event, Arena& arena) const {
  event.id = ids_[row];
  ByteReader reader(std::string_view(rest_).substr(offsets_[row]));
  ParameterCollector collector{.keys = keys_, .arena = arena, .parameters = {}};
  WalkRow(reader, event, collector);
  event.parameters = collector.parameters;
}

size_t ColdPage::bytes() const {
  return sizeof(ColdPage) + id_text_.capacity() + rest_.capacity() +
         ids_.size() * (sizeof(std::string_view) + sizeof(uint32_t)) +
         keys_.size() * sizeof(std::string_view);
}

absl::StatusOr<std::shared_ptr<const PageIds>> PageIds::Read(
    std::string_view value, uint64_t place
) {
  absl::StatusOr<std::string_view> payload = Unseal(value, ValueKind::kPage, place);
  if (!payload.ok()) {
    return payload.status();
  }
  IdSection section;
  if (absl::Status status = TakeIds(*payload, section); !status.ok()) {
    return status;
  }
  auto ids = std::make_shared<PageIds>();
  ids->rows_ = section.rows;
  if (section.form == IdForm::kUuids) {
    ids->packed_ = section.uuids;
    return ids;
  }
  ids->packed_ = std::move(section.texts);
  if (absl::Status status = SplitIds(ids->packed_, section.rows, ids->texts_); !status.ok()) {
    return status;
  }
  return ids;
}

std::string_view PageIds::Id(size_t row, Room& room) const {
  if (!texts_.empty()) {
    return texts_[row];
  }
  UnpackUuid(packed_.data() + row * kUuidBytes, room.data());
  return {room.data(), room.size()};
}

size_t PageIds::bytes() const {
  return sizeof(PageIds) + packed_.capacity() + texts_.capacity() * sizeof(std::string_view);
}

}  // namespace tidings::embedded
