#include <cstdlib>
#include <string>

#include "store/embedded/block_info.h"
#include "store/embedded/block_summary.h"
#include "store/embedded/cold_page.h"
#include "store/embedded/hot_block.h"
#include "store/embedded/id_run.h"
#include "store/embedded/kill_log.h"
#include "store/embedded/wal_check.h"
#include "store/embedded/word_filter.h"

/// Whatever stands in a stored value whose checksum fits: no crash, and what is read can be used to
/// the last row. The first byte of the input says which decoder gets the rest.
namespace {

using namespace tidings;            // NOLINT(google-build-using-namespace): a program of its own
using namespace tidings::embedded;  // NOLINT(google-build-using-namespace)

constexpr uint64_t kPlace = 7;

std::string Sealed(std::string_view payload, ValueKind kind) {
  std::string value = BeginSealed();
  value.append(payload);
  Seal(value, kind, kPlace);
  return value;
}

void ReadHot(std::string_view payload) {
  const auto hot = HotBlock::Read(Sealed(payload, ValueKind::kHot), kPlace);
  if (!hot.ok()) {
    return;
  }
  for (size_t row = 0; row < (*hot)->rows(); ++row) {
    EventView event;
    (*hot)->Fill(row, event);
    if ((*hot)->PageOf(row).page >= (*hot)->pages()) {
      std::abort();
    }
  }
}

void ReadPage(std::string_view payload) {
  const std::string value = Sealed(payload, ValueKind::kPage);
  const auto page = ColdPage::Read(value, kPlace);
  const auto ids = PageIds::Read(value, kPlace);
  if (!page.ok()) {
    return;
  }
  if (!ids.ok() || (*ids)->rows() != (*page)->rows()) {
    std::abort();
  }
  Arena arena;
  for (size_t row = 0; row < (*page)->rows(); ++row) {
    EventView event;
    (*page)->Fill(row, event, arena);
    PageIds::Room room;
    if (event.id != (*ids)->Id(row, room)) {
      std::abort();
    }
  }
}

void ReadKills(std::string_view payload) {
  auto marks = DecodeKills(Sealed(payload, ValueKind::kKills), kPlace);
  if (!marks.ok()) {
    return;
  }
  const auto again = DecodeKills(EncodeKills(*marks, kPlace), kPlace);
  if (!again.ok() || *again != *marks) {
    std::abort();
  }
}

/// The same for what has no rows: it can be read, or not, and no more.
void ReadSummary(std::string_view payload) {
  const auto summary = BlockSummary::Read(Sealed(payload, ValueKind::kSummary), kPlace);
  if (!summary.ok()) {
    return;
  }
  for (const FilterField field : {FilterField::kService, FilterField::kState}) {
    const FieldCondition condition = {.field = field, .pattern = TextPattern::Exactly("open")};
    (void)Judge(**summary, condition);
  }
}

void ReadWords(std::string_view payload) {
  const auto words = WordFilter::Read(Sealed(payload, ValueKind::kWords), kPlace);
  if (words.ok()) {
    (void)(*words)->MayContain(HashOfWord("word"));
    (void)(*words)->MayContain(HashOfWord("word"), 7);
  }
}

void ReadRunPage(std::string_view payload) {
  const auto page = RunPage::Read(Sealed(payload, ValueKind::kRunPage), kPlace);
  for (size_t at = 0; page.ok() && at < (*page)->size(); ++at) {
    (void)(*page)->Hash(at);
    (void)(*page)->BlockIndex(at);
  }
  if (page.ok() && (*page)->LowerBound(7) > (*page)->size()) {
    std::abort();
  }
}

void ReadRunRecords(std::string_view payload) {
  (void)DecodeRunInfo(Sealed(payload, ValueKind::kRunInfo), kPlace);
  const auto index = DecodeRunIndex(Sealed(payload, ValueKind::kRunIndex), kPlace);
  if (index.ok() && index->offsets.size() != index->first_hashes.size() + 1) {
    std::abort();
  }
}

void ReadInfo(std::string_view payload, ValueKind kind) {
  const auto info = DecodeBlockInfo(Sealed(payload, kind), kPlace);
  if (!info.ok()) {
    return;
  }
  const auto again = DecodeBlockInfo(EncodeBlockInfo(*info), kPlace);
  if (!again.ok() || *again != *info) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0]) {
    case 'h':
      ReadHot(rest);
      break;
    case 'p':
      ReadPage(rest);
      break;
    case 'k':
      ReadKills(rest);
      break;
    case 'i':
      ReadInfo(rest, ValueKind::kBlockInfo);
      break;
    case 'I':
      ReadInfo(rest, ValueKind::kBlockInfoV1);
      break;
    case 's':
      ReadSummary(rest);
      break;
    case 'f':
      ReadWords(rest);
      break;
    case 'r':
      ReadRunPage(rest);
      break;
    case 'R':
      ReadRunRecords(rest);
      break;
    case 'w':
      if (InspectWal(rest, 7).good_bytes > rest.size()) {
        std::abort();
      }
      break;
    default:
      break;
  }
  return 0;
}
